// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/error.hpp>
#include <iplease/engine/apply.hpp>

#include <catch2/catch.hpp>

#include "world.hpp"
#include <algorithm>
#include <csignal>

using namespace iplease;
using namespace iplease::test;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

Step command(const std::string& word)
{
  return {.id = word, .action = Run{.command = {.argv = {word}}}};
}
Step cleanup(const std::string& word)
{
  Step step = command(word);
  step.cleanup = true;
  return step;
}
const CommandResult k_failed{.exit_code = 1, .err = "no\n"};
const CommandResult k_webhook{
    .exit_code = 1,
    .err =
        "failed calling webhook \"ipaddresspoolvalidationwebhook.metallb.io\": connection refused"};
const std::string k_pull_error =
    R"({"items":[{"metadata":{"name":"p","uid":"u"},"status":{"phase":"Pending","containerStatuses":)"
    R"([{"name":"c","state":{"waiting":{"reason":"ErrImagePull","message":"not found"}}}]}}]})";
const std::string k_no_pods = R"({"items":[]})";

} // namespace

TEST_CASE("A stage ends with what its steps proved, and one that failed proved nothing",
          "[engine][apply]")
{
  World world;
  world.runner.expect("one");
  world.runner.expect("two");
  world.runner.expect("three", k_failed);
  std::vector<Step> steps{command("one"), command("two"), command("three")};
  steps[0].proves = "one made";
  steps[1].proves = "";
  steps[2].proves = "three made";
  const Applied applied = world.go(steps);
  REQUIRE(applied.proofs.size() == 1);
  CHECK(applied.proofs.front().words == "one made");
  CHECK(world.view.results == Lines{"one made"});
}

TEST_CASE("Every step is journaled before and after, in order", "[engine][apply]")
{
  World world;
  world.runner.expect("one");
  world.runner.expect("two");
  const Applied applied = world.go({command("one"), command("two")});
  CHECK(applied.exit == ExitCode::done);
  CHECK(applied.commands == 2);
  CHECK(world.journal.lines == Lines{"begin one", "finish one ok", "begin two", "finish two ok"});
  CHECK(world.view.events ==
        Lines{"start pool 1/1", "run one", "end one ok", "run two", "end two ok", "stop pool ok"});
  CHECK(outcome_of(applied) == "done");
}

TEST_CASE("What is to be created and is there already stays, and the run goes on",
          "[engine][apply]")
{
  const CommandResult there{.exit_code = 1,
                            .err = "Error from server (AlreadyExists): x already exists"};
  Step step = command("make");
  std::get<Run>(step.action).unless_there = true;
  {
    World world;
    world.runner.expect("make", there);
    world.runner.expect("next");
    CHECK(world.go({step, command("next")}).exit == ExitCode::done);
    CHECK(world.view.notes == Lines{"make: it is there already and stays as it is"});
  }
  World other;
  other.runner.expect("make", k_failed); // any other refusal fails the step
  CHECK(other.go({step}).problem.has_value());
  std::get<Run>(step.action).unless_there = false;
  World strict;
  strict.runner.expect("make", there);
  CHECK(strict.go({step}).problem.value_or(Problem{}).id == "IPL-CLU-054");
}

TEST_CASE("The first failure stops the run, but the stage's clean-ups are run", "[engine][apply]")
{
  World world;
  world.runner.expect("one", k_failed);
  world.runner.expect("tidy");
  const Plan plan{
      .stages = {{.stage = "metallb", .steps = {command("one"), command("two"), cleanup("tidy")}},
                 {.stage = "pool", .steps = {command("three"), cleanup("tidy-too")}}}};
  const Applied applied = apply(plan, world.fx, world.journal, world.view);
  CHECK(world.runner.finished());
  CHECK(applied.exit == ExitCode::failed);
  CHECK(applied.stage == "metallb");
  CHECK(applied.step == "one");
  CHECK(applied.result.err == "no\n");
  REQUIRE(applied.problem.has_value());
  CHECK(applied.problem->id == "IPL-RUN-008");
  CHECK(applied.commands == 2);
  CHECK(world.view.events.back() == "problem IPL-RUN-008");
  CHECK(outcome_of(applied) == "failed");
}

