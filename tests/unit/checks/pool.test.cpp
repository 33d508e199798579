// SPDX-License-Identifier: Apache-2.0
#include <iplease/checks/check.hpp>

#include <catch2/catch.hpp>

#include "../stages/fresh.hpp"

using namespace iplease;
using namespace iplease::test;

namespace {

/// The findings that block a run: "ID text", one per line.
std::string blocking(const Observation& seen)
{
  std::string all;
  for (const Finding& finding : run_checks(seen, wanted(), true)) {
    if (finding.outcome == Outcome::fail) {
      all += finding.id + " " + finding.what + "\n";
    }
  }
  return all;
}

} // namespace

TEST_CASE("The pool keeps clear of what the network and the cluster use", "[checks][pool]")
{
  Observation seen = fresh();
  REQUIRE(blocking(seen).empty());
  SECTION("a node's address")
  {
    seen.nodes.front().addresses = {"203.0.113.105"};
    CHECK(blocking(seen).starts_with("IPL-POOL-031 "));
  }
  SECTION("the default gateway of this machine")
  {
    seen.gateways = {"198.51.100.1", "203.0.113.105"};
    CHECK(blocking(seen).starts_with("IPL-POOL-014 "));
  }
  SECTION("a pod network")
  {
    seen.nodes.front().pod_cidrs = {"203.0.113.0/26", "203.0.113.104/29"};
    CHECK(blocking(seen).starts_with("IPL-POOL-032 "));
  }
  SECTION("the address of Service kubernetes")
  {
    seen.service_ip = "203.0.113.105";
    CHECK(blocking(seen).starts_with("IPL-POOL-032 "));
  }
  SECTION("another pool")
  {
    seen.metallb.pools.value = {
        {.name = "other", .name_space = "metallb-system", .addresses = {"203.0.113.110/31"}}};
    CHECK(blocking(seen).starts_with("IPL-POOL-033 "));
  }
}
