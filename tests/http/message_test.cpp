#include "http/message.hpp"

#include "support/catch.hpp"

#include <boost/json/object.hpp>

using namespace reaper;

TEST_CASE("a problem is described in the form of RFC 9457") {
  const http::Response response = http::problem(404, "There is no such route.");
  CHECK(response.status == 404);
  CHECK(response.content_type == "application/problem+json");
  CHECK(response.body ==
        R"({"type":"about:blank","title":"Not Found","status":404,"detail":"There is no such route."})");
}

TEST_CASE("a problem may have more members, behind the usual ones") {
  CHECK(http::problem(503, "No.", {{"problems", boost::json::array{1}}}).body ==
        R"({"type":"about:blank","title":"Service Unavailable","status":503,"detail":"No.","problems":[1]})");
}

TEST_CASE("a detail that is not UTF-8 still gives valid JSON") {
  CHECK(http::problem(400, "\xff").body.find(R"("detail":"\\xff")") != std::string::npos);
}
