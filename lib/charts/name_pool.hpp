#pragma once

#include <boost/unordered/unordered_flat_set.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace reaper::charts {

/// A position in a NamePool.
using NameId = std::uint32_t;
inline constexpr unsigned k_name_id_bits = 29;

/// Stores the names of files and directories. Charts share names, because the service uses the same four names in every
/// chart set. A name takes its length and nine bytes, rounded up to four. The space of released names is used again.
class NamePool {
 public:
  NamePool() : ids_(0, Hash{this}, Equal{this}) { recent_.fill(k_none); }
  NamePool(const NamePool&) = delete;
  NamePool& operator=(const NamePool&) = delete;
  ~NamePool() = default;

  /// Returns the id of the name, adds the name if needed, and counts one more use.
  NameId intern(std::string_view name);

  /// Stores a name that no other caller will ask for; find() does not find it. Cheaper than intern().
  NameId store_unique(std::string_view name);

  /// Returns the id of an interned name, or `k_none`.
  [[nodiscard]] NameId find(std::string_view name) const;

  /// Ends one use from intern() or store_unique().
  void release(NameId id);

  /// Returns the name, NUL-terminated.
  [[nodiscard]] std::string_view operator[](NameId id) const noexcept;

  /// Returns the memory of all names in use and of their index.
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept {
    return used_units_ * k_unit_bytes + ids_.size() * 2 * sizeof(NameId);
  }

  static constexpr NameId k_none = (NameId{1} << k_name_id_bits) - 1;

 private:
  // A name is stored in units of four bytes: use count, length, a flag for shared, the bytes, a NUL.
  struct Header {
    std::uint32_t uses;
    std::uint16_t length;
    bool shared;
  };
  static constexpr std::size_t k_unit_bytes = 4;
  static constexpr std::size_t k_chunk_units = 16 * 1024;
  static constexpr std::size_t k_max_name_bytes = 4096;  // PATH_MAX; file systems have no longer names

  struct Hash {
    using is_transparent = void;
    const NamePool* pool;
    std::size_t operator()(NameId id) const noexcept;
    std::size_t operator()(std::string_view name) const noexcept;
  };
  struct Equal {
    using is_transparent = void;
    const NamePool* pool;
    bool operator()(NameId left, NameId right) const noexcept { return left == right; }
    bool operator()(NameId left, std::string_view right) const noexcept { return (*pool)[left] == right; }
    bool operator()(std::string_view left, NameId right) const noexcept { return left == (*pool)[right]; }
  };

  [[nodiscard]] NameId& recent(std::string_view name) noexcept;
  [[nodiscard]] std::byte* at(NameId id) const noexcept;
  [[nodiscard]] Header header(NameId id) const noexcept;
  void set_header(NameId id, Header header) noexcept;
  [[nodiscard]] static std::size_t units_for(std::size_t length) noexcept;
  NameId share_by_hash(std::string_view name);
  NameId add(std::string_view name, bool shared);

  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::size_t used_in_last_ = k_chunk_units;
  std::uint64_t used_units_ = 0;           // taken by names in use
  std::vector<std::vector<NameId>> free_;  // free ids by size in units
  boost::unordered_flat_set<NameId, Hash, Equal> ids_;
  std::array<NameId, 16> recent_;  // last used shared names, because the same few occur in each chart set
};

}  // namespace reaper::charts
