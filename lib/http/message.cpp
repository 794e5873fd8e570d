#include "http/message.hpp"

#include "base/json_text.hpp"
#include "base/printable.hpp"

#include <boost/beast/http/status.hpp>
#include <boost/json/object.hpp>

namespace reaper::http {

namespace json = boost::json;

Response problem(unsigned status, std::string detail) { return problem(status, std::move(detail), {}); }

Response problem(unsigned status, std::string detail, const json::object& more) {
  // JSON text is UTF-8 (RFC 8259, 8.1), and a detail may quote bytes from a client.
  if (!base::is_utf8(detail)) detail = base::printable(detail);
  const auto title = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
  json::object body{{"type", "about:blank"},
                    {"title", json::string_view(title.data(), title.size())},
                    {"status", status},
                    {"detail", detail}};
  for (const auto& [name, value] : more) body.emplace(name, value);
  return Response{status, "application/problem+json", base::json_text(body), {}};
}

}  // namespace reaper::http
