#include "lifecycle/rule.hpp"

#include "lifecycle/selection.hpp"
#include "lifecycle/whole_days.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <utility>

namespace reaper::lifecycle {
namespace {

namespace json = boost::json;

// Azure allows only letters and digits in the name of a rule.
constexpr std::string_view k_rule_name = "chartreaper";

json::array array_of(json::value element) {
  json::array array;
  array.push_back(std::move(element));
  return array;
}

json::object object_of(json::string_view name, json::value member) {
  json::object object;
  object[name] = std::move(member);
  return object;
}

json::object s3_rule(json::string_view prefix, std::int64_t days, bool is_active) {
  json::object rule;
  rule["ID"] = k_rule_name;
  rule["Status"] = is_active ? "Enabled" : "Disabled";
  rule["Filter"] = object_of("Prefix", prefix);
  rule["Expiration"] = object_of("Days", days);
  return object_of("Rules", array_of(std::move(rule)));
}

/// The condition isLive spares old versions in a bucket that keeps them, as the other stores do.
json::object gcs_rule(json::string_view prefix, std::int64_t days, const Selection& selection) {
  json::object condition;
  condition["age"] = days;
  condition["isLive"] = true;
  condition["matchesPrefix"] = array_of(prefix);
  if (!selection.suffixes.empty())
    condition["matchesSuffix"] = json::array(selection.suffixes.begin(), selection.suffixes.end());
  json::object rule;
  rule["action"] = object_of("type", "Delete");
  rule["condition"] = std::move(condition);
  return object_of("rule", array_of(std::move(rule)));
}

json::object azure_rule(json::string_view prefix, std::int64_t days, bool is_active) {
  json::object filters;
  filters["blobTypes"] = array_of("blockBlob");
  filters["prefixMatch"] = array_of(prefix);
  json::object definition;
  definition["filters"] = std::move(filters);
  definition["actions"] =
      object_of("baseBlob", object_of("delete", object_of("daysAfterModificationGreaterThan", days)));
  json::object rule;
  rule["enabled"] = is_active;
  rule["name"] = k_rule_name;
  rule["type"] = "Lifecycle";
  rule["definition"] = std::move(definition);
  return object_of("rules", array_of(std::move(rule)));
}

}  // namespace

json::object make_rule(const config::Settings& settings, const Target& target) {
  const std::int64_t days = whole_days(settings);
  const bool is_active = target.prefix.has_value() && settings.enable_cleanup;
  switch (target.store) {
    case config::ObjectStore::s3: return s3_rule(target.prefix.value_or(std::string(k_placeholder)), days, is_active);
    case config::ObjectStore::azure:
      return azure_rule(target.prefix.value_or(std::string(k_azure_placeholder)), days, is_active);
    case config::ObjectStore::gcs: break;
  }
  return gcs_rule(is_active ? *target.prefix : k_placeholder, days, select(target.store, settings.file_patterns));
}

}  // namespace reaper::lifecycle