TEST_CASE("A clean-up that fails does not hide the first failure", "[engine][apply]")
{
  World world;
  world.runner.expect("one", k_failed);
  world.runner.expect("tidy", {.ended = Ended::timed_out});
  const Applied applied = world.go({command("one"), cleanup("tidy")});
  CHECK(applied.step == "one");
  CHECK(world.view.events.end()[-3] == "warning IPL-RUN-007");
  CHECK(world.view.events.back() == "problem " + applied.problem->id);
}

TEST_CASE("What cannot be written down is not done", "[engine][apply]")
{
  World world;
  world.runner.expect("one");
  world.journal.on_begin = [](const Step& step) {
    if (step.id == "two") {
      throw EnvironmentError(
          {.id = "IPL-RUN-002", .what = "no space", .exit = ExitCode::cannot_write});
    }
  };
  const Applied applied = world.go({command("one"), command("two"), cleanup("tidy")});
  CHECK(applied.exit == ExitCode::cannot_write);
  CHECK(world.runner.started().size() == 1);
  CHECK(applied.problem->id == "IPL-RUN-002");
}

TEST_CASE("A webhook that is not up is tried again, soon and then each 2 s, and only so long",
          "[engine][apply]")
{
  World world;
  Step step = command("one");
  std::get<Run>(step.action).retry = Retry::webhook;
  SECTION("until it answers")
  {
    world.runner.expect("one", k_webhook);
    world.runner.expect("one", k_webhook);
    world.runner.expect("one");
    const Applied applied = world.go({step});
    CHECK(applied.exit == ExitCode::done);
    CHECK(applied.commands == 1);
    CHECK(world.clock.passed() >= 750ms);
    CHECK(world.clock.passed() < 1s);
    CHECK(world.journal.lines == Lines{"begin one", "finish one ok"});
  }
  SECTION("until the limit")
  {
    std::get<Run>(step.action).retry_limit = 9s;
    world.runner.always("one", {k_webhook});
    const Applied applied = world.go({step});
    CHECK(applied.problem->id == "IPL-MLB-004");
    CHECK(applied.tries == 8); // pauses of 0.25, 0.5 and 1 s, then 2 s each
  }
  SECTION("not for any other reason")
  {
    world.runner.expect("one", k_webhook);
    world.runner.expect("one", k_failed);
    CHECK(world.go({step}).tries == 2);
  }
}

TEST_CASE("A wait polls until the pattern is there", "[engine][wait]")
{
  World world;
  SECTION("found")
  {
    world.runner.always("probe", {{.out = "no"}, k_failed, {.out = "x\nready: 3"}});
    CHECK(world.go({wait_for("^ready: [0-9]+$")}).exit == ExitCode::done);
    CHECK(world.clock.passed() >= 750ms);
    CHECK(world.clock.passed() < 1s);
  }
  SECTION("never")
  {
    world.runner.always("probe", {{.out = "no"}});
    const Applied applied = world.go({wait_for("yes")});
    CHECK(applied.exit == ExitCode::timed_out);
    CHECK(applied.problem->id == "IPL-RUN-006");
    CHECK(applied.problem->saw == "last answer: no");
    CHECK(world.clock.passed() >= 10s);
    CHECK(world.clock.passed() < 11s);
    CHECK(applied.commands == 0);
  }
  SECTION("a failed probe proves nothing, not even that something is gone")
  {
    world.runner.always("probe", {{.exit_code = 1}});
    CHECK(world.go({wait_for("^$")}).exit == ExitCode::timed_out);
  }
  SECTION("missing rights do not heal by waiting")
  {
    world.runner.always(
        "probe",
        {{.exit_code = 1, .err = "Error from server (Forbidden): User \"x\" cannot get resource"}});
    CHECK(world.go({wait_for("x")}).problem->id == "IPL-CLU-002");
    CHECK(world.clock.passed() < 1s);
  }
  SECTION("only a warning")
  {
    Step step = wait_for("yes", 2s);
    std::get<WaitUntil>(step.action).warn_only = true;
    world.runner.always("probe", {{.out = "no"}});
    CHECK(world.go({step}).exit == ExitCode::done);
    CHECK(std::ranges::count(world.view.events, "warning IPL-RUN-006") == 1);
    CHECK(world.view.notes.empty());
    CHECK(world.journal.lines == Lines{"begin wait", "finish wait failed"});
  }
}

