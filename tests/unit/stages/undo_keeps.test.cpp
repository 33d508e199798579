// SPDX-License-Identifier: Apache-2.0
#include <iplease/stages/undo.hpp>

#include <catch2/catch.hpp>

#include "undone.hpp"

using namespace iplease;
using namespace iplease::test;

TEST_CASE("What stays because of others is remembered, and nothing else", "[stages][undo]")
{
  using Keeps = std::map<std::string, std::vector<std::string>>;
  const auto keeps = [](const Observation& seen) { return undo_keeps(seen, undone(seen)); };
  const std::string release = "release/" + std::string("akash-services/akash-provider");
  Observation seen = enabled_from(fresh());
  CHECK(keeps(seen).empty());
  SECTION("a pool, and what holds it")
  {
    seen.metallb.pools.value.front().addresses = {"203.0.113.100-203.0.113.125"};
    CHECK(keeps(seen) == Keeps{{"namespace/metallb-system", {}},
                               {"pool/default", {}},
                               {"release/metallb-system/metallb", {}}});
  }
  SECTION("an attribute, in the release alone")
  {
    std::string text = seen.provider.release_values.value.reveal();
    const std::size_t at = text.find("key: ip-lease");
    text.replace(text.find("\"true\"", at), 6, "\"false\"");
    seen.provider.release_values.value = Secret(text);
    CHECK(keeps(seen) == Keeps{{release, {"attributes/ip-lease", "attributes"}}});
  }
  SECTION("what somebody took away is not")
  {
    seen.undo.in_namespace = {"Secret mine"};
    seen.metallb.pools = {.look = Look::seen};
    CHECK(keeps(seen) == Keeps{{"namespace/metallb-system", {}}});
  }
  SECTION("an IP operator, and what it needs")
  {
    seen.ip_operator.release.value.revision = 2;
    CHECK(keeps(seen).size() == 6);
    CHECK(keeps(seen).contains("advertisement/default"));
  }
}

TEST_CASE("Of a pool that was there the fields that somebody set are remembered", "[stages][undo]")
{
  Observation before = enabled();
  before.metallb.pools.value.front().addresses = {"203.0.113.100-203.0.113.104"};
  before.metallb.pools.value.front().auto_assign = false;
  Observation seen = enabled_from(before);
  seen.metallb.pools.value.front().addresses = {"198.51.100.0/28"};
  const auto kept = undo_keeps(seen, undone(seen));
  REQUIRE(kept.contains("pool/default"));
  CHECK(kept.at("pool/default") == std::vector<std::string>{"addresses"});
}
