#include "http/method.hpp"

#include "support/catch.hpp"

using namespace reaper;
using http::Method;
using http::parse_method;

TEST_CASE("a method is only read in capital letters") {
  for (const Method method : http::k_known_methods) CHECK(parse_method(to_string(method)) == method);
  CHECK(parse_method("DELETE") == Method::delete_);
  for (const char* name : {"get", "Post", "PUT", "GETS", "GE", "", "other"}) {
    CAPTURE(name);
    CHECK(parse_method(name) == Method::other);
  }
}

TEST_CASE("only methods that change nothing are safe") {
  for (const Method method : {Method::get, Method::head, Method::options}) CHECK(is_safe(method));
  for (const Method method : {Method::post, Method::delete_, Method::other}) CHECK_FALSE(is_safe(method));
}
