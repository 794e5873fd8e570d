#include "server_state.hpp"

#include "policy.hpp"

#include <boost/asio/ip/address.hpp>

#include <utility>

namespace reaper::daemon {
namespace {

/// Returns true for listeners on which every client that can connect may POST and DELETE.
bool is_local(const base::ListenAddress& address) {
  if (address.kind == base::ListenAddress::Kind::unix_socket) return true;
  boost::system::error_code error;
  return boost::asio::ip::make_address(address.host, error).is_loopback() && !error;
}

std::vector<api::SettingView> views_of(const std::vector<config::EffectiveSetting>& settings) {
  std::vector<api::SettingView> views;
  views.reserve(settings.size());
  for (const config::EffectiveSetting& setting : settings)
    views.push_back({setting.variable, setting.value, setting.source});
  return views;
}

std::vector<api::SandboxPart> parts_of(const sandbox::Parts& sandbox) {
  std::vector<api::SandboxPart> parts;
  parts.reserve(sandbox.size());
  for (const sandbox::Part& part : sandbox) parts.push_back({part.name, part.active});
  return parts;
}

}  // namespace

std::shared_ptr<const api::ServerState> server_state(const config::Loaded& loaded, StateParts parts) {
  const config::Settings& settings = loaded.settings;
  const sweep::Policy policy = policy_from(settings);
  http::AccessRules rules;
  rules.open = is_local(settings.listen);
  rules.allowed_hosts = settings.allowed_hosts;
  return std::make_shared<const api::ServerState>(
      api::ServerState{.version = CHART_REAPER_VERSION,
                       .limits = limits_from(settings),
                       .policy = policy.limits,
                       .share = policy.share,
                       .settings = views_of(loaded.effective),
                       .access = http::AccessPolicy(std::move(rules), std::move(parts.token_file)),
                       .sandbox = parts_of(parts.sandbox),
                       .listeners = std::move(parts.listeners)});
}

}  // namespace reaper::daemon
