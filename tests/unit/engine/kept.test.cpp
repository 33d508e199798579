// SPDX-License-Identifier: Apache-2.0
#include <iplease/engine/journal.hpp>

#include <catch2/catch.hpp>

#include <support/fake_clock.hpp>
#include <support/temp_dir.hpp>

using namespace iplease;

TEST_CASE("A journal remembers which kept plan it applied", "[engine][journal]")
{
  const test::TempDir dir;
  test::FakeClock clock;
  for (const char* kept : {"", "sha256:ab"}) {
    (void)open_journal(dir.path(),
                       {.cluster_uid = "6f0c", .command = "apply", .kept = kept},
                       new_run(dir.path(), clock),
                       clock);
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
  const auto journal =
      open_journal(dir.path(),
                   {.cluster_uid = "6f0c", .command = "apply", .kept = "sha256:ab"},
                   new_run(dir.path(), clock),
                   clock);
  CHECK(read_memory(dir.path()).unfinished_kept.empty()); // nothing was begun
  journal->begin("pool", step);
  CHECK(read_memory(dir.path()).unfinished_kept == "sha256:ab");
  journal->finish("pool", step, {});
  journal->close("done");
  CHECK(read_memory(dir.path()).unfinished_kept.empty());
}
