#include "config/group.hpp"

#include "base/ascii.hpp"

#include <grp.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <limits>
#include <memory>

namespace reaper::config {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const noexcept {
    std::fclose(file);
  }  // it was only read, so a failing close loses nothing
};

std::optional<gid_t> parse_number(const std::string& text) {
  gid_t group = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), group);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  // (gid_t)-1 means "no change" in chown(2), so it is no group.
  return whole && group != std::numeric_limits<gid_t>::max() ? std::optional(group) : std::nullopt;
}

}  // namespace

std::optional<gid_t> find_group(const std::string& text, const std::string& file) {
  const bool is_number = std::ranges::all_of(text, base::is_digit);
  if (is_number) return parse_number(text);
  const std::unique_ptr<std::FILE, CloseFile> groups(std::fopen(file.c_str(), "re"));
  if (!groups) return std::nullopt;
  // fgetgrent(3) uses one buffer for all threads; only one thread reads settings.
  while (const group* entry = ::fgetgrent(groups.get())) {
    if (text == entry->gr_name) return entry->gr_gid;
  }
  return std::nullopt;
}

}  // namespace reaper::config
