#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace reaper::config {

/// A store of objects in buckets that has lifecycle rules.
enum class ObjectStore { s3, gcs, azure };

/// The longest name of an object in bytes. It is the same in all three stores, so a longer prefix matches nothing.
inline constexpr std::size_t k_max_object_name = 1024;

/// Returns the names of the stores in the order of ObjectStore.
[[nodiscard]] std::span<const std::string_view> object_store_names();

/// Returns the name of one store.
[[nodiscard]] std::string_view name_of(ObjectStore store);

/// Returns true if the text is the first part of object names, and matches less than a whole bucket. For Azure it must
/// begin with `CONTAINER/`, because a policy is for all containers of a storage account.
[[nodiscard]] bool is_object_prefix(ObjectStore store, std::string_view text);

/// Returns which prefixes is_object_prefix() accepts, for an error message.
[[nodiscard]] std::string allowed_prefixes(ObjectStore store);

}  // namespace reaper::config
