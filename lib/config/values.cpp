#include "config/values.hpp"

#include "base/ascii.hpp"
#include "base/ip_address.hpp"
#include "config/wrapping.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <system_error>
#include <utility>

namespace reaper::config {
namespace {

template <class T>
std::optional<T> find_named(std::initializer_list<std::pair<std::string_view, T>> names, std::string_view text) {
  for (const auto& [name, value] : names) {
    if (base::equals_ignoring_case(name, text)) return value;
  }
  return std::nullopt;
}

/// Returns the elements of a comma-separated list; nothing if one of them is not `valid`.
template <class Valid>
std::optional<std::vector<std::string>> parse_list(std::string_view text, Valid valid) {
  std::vector<std::string> elements;
  for (bool more = true; more;) {
    const std::size_t comma = text.find(',');
    const std::string_view element = text.substr(0, comma);
    if (!valid(element)) return std::nullopt;
    elements.emplace_back(element);
    more = comma != std::string_view::npos;
    if (more) text.remove_prefix(comma + 1);
  }
  return elements;
}

bool is_pattern(std::string_view text) {
  using namespace std::string_view_literals;
  return !text.empty() && text.find_first_of("/\0"sv) == std::string_view::npos && wrapping_of(text).empty();
}

/// RFC 1123, 2.1: letters, digits and inner hyphens. Container networks also use underscores.
bool is_host_label(std::string_view text) {
  const auto allowed = [](char c) { return base::is_letter(c) || base::is_digit(c) || c == '-' || c == '_'; };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed) && text.front() != '-' && text.back() != '-';
}

bool is_host(std::string_view text) {
  if (base::canonical_ipv6(text)) return true;
  for (std::size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.')) {
    if (!is_host_label(text.substr(0, dot))) return false;
    text.remove_prefix(dot + 1);
  }
  return is_host_label(text);
}

}  // namespace

std::optional<double> parse_decimal(std::string_view text, Lowest lowest, double max) {
  // Check this first, because std::from_chars also accepts a minus sign, an exponent, `inf` and `nan`.
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return base::is_digit(c) || c == '.'; });
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (!plain || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  const bool in_range = (lowest == Lowest::zero ? value >= 0 : value > 0) && value <= max;
  return in_range ? std::optional(value) : std::nullopt;
}

std::optional<double> parse_percent(std::string_view text) {
  if (text.ends_with('%')) text.remove_suffix(1);
  return parse_decimal(text, Lowest::above_zero, 100);
}

std::optional<std::vector<std::string>> parse_patterns(std::string_view text) { return parse_list(text, is_pattern); }

std::optional<std::vector<std::string>> parse_hosts(std::string_view text) { return parse_list(text, is_host); }

std::optional<std::string> parse_root_path(std::string_view text) {
  const bool usable = !text.empty() && text.find('\0') == std::string_view::npos &&
                      std::filesystem::path(text).lexically_normal() != std::filesystem::path("/");
  return usable ? std::optional<std::string>(text) : std::nullopt;
}

std::optional<base::LogFormat> parse_log_format(std::string_view text) {
  return find_named<base::LogFormat>({{"text", base::LogFormat::text}, {"json", base::LogFormat::json}}, text);
}

std::optional<base::LogLevel> parse_log_level(std::string_view text) {
  return find_named<base::LogLevel>({{"debug", base::LogLevel::debug},
                                     {"info", base::LogLevel::info},
                                     {"warning", base::LogLevel::warning},
                                     {"error", base::LogLevel::error}},
                                    text);
}

std::optional<std::optional<unsigned>> parse_concurrency(std::string_view text) {
  if (base::equals_ignoring_case(text, "auto")) return std::optional<unsigned>();
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  if (!is_whole || number == 0 || number > k_max_io_concurrency) return {};
  return std::optional(number);
}

std::optional<FeatureMode> parse_feature_mode(std::string_view text) {
  return find_named<FeatureMode>({{"auto", FeatureMode::automatic}, {"off", FeatureMode::off}}, text);
}

}  // namespace reaper::config