TEST_CASE("An address must be inside one of the ranges", "[engine][wait]")
{
  World world;
  Step step = wait_for("^ip=(.*)$", 3s);
  std::get<WaitUntil>(step.action).inside = {
      std::get<AddressRange>(parse_range("198.51.100.32/28"))};
  world.runner.always("probe",
                      {{.out = "ip="},
                       {.out = "ip=198.51.100.5"},
                       {.out = GENERATE("ip=198.51.100.40", "ip=198.51.100.48")}});
  const bool inside = world.runner.started().empty() && world.go({step}).exit == ExitCode::done;
  CHECK(inside == (world.journal.results.at(0).out == "ip=198.51.100.40"));
}

TEST_CASE("A watch says why, one process at a time", "[engine][apply]")
{
  World world;
  Step step = command("helm");
  std::get<Run>(step.action).watch = Command{.argv = {"watch"}};
  world.runner.expect({.line = "helm", .takes = 16s});
  world.runner.always("watch", {{.out = k_no_pods}});
  CHECK(world.go({step}).exit == ExitCode::done);
  CHECK(world.runner.started().size() == 4); // helm, then looks after 1.5, 4.5 and 10.5 s
  CHECK(world.view.whys.contains("no pod yet"));
  CHECK(world.view.beats > 20);
}

TEST_CASE("A command that is quick costs no look", "[engine][apply]")
{
  World world;
  Step step = command("kubectl");
  std::get<Run>(step.action).watch = Command{.argv = {"watch"}};
  world.runner.expect({.line = "kubectl", .takes = 1s});
  CHECK(world.go({step}).exit == ExitCode::done);
}

TEST_CASE("A pod that cannot start ends the command after its grace", "[engine][apply]")
{
  World world;
  Step step = command("helm");
  std::get<Run>(step.action).watch = Command{.argv = {"watch"}};
  SECTION("a new pod")
  {
    world.runner.expect({.line = "helm", .takes = 300s});
    world.runner.always("watch", {{.out = k_no_pods}, {.out = k_pull_error}});
    const Applied applied = world.go({step});
    CHECK(applied.problem->id == "IPL-CLU-050");
    CHECK(applied.problem->saw == "p: ErrImagePull: not found");
    CHECK(applied.exit == ExitCode::failed);
    CHECK(world.clock.passed() > 90s);
    CHECK(world.clock.passed() < 100s);
    CHECK(world.runner.signals() == std::vector<int>{SIGINT});
  }
  SECTION("a pod that was there before may be the one that is replaced")
  {
    world.runner.expect({.line = "helm", .takes = 300s});
    world.runner.always("watch", {{.out = k_pull_error}});
    CHECK(world.go({step}).exit == ExitCode::done);
    CHECK(world.runner.signals().empty());
  }
  SECTION("a trouble that goes away in time")
  {
    world.runner.expect({.line = "helm", .takes = 300s});
    world.runner.always("watch", {{.out = k_no_pods}, {.out = k_pull_error}, {.out = k_no_pods}});
    CHECK(world.go({step}).exit == ExitCode::done);
  }
}

