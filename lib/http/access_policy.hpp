#pragma once

#include "http/access_rules.hpp"
#include "http/token_file.hpp"

#include <memory>
#include <optional>

namespace reaper::http {

/// The access rules of a listener together with its present token. An operator may change the token file at any time.
class AccessPolicy {
 public:
  /// `token_file` may be null; then `rules` never change.
  explicit AccessPolicy(AccessRules rules, std::shared_ptr<TokenFile> token_file = nullptr);

  /// Returns the answer that refuses the request; nothing if it is permitted. See refuse_access().
  [[nodiscard]] std::optional<Response> refuse(const Request& request) const;

  /// Returns true if no token is configured although changes need one, so that every change is refused.
  [[nodiscard]] bool refuses_all_changes() const noexcept { return !rules_.open && !rules_.token_configured; }

 private:
  AccessRules rules_;
  std::shared_ptr<TokenFile> token_file_;
};

}  // namespace reaper::http
