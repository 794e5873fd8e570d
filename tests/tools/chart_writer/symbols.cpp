#include "symbols.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace chart_writer {
namespace {

constexpr std::array<std::string_view, 36> k_tickers{
    "NIFTY 50",   "M&M",       "BRK.B",    "^NSEI", "A_B",       "日経",       "RELIANCE",   "TCS",        "INFY",
    "HDFCBANK",   "ICICIBANK", "SBIN",     "ITC",   "LT",        "BAJAJ-AUTO", "MARUTI",     "BHARTIARTL", "ASIANPAINT",
    "HINDUNILVR", "KOTAKBANK", "AXISBANK", "WIPRO", "SUNPHARMA", "TITAN",      "NIFTY BANK", "^GSPC",      "AAPL",
    "MSFT",       "GOOGL",     "AMZN",     "NVDA",  "BTC-USD",   "EURUSD=X",   "GC=F",       "0700.HK",    "L&TFH",
};

/// Returns a made-up ticker of five letters: `AAAAA`, `BAAAA`, ...
std::string made_up_ticker(std::size_t number) {
  std::string ticker;
  for (int i = 0; i < 5; ++i, number /= 26) ticker += static_cast<char>('A' + number % 26);
  return ticker;
}

}  // namespace

std::vector<std::string> chart_set_names(std::size_t symbols, const std::vector<std::string>& intervals) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < symbols; ++i) {
    const std::string symbol =
        i < k_tickers.size() ? std::string(k_tickers.at(i)) : made_up_ticker(i - k_tickers.size());
    for (const std::string& interval : intervals) names.push_back(fmt::format("{}_{}", symbol, interval));
  }
  return names;
}

std::vector<std::string> split_list(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (comma > 0) parts.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return parts;
}

}  // namespace chart_writer
