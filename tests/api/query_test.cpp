#include "api/query.hpp"

#include "support/catch.hpp"

#include "api/route.hpp"

#include <string>

using namespace reaper;
using api::Endpoint;
using api::Query;

namespace {

Query query(Endpoint endpoint, const api::Parameters& parameters) {
  Query result;
  const auto refusal = api::read_query(endpoint, parameters, result);
  INFO((refusal ? refusal->body : std::string()));
  REQUIRE_FALSE(refusal);
  return result;
}

unsigned refusal(Endpoint endpoint, const api::Parameters& parameters) {
  Query ignored;
  const auto refused = api::read_query(endpoint, parameters, ignored);
  return refused ? refused->status : 0;
}

}  // namespace

TEST_CASE("each parameter is read on its routes") {
  const Query read = query(Endpoint::sets, {{"limit", "7"},
                                            {"offset", "14"},
                                            {"sort", "oldest"},
                                            {"order", "asc"},
                                            {"group", "symbol"},
                                            {"match", "NIFTY 50"}});
  CHECK(read.sets.limit == 7);
  CHECK(read.sets.offset == 14);
  CHECK(read.sets.sort == sweep::SetQuery::Sort::oldest);
  CHECK(read.sets.order == sweep::SetQuery::Order::ascending);
  CHECK(read.sets.group == sweep::SetQuery::Group::symbol);
  CHECK(read.sets.match == "nifty 50");
  CHECK(query(Endpoint::removals, {{"limit", "1000"}}).limit == 1000);
  CHECK(query(Endpoint::sweeps, {{"limit", "7"}}).limit == 7);
  CHECK(query(Endpoint::explain, {{"path", "A_1d/\xff.png"}}).path == "A_1d/\xff.png");
}

TEST_CASE("parameters unknown to a route are ignored, because clients add them against caches") {
  CHECK(query(Endpoint::stats, {{"limit", "x"}, {"_", "1769850890"}}) == Query{});
  CHECK(query(Endpoint::removals, {{"offset", "x"}}) == Query{});
}

TEST_CASE("a value that is not understood is refused") {
  for (const char* limit : {"", "0", "-1", "+1", "1001", "1e2", "0x1", " 1", "99999999999999999999"})
    CHECK(refusal(Endpoint::removals, {{"limit", limit}}) == 400);
  for (const char* offset : {"", "-1", "1.5", "4294967296"})
    CHECK(refusal(Endpoint::sets, {{"offset", offset}}) == 400);
  CHECK(refusal(Endpoint::sets, {{"sort", "Bytes"}}) == 400);
  CHECK(refusal(Endpoint::sets, {{"order", "up"}}) == 400);
  CHECK(refusal(Endpoint::sets, {{"group", "interval"}}) == 400);
  for (const std::string& path :
       {std::string(), std::string("/etc/passwd"), std::string("a\0b", 3), std::string(5000, 'a')})
    CHECK(refusal(Endpoint::explain, {{"path", path}}) == 400);
  CHECK(refusal(Endpoint::explain, {}) == 400);
}
