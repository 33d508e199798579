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
    // Killed now, its debt counts, and the enable is still what resume goes on with.
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
