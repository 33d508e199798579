// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/report/plan_view.hpp>
#include <iplease/status/status.hpp>

#include <catch2/catch.hpp>

#include "../stages/fresh.hpp"

namespace iplease::test {

/// A healthy cluster after enable.
inline Observation running()
{
  Observation seen = enabled();
  seen.provider.pod_ready = true;
  seen.provider.pod_revision = {.look = Look::seen, .value = "rev"};
  seen.ip_operator.usage_text = {.look = Look::seen, .value = "{}"};
  return seen;
}

/// What an enable with `wanted()` promised, read back from its own plan.json.
inline AppliedRun applied()
{
  const Settings want = wanted();
  const Observation seen = fresh();
  const auto read = read_applied(plan_json(make_plan(registry(), seen, want), seen, want).dump(2));
  REQUIRE(read);
  return *read;
}

} // namespace iplease::test
