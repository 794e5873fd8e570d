#include "volume/quarantine_name.hpp"

namespace reaper::volume {
namespace {

constexpr std::string_view k_prefix = ".chart-reaper~";
constexpr std::string_view k_suffix = "~";

}  // namespace

std::string quarantine_name(std::string_view name) {
  std::string quarantined;
  quarantined.reserve(k_prefix.size() + name.size() + k_suffix.size());
  quarantined += k_prefix;
  quarantined += name;
  quarantined += k_suffix;
  return quarantined;
}

bool is_quarantine_name(std::string_view name) {
  return name.starts_with(k_prefix) && name.ends_with(k_suffix) && name.size() > k_prefix.size() + k_suffix.size();
}

std::optional<std::string> original_name(std::string_view quarantine_name) {
  if (!is_quarantine_name(quarantine_name)) return {};
  quarantine_name.remove_prefix(k_prefix.size());
  quarantine_name.remove_suffix(k_suffix.size());
  return std::string(quarantine_name);
}

}  // namespace reaper::volume
