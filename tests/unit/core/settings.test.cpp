// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/settings.hpp>

#include <catch2/catch.hpp>

using namespace iplease;
using namespace std::chrono_literals;

TEST_CASE("Every stage has a limit, and a given one wins", "[core][settings]")
{
  Settings settings;
  CHECK(settings.timeout("metallb") == 5min);
  CHECK(settings.timeout("ip-operator") == 3min);
  CHECK(settings.timeout("provider") == 10min);
  CHECK(settings.timeout("verify") == 2min);
  CHECK(settings.timeout("pool") == 3min);
  settings.timeouts["metallb"] = {.value = 90s, .from = From::flag};
  CHECK(settings.timeout("metallb") == 90s);
}

TEST_CASE("Only a named risk is accepted", "[core][settings]")
{
  Settings settings;
  CHECK_FALSE(settings.accepts("IPL-POOL-031"));
  settings.accept_risk.value = {"IPL-POOL-031"};
  CHECK(settings.accepts("IPL-POOL-031"));
  CHECK_FALSE(settings.accepts("IPL-POOL-032"));
}
