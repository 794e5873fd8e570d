#include "api/long_answer.hpp"

#include "base/json_text.hpp"

#include <memory>
#include <string>
#include <utility>

namespace reaper::api {
namespace {

/// Making a piece of this size takes well under a millisecond.
constexpr std::size_t k_piece_bytes = std::size_t{8} * 1024;

/// Returns the members of an object without the braces.
std::string members_of(const boost::json::object& object) {
  const std::string text = base::json_text(object);
  return text.substr(1, text.size() - 2);
}

/// Writes the object in pieces.
class Writer {
 public:
  explicit Writer(LongObject object) : object_(std::move(object)) {}

  /// Returns false after the last piece.
  bool append_piece(std::string& body) {
    const std::size_t begin = body.size();
    if (next_ == 0) begin_body(body);
    for (; next_ < object_.count; ++next_) {
      if (body.size() - begin >= k_piece_bytes) return true;
      if (next_ > 0) body += ',';
      body += base::json_text(object_.entry(next_));
    }
    body += ']';
    if (!object_.after.empty()) body += ',' + members_of(object_.after);
    body += '}';
    return false;
  }

 private:
  void begin_body(std::string& body) const {
    body += '{';
    if (!object_.before.empty()) body += members_of(object_.before) + ',';
    body += base::json_text(boost::json::value(object_.name)) + ":[";
  }

  LongObject object_;
  std::size_t next_ = 0;
};

}  // namespace

http::Response long_answer(LongObject object) {
  http::Response response;
  const auto writer = std::make_shared<Writer>(std::move(object));
  if (writer->append_piece(response.body))
    response.more = [writer](std::string& body) { return writer->append_piece(body); };
  return response;
}

void complete(http::Response& response) {
  while (response.more && response.more(response.body)) continue;
  response.more = {};
}

}  // namespace reaper::api
