#include "http/raw_client.hpp"

#include "base/ascii.hpp"
#include "http/characters.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace reaper::test {
namespace {

constexpr int k_patience_ms = 10'000;

bool becomes_ready(int descriptor, short events, int milliseconds) {
  pollfd entry{descriptor, events, 0};
  return ::poll(&entry, 1, milliseconds) == 1;
}

}  // namespace

std::string RawAnswer::field(const std::string& lower_case_name) const {
  const auto found = fields.find(lower_case_name);
  return found == fields.end() ? std::string() : found->second;
}

RawClient::RawClient(const base::ListenAddress& address) : RawClient(unconnected(address)) { connect(); }

RawClient RawClient::unconnected(const base::ListenAddress& address) {
  RawClient client;
  client.server_ = http::socket_address(address);
  client.socket_ = base::FileDescriptor(::socket(client.server_.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!client.socket_) throw std::system_error(errno, std::system_category(), "socket");
  return client;
}

void RawClient::connect() {
  if (::connect(socket_.get(), server_.get(), server_.length) != 0) {
    throw std::system_error(errno, std::system_category(), "connect");
  }
}

void RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!becomes_ready(socket_.get(), POLLOUT, k_patience_ms)) throw std::runtime_error("the server does not read");
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN) {
      was_reset_ = true;
      return;
    }
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

/// Returns false at the end of the stream.
bool RawClient::receive() {
  if (!becomes_ready(socket_.get(), POLLIN, k_patience_ms)) throw std::runtime_error("the server does not answer");
  std::array<char, 65536> chunk;
  const ssize_t count = ::recv(socket_.get(), chunk.data(), chunk.size(), 0);
  if (count < 0 && errno == ECONNRESET) was_reset_ = true;
  if (count <= 0) return false;
  buffer_.append(chunk.data(), static_cast<std::size_t>(count));
  return true;
}

RawAnswer RawClient::read_answer(bool expect_body) {
  constexpr std::string_view k_end = "\r\n\r\n";
  while (buffer_.find(k_end) == std::string::npos) {
    if (!receive()) return {};
  }
  const std::size_t head_length = buffer_.find(k_end) + k_end.size();
  RawAnswer answer;
  answer.status = static_cast<unsigned>(std::stoul(buffer_.substr(buffer_.find(' ') + 1, 3)));
  for (std::size_t line = buffer_.find("\r\n") + 2; line + 2 < head_length;) {
    const std::size_t colon = buffer_.find(':', line);
    const std::size_t end = buffer_.find("\r\n", line);
    answer.fields[base::lower_case(buffer_.substr(line, colon - line))] =
        http::trim(std::string_view(buffer_).substr(colon + 1, end - colon - 1));
    line = end + 2;
  }
  const std::string length = answer.field("content-length");
  const std::size_t body_length = expect_body && !length.empty() ? std::stoul(length) : 0;
  while (buffer_.size() < head_length + body_length) {
    if (!receive()) throw std::runtime_error("the answer is cut off");
  }
  answer.body = buffer_.substr(head_length, body_length);
  buffer_.erase(0, head_length + body_length);
  return answer;
}

std::string RawClient::read_all() {
  while (receive()) {
  }
  return std::exchange(buffer_, {});
}

bool RawClient::has_input() const { return !buffer_.empty() || becomes_ready(socket_.get(), POLLIN, 50); }

void RawClient::end_sending() { ::shutdown(socket_.get(), SHUT_WR); }

void RawClient::reset() {
  const linger at_once{1, 0};  // close(2) then sends a reset (socket(7))
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  socket_.reset();
}

RawAnswer ask(const base::ListenAddress& address, std::string_view bytes) {
  RawClient client(address);
  client.send(bytes);
  return client.read_answer();
}

}  // namespace reaper::test
