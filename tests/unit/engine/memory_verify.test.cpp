// SPDX-License-Identifier: Apache-2.0
#include <iplease/engine/journal.hpp>

#include <catch2/catch.hpp>

#include <support/fake_clock.hpp>
#include <support/temp_dir.hpp>

using namespace iplease;

namespace {

std::unique_ptr<Journal>
open_run(const test::TempDir& dir, test::FakeClock& clock, const std::string& command)
{
  return open_journal(dir.path(), {.command = command}, new_run(dir.path(), clock), clock);
}

Step writing(const std::string& id)
{
  return {.id = id, .action = Run{.command = {.argv = {"kubectl"}}}, .subject = id};
}

} // namespace

TEST_CASE("A verification beside an unfinished enable leaves it unfinished", "[engine][memory]")
{
  const test::TempDir dir;
  test::FakeClock clock;
  open_run(dir, clock, "enable")->begin("pool", writing("pool/apply"));
  const MemorySeen before = read_memory(dir.path());
  REQUIRE_FALSE(before.unfinished_run.empty());
  {
    const auto verify = open_run(dir, clock, "verify");
    Step create = writing("verify/create");
    create.owes = {{.id = "remove-verify-service", .until = "it is gone"}};
    verify->begin("verify", create);
    // If verify is killed here, its debt counts, and resume still continues the enable.
    CHECK(read_memory(dir.path()).debts.size() == 1);
    CHECK(read_memory(dir.path()).in_flight_step == "pool/apply");
    verify->finish("verify", create, {});
    verify->paid("remove-verify-service");
    verify->close("done");
  }
  CHECK(read_memory(dir.path()) == before);
}

TEST_CASE("A verification finishes what a killed one left", "[engine][memory]")
{
  const test::TempDir dir;
  test::FakeClock clock;
  open_run(dir, clock, "verify")->begin("verify", writing("verify/create"));
  CHECK_FALSE(read_memory(dir.path()).unfinished_run.empty());
  open_run(dir, clock, "verify")->close("done");
  CHECK(read_memory(dir.path()).unfinished_run.empty());
  CHECK(read_memory(dir.path()).in_flight_step.empty());
}

TEST_CASE("A journal remembers which kept plan it applied", "[engine][journal]")
{
  const test::TempDir dir;
  test::FakeClock clock;
  for (const char* kept : {"", "sha256:ab"}) {
    (void)open_journal(
        dir.path(), {.command = "apply", .kept = kept}, new_run(dir.path(), clock), clock);
    clock.pass(std::chrono::minutes(1));
  }
  const auto list = list_runs(dir.path());
  REQUIRE(list.size() == 2);
  CHECK(list[0].kept.empty());
  CHECK(list[1].kept == "sha256:ab");
}

TEST_CASE("What is left of a kept plan is known as that until it is done", "[engine][journal]")
{
  const test::TempDir dir;
  test::FakeClock clock;
  const Step step{.id = "pool/apply", .action = Run{.command = {.argv = {"kubectl"}}}};
  const auto journal = open_journal(
      dir.path(), {.command = "apply", .kept = "sha256:ab"}, new_run(dir.path(), clock), clock);
  CHECK(read_memory(dir.path()).unfinished_kept.empty()); // nothing has begun
  journal->begin("pool", step);
  CHECK(read_memory(dir.path()).unfinished_kept == "sha256:ab");
  journal->finish("pool", step, {});
  journal->close("done");
  CHECK(read_memory(dir.path()).unfinished_kept.empty());
}
