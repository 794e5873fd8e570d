#pragma once

#include "http/access_rules.hpp"
#include "http/token_file.hpp"

#include <memory>
#include <optional>

namespace reaper::http {

/// The access rules of a listener with the token as it is now: an operator may change the file at any time.
class AccessPolicy {
 public:
  /// Without a token file, which is null then, the rules stay as they are.
  explicit AccessPolicy(AccessRules rules, std::shared_ptr<TokenFile> token_file = nullptr);

  /// See refuse_access().
  [[nodiscard]] std::optional<Response> refuse(const Request& request) const;

  /// Returns true if every change is refused, because it would need a token and none is configured.
  [[nodiscard]] bool refuses_all_changes() const noexcept { return !rules_.open && !rules_.token_configured; }

 private:
  AccessRules rules_;
  std::shared_ptr<TokenFile> token_file_;
};

}  // namespace reaper::http
