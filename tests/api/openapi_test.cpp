#include "api/embedded.hpp"
#include "api/query.hpp"
#include "api/served_path.hpp"
#include "base/ascii.hpp"
#include "support/catch.hpp"

#include <boost/json/parse.hpp>

#include <cctype>
#include <set>
#include <string>

using namespace reaper;
namespace json = boost::json;

namespace {

using Operations = std::set<std::string>;

std::string upper(std::string_view text) {
  std::string result;
  for (const char c : text) result += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return result;
}

json::value document() { return json::parse(api::k_openapi); }

}  // namespace

TEST_CASE("the OpenAPI document has exactly the served routes") {
  Operations documented;
  const json::value parsed = document();
  for (const auto& [path, methods] : parsed.at("paths").as_object())
    for (const auto& method : methods.as_object()) documented.insert(upper(method.key()) + " " + std::string(path));
  Operations served;
  for (const api::ServedPath& path : api::served_paths())
    served.insert(std::string(to_string(path.method)) + " " + std::string(path.path));
  CHECK(documented == served);
}

TEST_CASE("the document requires a token exactly where the routes do") {
  const json::value parsed = document();
  for (const api::ServedPath& path : api::served_paths()) {
    INFO(path.path);
    const std::string method = base::lower_case(to_string(path.method));
    const json::object& operation = parsed.at("paths").at(std::string(path.path)).at(method).as_object();
    CHECK(operation.contains("security") == (path.audience == api::Audience::administrators));
    CHECK(operation.at("responses").as_object().contains("401") == operation.contains("security"));
  }
}

TEST_CASE("every documented parameter of a reading route is read") {
  const json::value parsed = document();
  for (const api::ServedPath& path : api::served_paths()) {
    if (path.method != http::Method::get) continue;
    const json::object& operation = parsed.at("paths").at(std::string(path.path)).at("get").as_object();
    if (!operation.contains("parameters")) continue;
    for (const json::value& parameter : operation.at("parameters").as_array()) {
      const std::string name(parameter.at("name").as_string());
      INFO(path.path << " " << name);
      api::Query query;
      // Only a text parameter may be a tab, and a text that is read changes the query.
      const bool refused = api::read_query(path.endpoint, {{name, "\t"}}, query).has_value();
      CHECK((refused || query != api::Query{}));
    }
  }
}

TEST_CASE("the document names its version") {
  CHECK(document().at("openapi").as_string() == "3.1.0");
  CHECK(document().at("info").at("version").as_string() != "0.0.0");
}
