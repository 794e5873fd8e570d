#pragma once

#include "api/fakes.hpp"
#include "api/routes.hpp"
#include "api/says.hpp"
#include "base/size.hpp"
#include "support/capture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reaper::test {

/// The routes on top of a fake sweep service. Each request uses the members as they are at that moment.
struct RoutesFixture {
  http::Response ask(std::string_view method, std::string target) {
    judged.cleanup_enabled = limits.cleanup_enabled;
    assessor.use(judged);
    http::Request request = asked;
    request.method = http::parse_method(method);
    request.target = std::move(target);
    routes.use(std::make_shared<api::ServerState>(api::ServerState{.version = "1.2.3",
                                                                   .limits = limits,
                                                                   .policy = policy,
                                                                   .share = share,
                                                                   .settings = {{"CHART_LISTEN", "x", "default"}},
                                                                   .access = http::AccessPolicy(access),
                                                                   .sandbox = sandbox,
                                                                   .listeners = {{"admin", &counters}}}));
    const http::RoutedRequest routed = routes.route(request, listener);
    priority = routed.priority;
    boost::asio::io_context io;
    http::Response result;
    boost::asio::co_spawn(io, routed.answer(), [&](const std::exception_ptr& error, http::Response response) {
      if (error) std::rethrow_exception(error);
      result = std::move(response);
    });
    io.run();
    return result;
  }

  FixedClock clock;
  Capture capture = capture_pipe();
  telemetry::Log log{clock, capture.writer.get()};
  FakeSweeps sweeps;
  std::string hung;
  assessment::SettingFacts judged{.cleanup_enabled = true,
                                  .wants_watches = true,
                                  .max_age = std::chrono::hours(24),
                                  .min_age = std::chrono::seconds(60),
                                  .limit_bytes = 1000 * base::k_mebibyte,
                                  .declared_bytes = {}};
  api::ConfiguredLimits limits{24, 1000, 60, true};
  std::vector<api::SandboxPart> sandbox{{"files", true}, {"network", false}};
  sweep::VolumeShare share;
  retention::Limits policy{std::chrono::hours(24), 1000, std::chrono::seconds(60)};
  http::AccessRules access{.open = true, .token_configured = false, .token = {}, .allowed_hosts = {}};
  http::Request asked{.target = {}, .peer = "127.0.0.1:51234", .host = "localhost:8010"};
  api::Listener listener = api::Listener::admin;
  http::Priority priority{};  ///< of the last request
  telemetry::ProcessObserver process{clock};
  telemetry::AuditFile audit{log, clock};
  http::Counters counters{.connections = 3, .malformed = 2};
  api::Assessor assessor{{sweeps, clock, log, [this] { return hung; }}};
  api::ReloadResult reloaded;
  std::vector<std::string> reload_asked_by;
  api::Routes routes{{sweeps, clock, log, process, audit, assessor, [this](std::string_view asked_by) {
                        reload_asked_by.emplace_back(asked_by);
                        return reloaded;
                      }}};
};

inline bool is_problem(const http::Response& response, unsigned status) {
  return response.status == status && response.content_type == "application/problem+json";
}

}  // namespace reaper::test
