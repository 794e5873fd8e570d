#include "json_answer.hpp"

namespace reaper::daemon {

namespace json = boost::json;

const json::value& member(const json::value& object, std::string_view name) {
  static const json::value k_null;
  const json::object* const members = object.if_object();
  const json::value* const found = members == nullptr ? nullptr : members->if_contains(name);
  return found == nullptr ? k_null : *found;
}

std::string_view text_of(const json::value& object, std::string_view name) {
  const json::string* const text = member(object, name).if_string();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

const json::array& entries_of(const json::value& object, std::string_view name) {
  static const json::array k_none;
  const json::array* const entries = member(object, name).if_array();
  return entries == nullptr ? k_none : *entries;
}

}  // namespace reaper::daemon
