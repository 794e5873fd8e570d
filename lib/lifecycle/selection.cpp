#include "lifecycle/selection.hpp"

#include "base/utf8.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace reaper::lifecycle {
namespace {

constexpr std::string_view k_every_file = "*";

std::optional<std::string> suffix_for(std::string_view glob) {
  const bool has_star = glob.starts_with('*');
  const std::string_view text = glob.substr(has_star ? 1 : 0);
  // JSON can only carry UTF-8 (RFC 8259, 8.1).
  if (text.empty() || text.find_first_of("*?[\\") != std::string_view::npos || !base::is_utf8(text))
    return std::nullopt;
  return has_star ? std::string(text) : "/" + std::string(text);
}

}  // namespace

Selection select(config::ObjectStore store, const std::vector<std::string>& globs) {
  if (std::ranges::find(globs, k_every_file) != globs.end()) return {};
  if (store != config::ObjectStore::gcs) return {{}, globs};
  Selection selection;
  for (const std::string& glob : globs) {
    if (auto suffix = suffix_for(glob)) selection.suffixes.push_back(*std::move(suffix));
    else selection.left_out.push_back(glob);
  }
  return selection;
}

}  // namespace reaper::lifecycle
