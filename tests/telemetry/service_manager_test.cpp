#include "telemetry/service_manager.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

using namespace reaper;
using namespace std::chrono_literals;
using telemetry::ServiceManager;

namespace {

/// A service manager's socket, bound to a path or to an abstract name that the kernel picks (unix(7), autobind).
class Manager {
 public:
  explicit Manager(const std::string& path = {}) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    auto length = static_cast<socklen_t>(path.empty() ? sizeof(sa_family_t) : sizeof address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(bind(socket_.get(), generic, length) == 0);
    length = sizeof address;
    REQUIRE(getsockname(socket_.get(), generic, &length) == 0);
    name_ = path;
    if (path.empty()) {
      // The kernel picks a NUL and five hexadecimal digits.
      name_.assign(address.sun_path, length - offsetof(sockaddr_un, sun_path));
      name_.front() = '@';
    }
  }

  /// Returns the value for NOTIFY_SOCKET.
  [[nodiscard]] const std::string& name() const { return name_; }

  /// Returns the next message, or `(none)`.
  [[nodiscard]] std::string next() const {
    std::array<char, 4096> buffer;
    const ssize_t count = recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    return count < 0 ? "(none)" : std::string(buffer.data(), static_cast<std::size_t>(count));
  }

 private:
  base::FileDescriptor socket_;
  std::string name_;
};

}  // namespace

TEST_CASE("each state is one message to the manager") {
  const Manager manager;
  ServiceManager service(manager.name(), {}, {});
  CHECK(service.is_present());
  service.ready();
  CHECK(manager.next() == "READY=1");
  service.stopping();
  CHECK(manager.next() == "STOPPING=1");
  service.alive();
  CHECK(manager.next() == "WATCHDOG=1");
  service.status("12 charts, 4.5 MB of 1000 MB");
  CHECK(manager.next() == "STATUS=12 charts, 4.5 MB of 1000 MB");
  CHECK(manager.next() == "(none)");
}

TEST_CASE("a status cannot contain another message") {
  const Manager manager;
  ServiceManager service(manager.name(), {}, {});
  service.status("a\nSTOPPING=1\xff");
  CHECK(manager.next() == "STATUS=a\\nSTOPPING=1\\xff");
}

TEST_CASE("a printable status is not escaped again") {
  const Manager manager;
  ServiceManager service(manager.name(), {}, {});
  service.status("unlinkat 'A\\nB\\\\C_1d': Permission denied");
  CHECK(manager.next() == "STATUS=unlinkat 'A\\nB\\\\C_1d': Permission denied");
}

TEST_CASE("a reload is reported with the monotonic time of its start") {
  const Manager manager;
  ServiceManager service(manager.name(), {}, {});
  const auto monotonic_usec = [] {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  };
  const auto before = monotonic_usec();
  service.reloading();
  const auto after = monotonic_usec();
  const std::string message = manager.next();
  const std::string_view prefix = "RELOADING=1\nMONOTONIC_USEC=";
  REQUIRE(message.starts_with(prefix));
  const auto told = std::stoll(message.substr(prefix.size()));
  CHECK(told >= before);
  CHECK(told <= after);
}

TEST_CASE("the manager may listen on a path") {
  const test::TempDir directory;
  const std::string path = directory.path("notify").string();
  {
    const Manager manager(path);
    ServiceManager service(manager.name(), {}, {});
    service.ready();
    CHECK(manager.next() == "READY=1");
  }
  // The socket file still exists, but nothing listens on it.
  CHECK_FALSE(ServiceManager(path, {}, {}).is_present());
}

TEST_CASE("without a usable socket there is no manager, and calls do nothing") {
  for (const std::string& name : {std::string(), std::string("relative"), std::string("/nonexistent/notify"),
                                  "/" + std::string(200, 'x'), "@" + std::string(200, 'x'), std::string("vsock:2:1")}) {
    ServiceManager service(name, "3000000", {});
    CHECK_FALSE(service.is_present());
    CHECK_FALSE(service.watchdog_interval().has_value());
    service.ready();
    service.status("nobody hears");
  }
}

TEST_CASE("the watchdog is pinged at half its timeout, if it watches this process") {
  const Manager manager;
  const std::string own_pid = std::to_string(getpid());
  const auto interval = [&](std::string_view usec, std::string_view pid) {
    return ServiceManager(manager.name(), usec, pid).watchdog_interval();
  };
  CHECK(interval("3000000", own_pid) == 1500ms);
  CHECK(interval("3000000", {}) == 1500ms);
  CHECK_FALSE(interval("3000000", std::to_string(getppid())).has_value());
  CHECK_FALSE(interval("3000000", "x").has_value());
  for (const char* const usec : {"", "0", "1", "-5", "3s", "99999999999999999999"}) CHECK_FALSE(interval(usec, {}));
}

TEST_CASE("a manager that does not read does not block the daemon") {
  const Manager manager;
  ServiceManager service(manager.name(), {}, {});
  // Far more than any datagram queue holds (net.unix.max_dgram_qlen).
  for (int i = 0; i < 20'000; ++i) service.alive();
  CHECK(manager.next() == "WATCHDOG=1");
}

TEST_CASE("a manager that has ended is no error") {
  auto manager = std::make_optional<Manager>();
  ServiceManager service(manager->name(), {}, {});
  manager.reset();
  service.ready();
  CHECK(service.is_present());
}
