// SPDX-License-Identifier: Apache-2.0
#include "../../../src/stages/support.hpp"

#include <catch2/catch.hpp>

using namespace iplease::stages;

TEST_CASE("Whole numbers are written as Prometheus writes them", "[stages][metrics]")
{
  CHECK(metric_number(0) == "0");
  CHECK(metric_number(21) == "21");
  CHECK(metric_number(65536) == "65536");
  CHECK(metric_number(100000) == "100000");
  CHECK(metric_number(1000000) == "1e+06");
  CHECK(metric_number(1048576) == "1.048576e+06");
}
