// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/error.hpp>
#include <iplease/core/sha256.hpp>
#include <iplease/engine/apply.hpp>

#include <catch2/catch.hpp>

#include <support/recording.hpp>
#include <support/scripted.hpp>

using namespace iplease;

namespace {

struct HeldWorld {
  test::FakeClock clock{};
  test::ScriptedRunner runner{clock};
  test::MemoryFiles files{};
  test::CannedHttp http{};
  test::FakeStop stop{};
  test::RecordingView view{};
  test::RecordingJournal journal{};
  Effects fx{.runner = runner, .files = files, .http = http, .clock = clock, .stop = stop};

  Applied go(std::vector<Step> steps)
  {
    return apply(
        {.stages = {{.stage = "provider", .verdict = Verdict::needed, .steps = std::move(steps)}}},
        fx,
        journal,
        view);
  }
};

} // namespace

TEST_CASE("A command does not start when its file is not what was planned", "[engine][apply]")
{
  HeldWorld world;
  const Step step{.id = "upgrade",
                  .action = Run{.command = {.argv = {"upgrade"}},
                                .holds = FileHolds{.path = "/v.yaml",
                                                   .sha256 = sha256_hex("planned"),
                                                   .id = "IPL-VAL-012"}}};
  Applied applied = world.go({step});
  REQUIRE(applied.problem.has_value());
  CHECK(applied.problem->id == "IPL-VAL-012");
  CHECK(applied.problem->saw == "it is not there any more");
  CHECK(applied.exit == ExitCode::cannot_write);
  world.files.files["/v.yaml"] = "half saved";
  applied = world.go({step});
  REQUIRE(applied.problem.has_value());
  CHECK(applied.problem->saw == "it was changed by somebody else");
  CHECK(world.runner.started().empty());
  world.files.files["/v.yaml"] = "planned";
  world.runner.expect("upgrade");
  CHECK(world.go({step}).exit == ExitCode::done);
}
