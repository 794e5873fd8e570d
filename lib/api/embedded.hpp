#pragma once

#include <string_view>

namespace reaper::api {

// Made at build time by cmake/embed_page.py from the sources in lib/api/page/ and lib/api/openapi.json.

/// The whole page, one HTML document.
extern const std::string_view k_page;

/// Its Content-Security-Policy: the hashes of its script and its style, and nothing else.
extern const std::string_view k_page_policy;

/// The OpenAPI 3.1 document of all routes.
extern const std::string_view k_openapi;

}  // namespace reaper::api
