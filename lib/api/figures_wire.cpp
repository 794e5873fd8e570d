#include "api/figures_wire.hpp"

#include "base/json_number.hpp"
#include "base/json_text.hpp"
#include "base/printable.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace reaper::api {
namespace {

namespace json = boost::json;
using sweep::AgeFigures;
using sweep::SetFigures;
using sweep::SymbolFigures;

double seconds(std::chrono::nanoseconds time) { return base::rounded(std::chrono::duration<double>(time).count(), 3); }

const std::string& name_of(const SetFigures& set) { return set.path; }
const std::string& name_of(const SymbolFigures& symbol) { return symbol.symbol; }

json::object begin_entry(const SetFigures& set) {
  json::object entry;
  entry.emplace("path", base::printable(set.path));
  entry.emplace("symbol", base::printable(set.symbol));
  entry.emplace("interval", base::printable(set.interval));
  return entry;
}

json::object begin_entry(const SymbolFigures& symbol) {
  json::object entry;
  entry.emplace("symbol", base::printable(symbol.symbol));
  entry.emplace("sets", symbol.sets);
  return entry;
}

json::object end_entry(json::object entry, const sweep::ChartGroup& charts) {
  entry.emplace("files", charts.files);
  entry.emplace("size_bytes", charts.bytes);
  entry.emplace("oldest", base::rfc3339(charts.oldest));
  entry.emplace("newest", base::rfc3339(charts.newest));
  return entry;
}

/// Below zero if `left` has less of what is sorted by.
int compare(const sweep::ChartGroup& left, const sweep::ChartGroup& right, Query::Sort sort) {
  const auto sign = [](const auto& a, const auto& b) { return a < b ? -1 : (b < a ? 1 : 0); };
  switch (sort) {
    case Query::Sort::name: return 0;
    case Query::Sort::files: return sign(left.files, right.files);
    case Query::Sort::bytes: return sign(left.bytes, right.bytes);
    case Query::Sort::oldest: return sign(left.oldest, right.oldest);
    case Query::Sort::newest: return sign(left.newest, right.newest);
  }
  return 0;
}

/// ASCII letters in any case: symbols are tickers.
bool matches(const std::string& name, const std::string& wanted) {
  const auto equal = [](char in_name, char in_wanted) {
    return (in_name >= 'A' && in_name <= 'Z' ? static_cast<char>(in_name - 'A' + 'a') : in_name) == in_wanted;
  };
  return std::search(name.begin(), name.end(), wanted.begin(), wanted.end(), equal) != name.end();
}

/// The page of `all` that was asked for, without sorting more than it holds.
template <class Figures>
std::vector<const Figures*> page_of(std::vector<const Figures*> all, const Query& query) {
  const auto before = [&](const Figures* left, const Figures* right) {
    int order = compare(left->charts, right->charts, query.sort);
    if (query.sort == Query::Sort::name) order = name_of(*left).compare(name_of(*right));
    if (order == 0) return name_of(*left) < name_of(*right);
    return query.order == Query::Order::ascending ? order < 0 : order > 0;
  };
  const std::size_t begin = std::min(query.offset, all.size());
  const std::size_t end = std::min(begin + query.limit, all.size());
  const auto at = [&](std::size_t position) { return all.begin() + static_cast<std::ptrdiff_t>(position); };
  std::partial_sort(all.begin(), at(end), all.end(), before);
  return {at(begin), at(end)};
}

template <class Figures>
void write_page(json::object& body, const std::vector<Figures>& figures, const Query& query, std::string_view name) {
  std::vector<const Figures*> found;
  for (const Figures& entry : figures)
    if (matches(name_of(entry), query.match)) found.push_back(&entry);
  body.emplace("total", found.size());
  json::array entries;
  for (const Figures* entry : page_of(std::move(found), query))
    entries.push_back(end_entry(begin_entry(*entry), entry->charts));
  body.emplace(name, std::move(entries));
}

json::object step_of(const AgeFigures::Step& step) {
  json::object object;
  object.emplace("files", step.files);
  object.emplace("size_bytes", step.bytes);
  return object;
}

}  // namespace

std::string sets_body(const sweep::ChartFigures& figures, const Query& query) {
  json::object body;
  body.emplace("success", true);
  body.emplace("as_of", base::rfc3339(figures.as_of));
  if (query.group == Query::Group::symbol) write_page(body, figures.symbols, query, "symbols");
  else write_page(body, figures.sets, query, "sets");
  return base::json_text(body);
}

std::string ages_body(const sweep::ChartFigures& figures) {
  json::array steps;
  for (const AgeFigures::Step& step : figures.ages.steps) steps.push_back(step_of(step));
  json::object body;
  body.emplace("success", true);
  body.emplace("as_of", base::rfc3339(figures.as_of));
  body.emplace("step_seconds", seconds(figures.ages.step));
  body.emplace("steps", std::move(steps));
  body.emplace("older", step_of(figures.ages.older));
  return base::json_text(body);
}

std::string config_body(const std::vector<SettingView>& settings) {
  json::array entries;
  for (const SettingView& setting : settings) {
    json::object entry;
    entry.emplace("variable", setting.variable);
    entry.emplace("value", base::printable(setting.value));
    entry.emplace("source", base::printable(setting.source));
    entries.push_back(std::move(entry));
  }
  json::object body;
  body.emplace("success", true);
  body.emplace("settings", std::move(entries));
  return base::json_text(body);
}

}  // namespace reaper::api
