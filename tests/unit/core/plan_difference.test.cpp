// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/plan_difference.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

namespace {

Step step_of(const std::string& input, const std::string& before)
{
  return {.id = "pool/apply",
          .reason = "words",
          .action = Run{.command = {.argv = {"kubectl", "patch"}, .input = input}},
          .subject = "pool/default",
          .before = before,
          .expect = "203.0.113.0/24"};
}

Plan plan_of(const Step& step, Verdict verdict = Verdict::needed)
{
  return {.stages = {{.stage = "pool", .verdict = verdict, .reason = "why", .steps = {step}}}};
}

const Plan k_shown = plan_of(step_of(R"({"metadata":{"resourceVersion":"41"}})", "absent"));

} // namespace

TEST_CASE("A moved resourceVersion and other words are no other plan", "[core][plan]")
{
  CHECK(plan_differences(k_shown, k_shown).empty());
  Step step = step_of(R"({"metadata":{"resourceVersion":"4200"}})", "absent");
  step.reason = "other words";
  CHECK(plan_differences(k_shown, plan_of(step)).empty());
  const Plan yaml = plan_of(step_of("metadata:\n  resourceVersion: \"1\"\n", "a"));
  CHECK(plan_differences(yaml, plan_of(step_of("metadata:\n  resourceVersion: \"22\"\n", "a")))
            .empty());
}

TEST_CASE("Other waits are no other plan", "[core][plan]")
{
  Plan now = k_shown;
  now.stages[0].steps.push_back({.id = "pool/proof", .action = WaitUntil{}});
  CHECK(plan_differences(k_shown, now).empty());
}

TEST_CASE("Other content beside a resourceVersion is another plan", "[core][plan]")
{
  const auto now = plan_of(step_of(R"({"metadata":{"resourceVersion":"41","x":1}})", "absent"));
  REQUIRE(plan_differences(k_shown, now).size() == 1);
  CHECK(plan_differences(k_shown, now)[0] ==
        "pool: step pool/apply, would be done with other content");
}

TEST_CASE("The same step on another state is another plan, and both are shown", "[core][plan]")
{
  const auto now = plan_of(step_of(R"({"metadata":{"resourceVersion":"41"}})", "10.0.0.0/24"));
  CHECK(plan_differences(k_shown, now) ==
        std::vector<std::string>{"pool: pool/default was `absent`, now it is `10.0.0.0/24`"});
}

TEST_CASE("A stage that is done or blocked meanwhile is another plan", "[core][plan]")
{
  Plan done = k_shown;
  done.stages[0] = {.stage = "pool", .verdict = Verdict::satisfied, .reason = "is there"};
  CHECK(plan_differences(k_shown, done) ==
        std::vector<std::string>{"pool: needed (why), now satisfied (is there)"});
  Plan blocked = k_shown;
  blocked.stages[0] = {.stage = "pool",
                       .verdict = Verdict::blocked,
                       .problems = {{.id = "IPL-POOL-020", .what = "in use"}}};
  CHECK(plan_differences(k_shown, blocked) ==
        std::vector<std::string>{"pool: needed (why), now blocked by IPL-POOL-020 (in use)"});
}

TEST_CASE("A stage more or less is another plan", "[core][plan]")
{
  CHECK(plan_differences(k_shown, {}).size() == 1);
  CHECK(plan_differences({}, k_shown).size() == 1);
}

TEST_CASE("Another debt, and a file that is not as it was, are another plan", "[core][plan]")
{
  Plan owing = k_shown;
  owing.stages[0].steps[0].owes = {{.id = "restart", .until = "seen"}};
  CHECK(plan_differences(k_shown, owing).size() == 1);
  const Plan file = plan_of(
      {.id = "values/write", .action = FileWrite{.path = "f", .content = "b", .was = "1234"}});
  Plan other = file;
  std::get<FileWrite>(other.stages[0].steps[0].action).was = "5678";
  CHECK(plan_differences(file, other).size() == 1);
}
