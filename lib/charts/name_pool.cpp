#include "charts/name_pool.hpp"

#include <boost/functional/hash.hpp>

#include <cstring>
#include <functional>
#include <limits>
#include <stdexcept>

namespace reaper::charts {

std::size_t NamePool::Hash::operator()(NameId id) const noexcept { return (*this)((*pool)[id]); }

std::size_t NamePool::Hash::operator()(std::string_view name) const noexcept {
  return std::hash<std::string_view>{}(name);
}

NameId NamePool::intern(std::string_view name) {
  NameId& again = recent(name);
  // The id may have been released and now belong to another name, or to none.
  if (again != k_none) {
    Header of_again = header(again);
    if (of_again.uses != 0 && of_again.shared && (*this)[again] == name) {
      ++of_again.uses;
      set_header(again, of_again);
      return again;
    }
  }
  again = share_by_hash(name);
  return again;
}

/// Returns the place in `recent_` for names with this length, first and last letter.
NameId& NamePool::recent(std::string_view name) noexcept {
  if (name.empty()) return recent_[0];
  const auto letter = [](char c) { return static_cast<unsigned char>(c); };
  return recent_[(name.size() + letter(name.front()) + 4U * letter(name.back())) % recent_.size()];
}

NameId NamePool::share_by_hash(std::string_view name) {
  if (const auto known = ids_.find(name); known != ids_.end()) {
    Header of_known = header(*known);
    ++of_known.uses;
    set_header(*known, of_known);
    return *known;
  }
  const NameId id = add(name, true);
  ids_.insert(id);
  return id;
}

NameId NamePool::store_unique(std::string_view name) { return add(name, false); }

NameId NamePool::find(std::string_view name) const {
  const auto known = ids_.find(name);
  return known == ids_.end() ? k_none : *known;
}

void NamePool::release(NameId id) {
  Header of_released = header(id);
  --of_released.uses;
  set_header(id, of_released);
  if (of_released.uses != 0) return;
  if (of_released.shared) ids_.erase(id);
  const std::size_t units = units_for(of_released.length);
  used_units_ -= units;
  if (free_.size() <= units) free_.resize(units + 1);
  free_[units].push_back(id);
}

std::string_view NamePool::operator[](NameId id) const noexcept {
  return {reinterpret_cast<const char*>(at(id) + sizeof(Header)), header(id).length};
}

std::byte* NamePool::at(NameId id) const noexcept {
  return chunks_[id / k_chunk_units].get() + (id % k_chunk_units) * k_unit_bytes;
}

NamePool::Header NamePool::header(NameId id) const noexcept {
  Header header;
  std::memcpy(&header, at(id), sizeof header);
  return header;
}

void NamePool::set_header(NameId id, Header header) noexcept { std::memcpy(at(id), &header, sizeof header); }

std::size_t NamePool::units_for(std::size_t length) noexcept {
  return (sizeof(Header) + length + 1 + k_unit_bytes - 1) / k_unit_bytes;
}

NameId NamePool::add(std::string_view name, bool shared) {
  if (name.size() > k_max_name_bytes) throw std::length_error("a file name of more than 4096 bytes");
  const std::size_t units = units_for(name.size());
  NameId id = 0;
  if (units < free_.size() && !free_[units].empty()) {
    id = free_[units].back();
    free_[units].pop_back();
  } else {
    if (used_in_last_ + units > k_chunk_units) {
      if ((chunks_.size() + 1) * k_chunk_units > k_none) throw std::length_error("2 GiB of file names");
      chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(k_chunk_units * k_unit_bytes));
      used_in_last_ = 0;
    }
    id = static_cast<NameId>((chunks_.size() - 1) * k_chunk_units + used_in_last_);
    used_in_last_ += units;
  }
  used_units_ += units;
  set_header(id, {1, static_cast<std::uint16_t>(name.size()), shared});
  std::memcpy(at(id) + sizeof(Header), name.data(), name.size());
  at(id)[sizeof(Header) + name.size()] = std::byte{0};
  return id;
}

}  // namespace reaper::charts
