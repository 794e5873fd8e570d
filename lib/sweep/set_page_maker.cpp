#include "sweep/set_page_maker.hpp"

#include "base/ascii.hpp"
#include "base/path_text.hpp"
#include "charts/chart_set.hpp"

#include <algorithm>

namespace reaper::sweep {
namespace {

/// Compares the figure that `sort` names. Returns a number below zero if `left` has less. Names are compared elsewhere.
int compare(const ChartGroup& left, const ChartGroup& right, SetQuery::Sort sort) {
  const auto sign = [](const auto& a, const auto& b) { return a < b ? -1 : (b < a ? 1 : 0); };
  switch (sort) {
    case SetQuery::Sort::name: return 0;
    case SetQuery::Sort::files: return sign(left.files, right.files);
    case SetQuery::Sort::bytes: return sign(left.bytes, right.bytes);
    case SetQuery::Sort::oldest: return sign(left.oldest, right.oldest);
    case SetQuery::Sort::newest: return sign(left.newest, right.newest);
  }
  return 0;
}

/// Returns true if the left entry comes first, given the order of the figures and of the names. Names decide ties.
bool decide(int figures, int names, const SetQuery& query) {
  const int order = query.sort == SetQuery::Sort::name ? names : figures;
  if (order == 0) return names < 0;
  return query.order == SetQuery::Order::ascending ? order < 0 : order > 0;
}

/// Searches for `wanted` in any case of ASCII letters, because symbols are tickers.
bool matches(std::string_view name, std::string_view wanted) {
  const auto equal = [](char in_name, char in_wanted) { return base::to_lower(in_name) == in_wanted; };
  // The root's path and a missing symbol are empty, and match an empty `wanted`.
  return wanted.empty() || std::search(name.begin(), name.end(), wanted.begin(), wanted.end(), equal) != name.end();
}

/// Keeps the first `max` of all entries offered, in the order of `before`.
template <class Entry, class Before>
void keep_best(std::vector<Entry>& best, std::size_t max, const Entry& entry, Before before) {
  if (best.size() < max) {
    best.push_back(entry);
    std::ranges::push_heap(best, before);
  } else if (before(entry, best.front())) {
    std::ranges::pop_heap(best, before);
    best.back() = entry;
    std::ranges::push_heap(best, before);
  }
}

/// Returns the number of entries needed to make the page.
std::size_t kept_for(const SetQuery& query) { return query.offset + query.limit; }

/// Returns the entries of the page out of those kept.
template <class Entry, class Before>
std::vector<Entry> page_of(std::vector<Entry> best, const SetQuery& query, Before before) {
  std::ranges::sort_heap(best, before);
  const auto skipped = static_cast<std::ptrdiff_t>(std::min(query.offset, best.size()));
  best.erase(best.begin(), best.begin() + skipped);
  return best;
}

SetFigures named(std::string path, const ChartGroup& charts) {
  SetFigures set;
  if (const auto name = charts::parse_chart_set_name(base::split_path(path).name)) {
    set.symbol = name->symbol;
    set.interval = name->interval;
  }
  set.path = std::move(path);
  set.charts = charts;
  return set;
}

}  // namespace

SetPageMaker::SetPageMaker(const charts::Catalog& catalog, const std::vector<SetQuery>& queries)
    : catalog_(&catalog),
      wants_symbols_(
          std::ranges::any_of(queries, [](const SetQuery& query) { return query.group == SetQuery::Group::symbol; })) {
  for (const SetQuery& query : queries) pages_.push_back({query, 0, {}});
}

void SetPageMaker::add(charts::DirectoryIndex directory, const ChartGroup& charts) {
  for (Page& page : pages_)
    if (page.query.group == SetQuery::Group::set) offer(page, {directory, charts});
  if (!wants_symbols_) return;
  const auto parsed = charts::parse_chart_set_name(name(directory));
  SymbolSums& sums = symbols_[parsed ? parsed->symbol : std::string_view()];
  sums.sets += 1;
  sums.charts.add(charts);
}

void SetPageMaker::offer(Page& page, const SetEntry& entry) const {
  if (!path_matches(entry.directory, page.query.match)) return;
  page.total += 1;
  keep_best(page.best, kept_for(page.query), entry,
            [&](const SetEntry& left, const SetEntry& right) { return is_before(left, right, page.query); });
}

bool SetPageMaker::is_before(const SetEntry& left, const SetEntry& right, const SetQuery& query) const {
  const int figures = compare(left.charts, right.charts, query.sort);
  // Compare names only if they decide, because the path of a deep directory must be put together first.
  return decide(figures, figures == 0 ? compare_paths(left.directory, right.directory) : 0, query);
}

bool SetPageMaker::is_in_root(charts::DirectoryIndex directory) const {
  return directory != charts::k_root && catalog_->directory(directory).parent() == charts::k_root;
}

std::string_view SetPageMaker::name(charts::DirectoryIndex directory) const {
  return directory == charts::k_root ? std::string_view() : catalog_->name(catalog_->directory(directory));
}

int SetPageMaker::compare_paths(charts::DirectoryIndex left, charts::DirectoryIndex right) const {
  if (is_in_root(left) && is_in_root(right)) return name(left).compare(name(right));
  return catalog_->path(left).compare(catalog_->path(right));
}

bool SetPageMaker::path_matches(charts::DirectoryIndex directory, std::string_view wanted) const {
  if (wanted.empty()) return true;
  return is_in_root(directory) ? matches(name(directory), wanted) : matches(catalog_->path(directory), wanted);
}

std::vector<std::pair<SetQuery, std::shared_ptr<const SetPage>>> SetPageMaker::finish(base::FileTime now) {
  std::vector<std::pair<SetQuery, std::shared_ptr<const SetPage>>> finished;
  for (Page& page : pages_) {
    SetQuery query = page.query;
    SetPage made = query.group == SetQuery::Group::set ? sets_of(std::move(page)) : symbols_of(query);
    made.as_of = now;
    finished.emplace_back(std::move(query), std::make_shared<const SetPage>(std::move(made)));
  }
  return finished;
}

SetPage SetPageMaker::sets_of(Page page) const {
  SetPage made;
  made.total = page.total;
  const auto before = [&](const SetEntry& left, const SetEntry& right) { return is_before(left, right, page.query); };
  for (const SetEntry& entry : page_of(std::move(page.best), page.query, before))
    made.sets.push_back(named(catalog_->path(entry.directory), entry.charts));
  return made;
}

SetPage SetPageMaker::symbols_of(const SetQuery& query) const {
  const auto before = [&](const SymbolEntry& left, const SymbolEntry& right) {
    return decide(compare(left.sums.charts, right.sums.charts, query.sort), left.symbol.compare(right.symbol), query);
  };
  SetPage made;
  std::vector<SymbolEntry> best;
  for (const auto& [symbol, sums] : symbols_) {
    if (!matches(symbol, query.match)) continue;
    made.total += 1;
    keep_best(best, kept_for(query), SymbolEntry{symbol, sums}, before);
  }
  for (const SymbolEntry& entry : page_of(std::move(best), query, before))
    made.symbols.push_back({std::string(entry.symbol), entry.sums.sets, entry.sums.charts});
  return made;
}

}  // namespace reaper::sweep
