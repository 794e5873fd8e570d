#include "api/figures_json.hpp"

#include "api/long_answer.hpp"
#include "api/route.hpp"
#include "api/volume_json.hpp"
#include "base/ascii.hpp"
#include "base/json_number.hpp"
#include "base/json_text.hpp"
#include "base/printable.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <iterator>
#include <utility>
#include <variant>

namespace reaper::api {
namespace {

namespace json = boost::json;
using sweep::AgeFigures;
using sweep::SetFigures;
using sweep::SymbolFigures;

double rounded_seconds(std::chrono::nanoseconds time) {
  return base::rounded(std::chrono::duration<double>(time).count(), 3);
}

/// Encodes everything except letters, digits and `-._~` (RFC 3986, 2.1).
std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool is_plain =
        base::is_letter(c) || base::is_digit(c) || std::string_view("-._~").find(c) != std::string_view::npos;
    if (is_plain) out += c;
    else fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<std::uint8_t>(c));
  }
  return out;
}

/// Asks the router which set a DELETE with these names would remove, so that both always agree.
bool is_deletable(std::string_view symbol, std::string_view interval, std::string_view path) {
  const Route route = parse_route(http::Method::delete_,
                                  fmt::format("/charts/{}/{}", percent_encoded(symbol), percent_encoded(interval)));
  const auto* const operation = std::get_if<Operation>(&route.outcome);
  return operation != nullptr && operation->endpoint == Endpoint::remove_set && operation->set == path;
}

void append_group(json::object& entry, const sweep::ChartGroup& charts) {
  entry.emplace("files", charts.files);
  entry.emplace("size_bytes", charts.bytes);
  entry.emplace("oldest", base::rfc3339(charts.oldest));
  entry.emplace("newest", base::rfc3339(charts.newest));
}

json::object entry_of(const SetFigures& set) {
  const std::string symbol = base::printable(set.symbol);
  const std::string interval = base::printable(set.interval);
  json::object entry;
  entry.emplace("path", base::printable(set.path));
  entry.emplace("symbol", symbol);
  entry.emplace("interval", interval);
  append_group(entry, set.charts);
  entry.emplace("deletable", is_deletable(symbol, interval, set.path));
  return entry;
}

json::object entry_of(const SymbolFigures& symbol) {
  json::object entry;
  entry.emplace("symbol", base::printable(symbol.symbol));
  entry.emplace("sets", symbol.sets);
  append_group(entry, symbol.charts);
  return entry;
}

json::object step_of(const AgeFigures::Step& step) {
  json::object object;
  object.emplace("files", step.files);
  object.emplace("size_bytes", step.bytes);
  return object;
}

}  // namespace

http::Response sets_answer(std::shared_ptr<const sweep::SetPage> page, sweep::SetQuery::Group group) {
  const bool by_symbol = group == sweep::SetQuery::Group::symbol;
  LongObject object;
  object.before = {{"success", true}, {"as_of", base::rfc3339(page->as_of)}, {"total", page->total}};
  object.name = by_symbol ? "symbols" : "sets";
  object.count = by_symbol ? page->symbols.size() : page->sets.size();
  object.entry = [page = std::move(page), by_symbol](std::size_t position) -> json::value {
    return by_symbol ? entry_of(page->symbols[position]) : entry_of(page->sets[position]);
  };
  return long_answer(std::move(object));
}

std::string ages_body(const AgeFigures& ages) {
  json::array steps;
  for (const AgeFigures::Step& step : ages.steps) steps.push_back(step_of(step));
  json::object body;
  body.emplace("success", true);
  body.emplace("as_of", base::rfc3339(ages.as_of));
  body.emplace("step_seconds", rounded_seconds(ages.step));
  body.emplace("steps", std::move(steps));
  body.emplace("older", step_of(ages.older));
  return base::json_text(body);
}

std::string config_body(const std::vector<SettingView>& settings, const volume::VolumeTraits* volume) {
  json::array entries;
  for (const SettingView& setting : settings) {
    json::object entry;
    entry.emplace("variable", setting.variable);
    entry.emplace("value", base::printable(setting.value));
    entry.emplace("source", setting.source);
    entries.push_back(std::move(entry));
  }
  json::object body;
  body.emplace("success", true);
  body.emplace("settings", std::move(entries));
  body.emplace("volume", volume_json(volume));
  return base::json_text(body);
}

}  // namespace reaper::api
