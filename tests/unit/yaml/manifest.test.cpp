// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/manifest.hpp>

#include <catch2/catch.hpp>

#include <stdexcept>

using namespace iplease;

TEST_CASE("Holes take scalars, flow maps and lists", "[yaml][manifest]")
{
  CHECK(fill_template("a: {{one}}\nl:\n  {{many}}\nm: {{map}}\n",
                      {{"one", "x: y"}, {"many", {"1.2.3.4/32", "b"}}, {"map", {{"k/a", "v"}}}}) ==
        "a: \"x: y\"\nl:\n  - 1.2.3.4/32\n  - b\nm: {\"k/a\":\"v\"}\n");
}

TEST_CASE("An unfilled or unknown hole is refused", "[yaml][manifest]")
{
  CHECK_THROWS_AS(fill_template("a: {{one}}\n", {}), std::logic_error);
  CHECK_THROWS_AS(fill_template("a: b\n", {{"one", 1}}), std::logic_error);
}
