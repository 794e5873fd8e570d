#pragma once

#include <string_view>

namespace reaper::api {

// cmake/embed_page.py makes these at build time from lib/api/page/ and lib/api/openapi.json.

/// The page, one HTML document.
extern const std::string_view k_page;

/// The Content-Security-Policy of the page: the hashes of its script and its style, and nothing else.
extern const std::string_view k_page_policy;

/// The OpenAPI 3.1 document of all routes.
extern const std::string_view k_openapi;

}  // namespace reaper::api
