#include "volume/aside.hpp"

namespace reaper::volume {
namespace {

constexpr std::string_view k_prefix = ".chart-reaper~";
constexpr std::string_view k_suffix = "~";

}  // namespace

std::string aside_name(std::string_view name) {
  std::string aside;
  aside.reserve(k_prefix.size() + name.size() + k_suffix.size());
  aside += k_prefix;
  aside += name;
  aside += k_suffix;
  return aside;
}

bool is_aside_name(std::string_view name) {
  return name.starts_with(k_prefix) && name.ends_with(k_suffix) && name.size() > k_prefix.size() + k_suffix.size();
}

std::optional<std::string> original_name(std::string_view aside) {
  if (!is_aside_name(aside)) return {};
  aside.remove_prefix(k_prefix.size());
  aside.remove_suffix(k_suffix.size());
  return std::string(aside);
}

}  // namespace reaper::volume
