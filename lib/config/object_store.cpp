#include "config/object_store.hpp"

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "config/wrapping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace reaper::config {
namespace {

constexpr std::array<std::string_view, 3> k_object_stores{"s3", "gcs", "azure"};

// The rules for container names of Azure Blob Storage.
constexpr std::size_t k_min_container = 3;
constexpr std::size_t k_max_container = 63;

bool is_container(std::string_view name) {
  const auto is_plain = [](char c) { return base::is_digit(c) || (c >= 'a' && c <= 'z'); };
  return name.size() >= k_min_container && name.size() <= k_max_container && is_plain(name.front()) &&
         is_plain(name.back()) && name.find("--") == std::string_view::npos &&
         std::ranges::all_of(name, [&](char c) { return is_plain(c) || c == '-'; });
}

/// Returns true if all of the text can be seen, so that nobody reads another prefix than the one in the rule.
bool is_visible(std::string_view text) {
  while (!text.empty()) {
    const auto [character, length] = base::first_code_point(text);
    if (length == 0 || base::is_hidden(character)) return false;
    text.remove_prefix(length);
  }
  return true;
}

/// Refuses texts that mean the whole bucket, wildcards, which no store knows, and URLs.
bool narrows_a_bucket(std::string_view text) {
  return !text.empty() && !text.starts_with('/') && text != "." && !text.starts_with("./") &&
         text.find('*') == std::string_view::npos && text.find("://") == std::string_view::npos;
}

}  // namespace

std::span<const std::string_view> object_store_names() { return k_object_stores; }

std::string_view name_of(ObjectStore store) { return k_object_stores.at(static_cast<std::size_t>(store)); }

bool is_object_prefix(ObjectStore store, std::string_view text) {
  if (text.size() > k_max_object_name || !is_visible(text) || !wrapping_of(text).empty()) return false;
  if (store != ObjectStore::azure) return narrows_a_bucket(text);
  const std::size_t slash = text.find('/');
  return slash != std::string_view::npos && is_container(text.substr(0, slash)) &&
         narrows_a_bucket(text.substr(slash + 1));
}

std::string allowed_prefixes(ObjectStore store) {
  const std::string_view form = store == ObjectStore::azure
                                    ? "CONTAINER/ and the first part of blob names, such as mycontainer/charts/"
                                    : "the first part of object names, such as charts/";
  const std::string_view whole = store == ObjectStore::azure ? "container" : "bucket";
  return fmt::format("{}; not a whole {}, a URL, a wildcard, or a / or ./ at the start; at most {} bytes", form, whole,
                     k_max_object_name);
}

}  // namespace reaper::config