TEST_CASE("Ctrl-C lets the running command end and starts no other", "[engine][apply]")
{
  World world;
  world.runner.expect({.line = "one", .takes = 5s, .on_start = [&] { world.stop.pressed = 1; }});
  world.runner.expect("tidy");
  const Applied applied = world.go({command("one"), command("two"), cleanup("tidy")});
  CHECK(applied.exit == ExitCode::interrupted);
  CHECK(applied.problem->id == "IPL-RUN-005");
  CHECK(outcome_of(applied) == "interrupted");
  CHECK(world.runner.signals().empty());
  CHECK(world.journal.lines == Lines{"begin one", "finish one ok", "begin tidy", "finish tidy ok"});
  REQUIRE_FALSE(world.view.notes.empty());
  CHECK(world.view.notes[0].find("finishing `one`") == 0);
}

TEST_CASE("Ctrl-C during the last command of a plan changes nothing", "[engine][apply]")
{
  World world;
  world.runner.expect({.line = "one", .takes = 5s, .on_start = [&] { world.stop.pressed = 1; }});
  CHECK(world.go({command("one")}).exit == ExitCode::done);
}

TEST_CASE("A second Ctrl-C interrupts, a third kills", "[engine][apply]")
{
  World world;
  world.stop.number = SIGTERM;
  const int level = GENERATE(2, 3);
  world.runner.expect(
      {.line = "one", .held = true, .on_start = [&] { world.stop.pressed = level; }});
  if (level == 2) {
    world.runner.expect("tidy");
  }
  const Applied applied = world.go({command("one"), cleanup("tidy")});
  CHECK(applied.exit == ExitCode::terminated);
  CHECK(world.runner.signals() == std::vector<int>{level == 2 ? SIGINT : SIGKILL});
  CHECK(world.runner.finished());
}

TEST_CASE("A wait, and a read that waits, are given up at the first Ctrl-C", "[engine][wait]")
{
  World world;
  SECTION("wait")
  {
    world.runner.expect(
        {.line = "probe", .result = {.out = "no"}, .on_start = [&] { world.stop.pressed = 1; }});
    CHECK(world.go({wait_for("yes")}).exit == ExitCode::interrupted);
    CHECK(world.clock.passed() < 1s);
  }
  SECTION("rollout status")
  {
    Step step = command("rollout");
    std::get<Run>(step.action).reads_only = true;
    world.runner.expect(
        {.line = "rollout", .held = true, .on_start = [&] { world.stop.pressed = 1; }});
    CHECK(world.go({step}).exit == ExitCode::interrupted);
  }
}

TEST_CASE("Files and web addresses go through their doors", "[engine][apply]")
{
  World world;
  const Step file{.id = "file",
                  .action = FileWrite{.path = "/p.yaml", .content = "new", .shown = ""}};
  SECTION("file")
  {
    CHECK(world.go({file}).commands == 1);
    CHECK(world.files.files.at("/p.yaml") == "new");
  }
  SECTION("file refused")
  {
    world.files.refusal = "/p.yaml: Read-only file system";
    const Applied applied = world.go({file});
    CHECK(applied.exit == ExitCode::cannot_write);
    CHECK(applied.problem->saw == "/p.yaml: Read-only file system");
  }
  SECTION("address")
  {
    HttpGet get{.url = "https://provider.example.com:8443/status",
                .pattern = "address",
                .warn_only = false};
    CHECK(world.go({{.id = "status", .action = get}}).problem->id == "IPL-RUN-012");
    world.http.answers[get.url] = {.status = 200, .body = "{\"address\":1}"};
    CHECK(world.go({{.id = "status", .action = get}}).exit == ExitCode::done);
    world.http.answers[get.url] = {.status = 200, .body = "{}"};
    CHECK(world.go({{.id = "status", .action = get}}).exit == ExitCode::failed);
    get.warn_only = true;
    CHECK(world.go({{.id = "status", .action = get}}).exit == ExitCode::done);
  }
  SECTION("address, asked again")
  {
    const HttpGet get{.url = "https://provider.example.com:8443/status", .timeout = 3s};
    CHECK(world.go({{.id = "status", .action = get}}).exit == ExitCode::done); // only a warning
    CHECK(world.http.asked.size() == 5); // pauses of 0.25 and 0.5 s, then 1 s each
  }
}
