#include "http/access_policy.hpp"

#include <utility>

namespace reaper::http {

AccessPolicy::AccessPolicy(AccessRules rules, std::shared_ptr<TokenFile> token_file)
    : rules_(std::move(rules)), token_file_(std::move(token_file)) {
  if (token_file_) rules_.token_configured = true;
}

std::optional<Response> AccessPolicy::refuse(const Request& request) const {
  if (!token_file_) return refuse_access(request, rules_);
  AccessRules rules = rules_;
  rules.token = token_file_->token();
  return refuse_access(request, rules);
}

}  // namespace reaper::http
