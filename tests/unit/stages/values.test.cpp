// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "fresh.hpp"

using namespace iplease;
using namespace iplease::test;

TEST_CASE("Release values that can be read in two ways are not edited", "[stages][provider-values]")
{
  Observation seen = fresh();
  seen.provider.values_doubts = {"domain: yes as YAML, true as JSON"};
  const StagePlan values = stage(make_plan(registry(), seen, wanted()), "provider-values");
  REQUIRE(values.problems.size() == 1);
  CHECK(values.problems.front().id == "IPL-VAL-015");
  CHECK(values.problems.front().saw.find("as JSON") != std::string::npos);
}
