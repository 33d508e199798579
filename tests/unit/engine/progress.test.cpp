// SPDX-License-Identifier: Apache-2.0
#include <iplease/engine/apply.hpp>
#include <iplease/platform/clock.hpp>
#include <iplease/platform/process.hpp>

#include <catch2/catch.hpp>

#include <support/recording.hpp>
#include <support/scripted.hpp>
#include <support/temp_dir.hpp>

#include <sys/stat.h>

using namespace iplease;
using namespace std::chrono_literals;

namespace {

/// Lets the program continue once its progress is shown. Without progress it runs into its limit.
class Releasing final : public test::RecordingView {
public:
  explicit Releasing(std::string fifo)
      : m_fifo(std::move(fifo))
  {
  }
  void waiting(const Step&,
               std::chrono::milliseconds,
               std::chrono::seconds,
               const std::string& why) override
  {
    if (why == "TASK [one : two]" && !told) {
      told = true;
      test::spill(m_fifo, "go on\n");
    }
  }
  bool told = false;

private:
  std::string m_fifo;
};

} // namespace

TEST_CASE("What a running command says that it does is told while it runs", "[engine][progress]")
{
  const test::TempDir dir;
  const std::string fifo = dir / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  SystemClock clock;
  ProcessRunner runner;
  test::MemoryFiles files;
  test::CannedHttp http;
  test::FakeStop stop;
  Effects fx{runner, files, http, clock, stop};
  test::RecordingJournal journal;
  Releasing view(fifo);
  Run play{
      .command = {.argv = {"sh",
                           "-c",
                           "echo 'PLAY [all]'; echo 'TASK [one : two] ****'; echo ok; read x <" +
                               fifo},
                  .timeout = 20s},
      .progress = "^((PLAY|TASK) \\[[^]]*\\])"};
  const Plan plan{.stages = {{.stage = "metallb",
                              .verdict = Verdict::needed,
                              .steps = {{.id = "metallb/play", .action = play}}}}};
  const Applied applied = apply(plan, fx, journal, view);
  CHECK_FALSE(applied.problem);
  CHECK(view.told);
}
