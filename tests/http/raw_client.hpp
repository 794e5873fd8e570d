#pragma once

#include "base/file_descriptor.hpp"
#include "base/listen_address.hpp"
#include "http/socket_address.hpp"

#include <map>
#include <string>
#include <string_view>

namespace reaper::test {

inline constexpr const char* k_get = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Returns the head of a request; `fields` are further lines, each with its line end.
[[nodiscard]] inline std::string request(const std::string& method, const std::string& target,
                                         const std::string& fields = "") {
  return method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
}

/// One answer, as received.
struct RawAnswer {
  unsigned status = 0;                        ///< 0 if the connection ended before an answer
  std::map<std::string, std::string> fields;  ///< by lower-case name
  std::string body;

  /// Returns the value of a field; empty if it is absent.
  [[nodiscard]] std::string field(const std::string& lower_case_name) const;
};

/// A client that sends exactly the given bytes. Every wait throws after ten seconds: enough for a busy machine, and no
/// passing test waits that long.
class RawClient {
 public:
  /// Connects at once.
  explicit RawClient(const base::ListenAddress& address);

  /// Makes the socket but does not connect it yet.
  [[nodiscard]] static RawClient unconnected(const base::ListenAddress& address);

  void connect();

  /// Sends all bytes, or as many as the server reads before it closes.
  void send(std::string_view bytes);

  /// Returns the next answer. Pass false for `expect_body` after HEAD, whose answer has none.
  [[nodiscard]] RawAnswer read_answer(bool expect_body = true);

  /// Returns all bytes until the server closes the connection. Throws if it does not.
  [[nodiscard]] std::string read_all();

  /// Returns true if the server closed the connection without sending more.
  [[nodiscard]] bool is_closed() { return read_all().empty(); }

  /// Returns true if the connection ended with a reset, which can destroy an unread answer.
  [[nodiscard]] bool was_reset() const noexcept { return was_reset_; }

  /// Returns true if bytes arrive within 50 ms; for answers that must not come.
  [[nodiscard]] bool has_input() const;

  /// Closes the sending side, but still reads.
  void end_sending();

  /// Closes the connection with a reset.
  void reset();

  [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }

 private:
  RawClient() = default;
  bool receive();

  http::SocketAddress server_;
  base::FileDescriptor socket_;
  std::string buffer_;
  bool was_reset_ = false;
};

/// Sends one request on a new connection and returns the answer.
[[nodiscard]] RawAnswer ask(const base::ListenAddress& address, std::string_view bytes);

}  // namespace reaper::test
