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
  Step step{.id = "helm", .action = Run{.command = {.argv = {"helm"}}}};
  std::get<Run>(step.action).watch = Command{.argv = {"kubectl", "get", "pods"}};
  world.runner.expect({.line = "helm", .takes = 600s});
  std::vector<CommandResult> looks{crash(back_off, 1)}; // one restart is still new
  for (int n = 0; n < 20; ++n) {
    looks.push_back(crash(n % 2 == 0 ? runs : back_off, 2));
  }
  looks.push_back(crash(back_off, 4));
  world.runner.always("kubectl get pods", looks);
  world.runner.expect("kubectl logs p -c c --tail=10",
                      {.out = "opened\npassword=abc def\nno such chain\n"});
  const Applied applied = world.go({step});
  REQUIRE(applied.problem);
  CHECK(applied.problem->id == "IPL-CLU-058");
  CHECK(applied.problem->saw == "p: CrashLoopBackOff: container c ended with exit 3, 4 restarts; "
                                "its log ends:\nopened\npassword=•••\nno such chain");
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

TEST_CASE("A crash that was there before the change is not its result, whatever the node's clock",
          "[engine][wait]")
{
  const auto pods = [](const std::string& began) {
    return CommandResult{
        .out = R"({"items":[{"metadata":{"name":"p","uid":"u"},"status":{"phase":"Running",)"
               R"("containerStatuses":[{"name":"c","restartCount":5,"lastState":{"terminated":)"
               R"({"exitCode":1,"startedAt":")" +
               began + R"("}},"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}}]})"};
  };
  // The node's clock is far behind or far ahead of this machine's.
  const std::string long_ago = "2000-01-01T00:00:00Z";
  const std::string far_ahead = "2999-01-01T00:00:00Z";
  const bool behind = GENERATE(true, false);
  const std::string first = behind ? long_ago : far_ahead;
  World world;
  const Step write{.id = "write", .action = Run{.command = {.argv = {"write"}}}};
  Step step = wait_for("^true$", 200s);
  step.failure_id = "IPL-IPO-003";
  std::get<WaitUntil>(step.action).watch = Command{.argv = {"kubectl", "get", "pods"}};
  world.runner.expect("write");
  world.runner.always("probe", {{.out = "false"}});
  SECTION("the same crash all the time")
  {
    world.runner.always("kubectl get pods", {pods(first)});
    const Applied applied = world.go({write, step});
    CHECK(applied.problem->id == "IPL-IPO-003");
    CHECK(applied.problem->cause ==
          "last seen: 0/1 pods ready (p: CrashLoopBackOff: container c ended with exit 1, 5 "
          "restarts)");
  }
  SECTION("another one after the change")
  {
    const std::string next = behind ? "2000-01-01T00:01:00Z" : "2999-01-01T00:01:00Z";
    world.runner.always("kubectl get pods", {pods(first), pods(first), pods(next)});
    world.runner.expect("kubectl logs p -c c --tail=10", {.out = "bad\n"});
    CHECK(world.go({write, step}).problem->id == "IPL-CLU-058");
  }
}

TEST_CASE("A wait for an init container says the last line of its log", "[engine][wait]")
{
  World world;
  Step step = wait_for("^true$", 20s);
  step.failure_id = "IPL-PRV-012";
  std::get<WaitUntil>(step.action).watch = Command{.argv = {"kubectl", "get", "pods"}};
  world.runner.always("probe", {{.out = "false"}});
  world.runner.always(
      "kubectl get pods",
      {{.out = R"({"items":[{"metadata":{"name":"p-0","uid":"u"},"status":{"phase":"Pending",)"
               R"("initContainerStatuses":[{"name":"init","state":{"running":{}}}]}}]})"}});
  world.runner.always("kubectl logs p-0 -c init --tail=10",
                      {{.out = "importing\nwaiting for the RPC, password=abc def\n\n"}});
  const Applied applied = world.go({step});
  const std::string told = "0/1 pods ready (p-0: init container init still runs), its log ends: "
                           "waiting for the RPC, password=•••";
  CHECK(applied.problem->id == "IPL-PRV-012");
  CHECK(applied.problem->cause == "last seen: " + told);
  CHECK(applied.problem->saw.find("pods ready") == std::string::npos);
  CHECK(world.view.whys.contains("it: " + told));
  CHECK(world.runner.most_at_once() <= 2);
}

TEST_CASE("When helm's own wait runs out the pods are the cause", "[engine][wait]")
{
  World world;
  const Step helm{.id = "metallb/install",
                  .action = Run{.command = {.argv = {"helm", "upgrade"}},
                                .watch = Command{.argv = {"kubectl", "get", "pods"}}}};
  const std::string creating =
      R"({"items":[{"metadata":{"name":"metallb-speaker-x","uid":"u"},"status":{"phase":"Pending",)"
      R"("conditions":[{"type":"PodReadyToStartContainers","status":"True"}],)"
      R"("containerStatuses":[{"name":"speaker","image":"quay.io/s:1",)"
      R"("state":{"waiting":{"reason":"ContainerCreating"}}}]}}]})";
  const std::string told = "0/1 pods ready (metallb-speaker-x: ContainerCreating, image pull from "
                           "quay.io/s:1)";
  world.runner.always("kubectl get pods", {{.out = creating}});
  SECTION("helm says that time ran out")
  {
    world.runner.expect({.line = "helm upgrade",
                         .result = {.exit_code = 1, .err = "Error: context deadline exceeded\n"},
                         .takes = 20s});
    const Applied applied = world.go({helm}, "metallb");
    CHECK(applied.problem->id == "IPL-HELM-052");
    CHECK(applied.problem->cause == "last seen: " + told);
  }
  SECTION("helm fails for another reason, whatever its pods do")
  {
    world.runner.expect(
        {.line = "helm upgrade",
         .result = {.exit_code = 1,
                    .err = "Error: looks like \"https://c\" is not a valid chart repository or "
                           "cannot be reached: context deadline exceeded\n"},
         .takes = 20s});
    const Applied applied = world.go({helm}, "metallb");
    CHECK(applied.problem->id == "IPL-HELM-054");
    CHECK(applied.problem->cause.find("pods") == std::string::npos);
  }
}
