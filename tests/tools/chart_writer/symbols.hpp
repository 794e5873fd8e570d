#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace chart_writer {

/// Returns the names `{SYMBOL}_{INTERVAL}` of all sets of the first `symbols` symbols: real tickers, the awkward ones
/// first, then made-up ones.
[[nodiscard]] std::vector<std::string> chart_set_names(std::size_t symbols, const std::vector<std::string>& intervals);

/// Returns the parts of a comma-separated list that are not empty.
[[nodiscard]] std::vector<std::string> split_list(std::string_view list);

}  // namespace chart_writer
