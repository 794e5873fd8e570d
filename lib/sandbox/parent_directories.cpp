#include "sandbox/parent_directories.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace reaper::sandbox {
namespace {

namespace fs = std::filesystem;

/// Returns the path without links and dots. If it does not exist, only the dots are resolved.
fs::path without_links(const fs::path& path) {
  std::error_code error;
  fs::path real = fs::weakly_canonical(fs::absolute(path, error), error);
  if (error) real = path.lexically_normal();
  return real.has_filename() ? real : real.parent_path();  // without the slash that remains of `c/..`
}

/// Returns the parent directory, or the path itself if its parent is `/`.
std::string place_of(const fs::path& path) {
  const fs::path holder = without_links(path.parent_path());
  return holder == holder.root_path() ? path.string() : holder.string();
}

}  // namespace

std::vector<std::string> parent_directories(const std::string& path) {
  std::error_code error;
  fs::path written = fs::absolute(path, error);
  if (!written.has_filename()) written = written.parent_path();  // `charts/` means `charts`
  std::vector<std::string> places{place_of(written)};
  std::string real = place_of(without_links(written));
  if (std::ranges::find(places, real) == places.end()) places.push_back(std::move(real));
  return places;
}

}  // namespace reaper::sandbox
