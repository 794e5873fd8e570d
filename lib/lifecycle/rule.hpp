#pragma once

#include "config/object_store.hpp"
#include "config/settings.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace reaper::lifecycle {

// Match nothing until an operator replaces them. The container is valid, because Azure checks its form.
inline constexpr std::string_view k_placeholder = "REPLACE-WITH-YOUR-PREFIX/";
inline constexpr std::string_view k_azure_placeholder = "replace-with-your-container/REPLACE-WITH-YOUR-PREFIX/";

/// The place of the charts in an object store.
struct Target {
  config::ObjectStore store = config::ObjectStore::s3;
  std::optional<std::string> prefix;  ///< accepted by config::is_object_prefix(); none: not known
};

/// Returns the lifecycle configuration with one rule that comes closest to the settings. It never removes an object
/// earlier than the settings allow.
///
/// Without a prefix, the rule has a placeholder that matches nothing. Without cleanup, it removes nothing either. In
/// both cases it is also disabled; GCS has no such switch, so there it has the placeholder.
///
/// The result is the input of `aws s3api put-bucket-lifecycle-configuration`, `gcloud storage buckets update
/// --lifecycle-file`, or `az storage account management-policy create`.
[[nodiscard]] boost::json::object make_rule(const config::Settings& settings, const Target& target);

}  // namespace reaper::lifecycle
