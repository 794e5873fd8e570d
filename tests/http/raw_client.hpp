#pragma once

#include "base/file_descriptor.hpp"
#include "base/listen_address.hpp"
#include "http/socket_address.hpp"

#include <map>
#include <string>
#include <string_view>

namespace reaper::test {

/// One answer as it came over the wire.
struct RawAnswer {
  unsigned status = 0;                        ///< 0 if the connection ended before an answer
  std::map<std::string, std::string> fields;  ///< by lower-case name
  std::string body;

  /// The value of a field; empty if it is absent.
  [[nodiscard]] std::string field(const std::string& lower_case_name) const;
};

/// A client that sends exactly the bytes it is told to. It waits ten seconds at most for anything and then throws: long
/// enough for a busy machine, and no test that passes waits that long.
class RawClient {
 public:
  /// Connects at once.
  explicit RawClient(const base::ListenAddress& address);

  /// Has its socket, but is not connected yet.
  [[nodiscard]] static RawClient unconnected(const base::ListenAddress& address);

  void connect();

  /// Sends everything, or as much as the server takes before it closes.
  void send(std::string_view bytes);

  /// The next answer. `expect_body` is whether it has one: the answer to HEAD has not.
  [[nodiscard]] RawAnswer read_answer(bool expect_body = true);

  /// Everything until the server closes the connection. Throws if it does not.
  [[nodiscard]] std::string read_all();

  /// Whether the server has closed the connection, having sent nothing more.
  [[nodiscard]] bool is_closed() { return read_all().empty(); }

  /// Whether the connection ended with a reset, which may destroy an answer that has not been read yet.
  [[nodiscard]] bool was_reset() const noexcept { return was_reset_; }

  /// Whether something has arrived within 50 ms; for what must not come.
  [[nodiscard]] bool has_input() const;

  /// Says that nothing more will be sent, but goes on reading.
  void end_sending();

  /// Closes so that the server gets a reset.
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

/// The answer to one request on a connection of its own.
[[nodiscard]] RawAnswer ask(const base::ListenAddress& address, std::string_view bytes);

}  // namespace reaper::test
