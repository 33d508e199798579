// SPDX-License-Identifier: Apache-2.0
#include <iplease/report/plan_view.hpp>
#include <iplease/wizard/answers.hpp>

#include <catch2/catch.hpp>

#include "fresh.hpp"

using namespace iplease;
using namespace iplease::test;

TEST_CASE("Values of MetalLB that speak of a secret are in no plan and no script",
          "[stages][metallb]")
{
  const Observation seen = fresh();
  Settings want = wanted();
  want.metallb.values_json = {.value = R"({"speaker":{"frr":{"password":"canary"}}})",
                              .from = From::file};
  const Plan plan = make_plan(registry(), seen, want);
  const std::string script = plan_script(plan, seen, want);
  CHECK(script.find("<\"$IPLEASE_INPUT_metallb_install\"") != std::string::npos);
  for (const std::string& text : {script,
                                  plan_text(plan, seen, want),
                                  plan_json(plan, seen, want).dump(),
                                  answers_command(want)}) {
    CHECK(text.find("canary") == std::string::npos);
  }
}
