#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <string_view>

namespace reaper::daemon {

// Reading of what the daemon answers. All of it may be missing or of another kind: another program may have answered.

/// The member of this name; null if `object` is no object or has none.
[[nodiscard]] const boost::json::value& member(const boost::json::value& object, std::string_view name);

/// The text of a member; empty if there is none.
[[nodiscard]] std::string_view text_of(const boost::json::value& object, std::string_view name);

/// The entries of a member; none if it is no array.
[[nodiscard]] const boost::json::array& entries_of(const boost::json::value& object, std::string_view name);

}  // namespace reaper::daemon
