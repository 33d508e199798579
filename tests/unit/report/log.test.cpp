// SPDX-License-Identifier: Apache-2.0
#include <iplease/report/log.hpp>

#include <catch2/catch.hpp>

#include <support/recording.hpp>
#include <support/temp_dir.hpp>

#include <sys/stat.h>

using namespace iplease;
using namespace std::chrono_literals;

TEST_CASE("The log has what was shown and more, privately, and hands everything on",
          "[report][log]")
{
  const test::TempDir dir;
  test::RecordingView inner;
  {
    LogView log(inner, dir / "debug.log");
    const StagePlan stage{.stage = "pool"};
    const Step step{.id = "pool/apply",
                    .reason = "not found",
                    .action = Run{.command = {.argv = {"kubectl", "apply"}}}};
    log.stage_start(stage, 6, 11);
    log.command_start(stage, step);
    log.waiting(step, 1s, 60s, "0/1 pods ready");
    log.waiting(step, 2s, 60s, "0/1 pods ready");
    log.command_end(stage, step, {.exit_code = 1, .err = "Error: no"});
    log.stage_end(stage, {false, 2s});
    log.problem({.id = "IPL-RUN-008", .what = "a command failed"});
    log.warning({.id = "IPL-RUN-006", .what = "late"});
    log.note("hello");
  }
  const std::string text = test::slurp(dir / "debug.log");
  for (const char* part : {"Z info stage pool (6 of 11)",
                           "pool/apply: $ kubectl apply (limit 1m) (not found)",
                           "err: Error: no",
                           "error IPL-RUN-008",
                           "warning IPL-RUN-006: late",
                           "warning hello"}) {
    INFO(part << " in\n" << text);
    CHECK(text.find(part) != std::string::npos);
  }
  CHECK(text.find("0/1 pods ready") == text.rfind("0/1 pods ready"));
  struct stat info {};
  REQUIRE(::stat((dir / "debug.log").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600);
  CHECK(inner.events == std::vector<std::string>{"start pool 6/11",
                                                 "run pool/apply",
                                                 "end pool/apply failed",
                                                 "stop pool failed",
                                                 "problem IPL-RUN-008",
                                                 "warning IPL-RUN-006"});
  CHECK(inner.beats == 2);
  CHECK(inner.notes == std::vector<std::string>{"hello"});
}

TEST_CASE("A log that cannot be written is said, and nothing stops", "[report][log]")
{
  test::RecordingView inner;
  LogView log(inner, "/proc/none/debug.log");
  REQUIRE(inner.events.size() == 1);
  CHECK(inner.events[0].starts_with("warning IPL-"));
  log.note("still here");
  CHECK(inner.notes == std::vector<std::string>{"still here"});
}

TEST_CASE("A log holds plain text only", "[report][log]")
{
  const test::TempDir dir;
  test::RecordingView inner;
  {
    LogView log(inner, dir / "debug.log");
    log.note("a\x1b[31mb\a");
    log.command_end({}, {.id = "s"}, {.out = "c\b", .err = "d\xff"});
  }
  const std::string text = test::slurp(dir / "debug.log");
  for (const char* part : {R"(warning ab\x07)", R"(out: c\x08)", R"(err: d\xff)"}) {
    INFO(part << " in\n" << text);
    CHECK(text.find(part) != std::string::npos);
  }
}
