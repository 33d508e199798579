// SPDX-License-Identifier: Apache-2.0
#include <iplease/engine/apply.hpp>

#include <catch2/catch.hpp>

#include "world.hpp"

using namespace iplease;
using namespace iplease::test;
using namespace std::chrono_literals;

TEST_CASE("A crash loop ends the command early, with the end of its log", "[engine][apply]")
{
  const auto crash = [](const std::string& state, int restarts) {
    return CommandResult{
        .out = R"({"items":[{"metadata":{"name":"p","uid":"u"},"status":{"phase":"Running",)"
               R"("containerStatuses":[{"name":"c","restartCount":)" +
               std::to_string(restarts) + R"(,"lastState":{"terminated":{"exitCode":3}},"state":)" +
               state + "}]}}]}"};
  };
  const std::string back_off = R"({"waiting":{"reason":"CrashLoopBackOff"}})";
  const std::string runs = R"({"running":{}})";
  World world;
  Step file{.id = "values",
            .action = FileWrite{.path = "/v", .content = "keysecret: canary-word\n"}};
  Step step{.id = "helm", .action = Run{.command = {.argv = {"helm"}}}};
  std::get<Run>(step.action).watch = Command{.argv = {"kubectl", "get", "pods"}};
  world.runner.expect({.line = "helm", .takes = 600s});
  std::vector<CommandResult> looks{crash(back_off, 1)}; // new: one restart is no old trouble
  for (int n = 0; n < 20; ++n) {
    looks.push_back(crash(n % 2 == 0 ? runs : back_off, 2));
  }
  looks.push_back(crash(back_off, 4));
  world.runner.always("kubectl get pods", looks);
  world.runner.expect("kubectl logs p -c c --tail=10",
                      {.out = "opened canary-word\npassword=abc def\nno such chain\n"});
  const Applied applied = world.go({file, step});
  REQUIRE(applied.problem);
  CHECK(applied.problem->id == "IPL-CLU-058");
  CHECK(applied.problem->saw == "p: CrashLoopBackOff: container c ended with exit 3, 4 restarts; "
                                "its log ends:\nopened •••\npassword=•••\nno such chain");
  CHECK(world.clock.passed() > 150s);
  CHECK(world.clock.passed() < 170s);
  CHECK(world.view.whys.contains("0/1 pods ready (p: CrashLoopBackOff: container c ended with exit "
                                 "3, 2 restarts)"));
}

TEST_CASE("A wait that runs out while a pod crashes tells the crash", "[engine][wait]")
{
  const auto pods = [](int restarts) {
    return R"({"items":[{"metadata":{"name":"p","uid":"u"},"status":{"phase":"Running",)"
           R"("containerStatuses":[{"name":"c","restartCount":)" +
           std::to_string(restarts) +
           R"(,"lastState":{"terminated":{"exitCode":3}},"state":{"running":{}}}]}}]})";
  };
  World world;
  Step step = wait_for("^true$", 20s);
  step.failure_id = "IPL-PRV-011";
  std::get<WaitUntil>(step.action).watch = Command{.argv = {"kubectl", "get", "pods"}};
  world.runner.always("probe", {{.out = "false"}});
  SECTION("again and again")
  {
    world.runner.always("kubectl get pods", {{.out = pods(2)}});
    world.runner.expect("kubectl logs p -c c --tail=10", {.out = "bad\n"});
    CHECK(world.go({step}).problem->id == "IPL-CLU-058");
  }
  SECTION("one restart is no crash loop")
  {
    world.runner.always("kubectl get pods", {{.out = pods(1)}});
    CHECK(world.go({step}).problem->id == "IPL-PRV-011");
  }
}
