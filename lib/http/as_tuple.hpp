#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace reaper::http {

/// Makes `co_await` return the error with the result, instead of throwing it.
inline constexpr auto k_as_tuple = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace reaper::http
