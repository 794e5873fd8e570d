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

/// Keeps the names of files and directories, each once however many charts share it: the service uses the same four
/// names in every chart set. A name takes its length and eight bytes; one that nobody uses any more makes room for
/// others.
class NamePool {
 public:
  NamePool() : ids_(0, Hash{this}, Equal{this}) { recent_.fill(k_none); }
  NamePool(const NamePool&) = delete;
  NamePool& operator=(const NamePool&) = delete;
  ~NamePool() = default;

  /// The name's id, and a use of it more.
  NameId intern(std::string_view name);

  /// The same for a name that nobody else is going to ask for, which is cheaper: find() does not know it.
  NameId store_unique(std::string_view name);

  /// The id of a name that is shared, or `k_none`.
  [[nodiscard]] NameId find(std::string_view name) const;

  /// Takes a use back that intern() or store_unique() has given.
  void release(NameId id);

  /// The name; NUL-terminated.
  [[nodiscard]] std::string_view operator[](NameId id) const noexcept;

  /// Memory of all names that are in use, with their place in the index.
  [[nodiscard]] std::uint64_t memory_bytes() const noexcept {
    return used_units_ * k_unit_bytes + ids_.size() * 2 * sizeof(NameId);
  }

  static constexpr NameId k_none = (NameId{1} << k_name_id_bits) - 1;

 private:
  // A name is laid out in units of four bytes: uses, length and whether it is shared, the bytes, a NUL.
  struct Header {
    std::uint32_t uses;
    std::uint16_t length;
    bool shared;
  };
  static constexpr std::size_t k_unit_bytes = 4;
  static constexpr std::size_t k_chunk_units = 16 * 1024;
  static constexpr std::size_t k_max_name_bytes = 4096;  // PATH_MAX; no file system has longer ones

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
  std::uint64_t used_units_ = 0;           // by names in use
  std::vector<std::vector<NameId>> free_;  // by size in units
  boost::unordered_flat_set<NameId, Hash, Equal> ids_;
  std::array<NameId, 16> recent_;  // of shared names: the same few come again with each chart set
};

}  // namespace reaper::charts
