// Hashing and comparison for the catalog's hash tables, which store positions only.

#include "charts/catalog.hpp"

#include <boost/functional/hash.hpp>

#include <functional>
#include <utility>

namespace reaper::charts {

Catalog::DirectoryKey Catalog::key_of_directory(DirectoryIndex index) const noexcept {
  const Directory& directory = directories_[index];
  return {directory.parent_, names_[directory.name_]};
}

std::size_t Catalog::DirectoryHash::operator()(const DirectoryKey& key) const noexcept {
  std::size_t hash = std::hash<std::string_view>{}(key.name);
  boost::hash_combine(hash, key.parent);
  return hash;
}

bool Catalog::DirectoryEqual::operator()(const DirectoryKey& key, DirectoryIndex index) const noexcept {
  const DirectoryKey other = catalog->key_of_directory(index);
  return other.parent == key.parent && other.name == key.name;
}

std::size_t Catalog::ChartHash::operator()(const ChartKey& key) const noexcept {
  return boost::hash_value(std::pair(key.directory, key.name));
}

std::size_t Catalog::ChartHash::operator()(ChartIndex index) const noexcept {
  const Chart& chart = catalog->charts_[index];
  return (*this)(ChartKey{chart.directory_, chart.name_});
}

bool Catalog::ChartEqual::operator()(const ChartKey& key, ChartIndex index) const noexcept {
  const Chart& chart = catalog->charts_[index];
  return chart.directory_ == key.directory && chart.name_ == key.name;
}

}  // namespace reaper::charts
