// SPDX-License-Identifier: Apache-2.0
#include <iplease/platform/clock.hpp>
#include <iplease/platform/signals.hpp>

#include <catch2/catch.hpp>

#include <regex>

#include <unistd.h>

using namespace iplease;
using namespace std::chrono_literals;

TEST_CASE("Ctrl-C is counted up to three", "[platform][signals]")
{
  SignalStop stop;
  stop.arm();
  CHECK(stop.level() == 0);
  for (const int level : {1, 2, 3, 3}) {
    ::kill(::getpid(), SIGINT);
    CHECK(stop.level() == level);
  }
  CHECK(stop.signal_number() == SIGINT);
}

TEST_CASE("A lost terminal asks once, however often it is told", "[platform][signals]")
{
  SignalStop stop;
  stop.arm();
  ::kill(::getpid(), SIGHUP);
  CHECK(stop.level() == 1);
  ::kill(::getpid(), SIGHUP);
  CHECK(stop.level() == 1);
  ::kill(::getpid(), SIGTERM);
  CHECK(stop.level() == 2);
  CHECK(stop.signal_number() == SIGTERM);
}

TEST_CASE("A signal wakes a wait, and does not make the next one spin", "[platform][signals]")
{
  SignalStop stop;
  stop.arm();
  ProcessRunner runner(&stop);
  ::kill(::getpid(), SIGINT);
  const auto start = std::chrono::steady_clock::now();
  runner.poll(60s);
  CHECK(std::chrono::steady_clock::now() - start < 30s);
  const auto again = std::chrono::steady_clock::now();
  runner.poll(200ms);
  CHECK(std::chrono::steady_clock::now() - again >= 190ms);
  CHECK(stop.level() == 1);
}

TEST_CASE("The first request lets a command end, the second interrupts it, the third kills it",
          "[platform][signals]")
{
  SignalStop stop;
  stop.arm();
  ProcessRunner runner(&stop);
  const std::string parent = std::to_string(::getpid());
  const auto ask = [&](int times, const std::string& trap) {
    std::string script = trap;
    for (int i = 0; i < times; ++i) {
      script += "kill -INT " + parent + "; sleep 0.3; ";
    }
    return run(runner, {.argv = {"/bin/sh", "-c", script + "echo end"}}, &stop);
  };
  SECTION("first")
  {
    CHECK(ask(1, "").out == "end\n");
  }
  SECTION("second")
  {
    const CommandResult result = ask(2, "trap 'echo cancelled; exit 1' INT; ");
    CHECK(result.out == "cancelled\n");
    CHECK(result.exit_code == 1);
  }
  SECTION("third")
  {
    const CommandResult result = ask(3, "trap '' INT; ");
    CHECK(result.ended == Ended::signalled);
    CHECK(result.exit_code == SIGKILL);
  }
}

TEST_CASE("Wall time is RFC 3339 in UTC", "[platform][clock]")
{
  const SystemClock clock;
  CHECK(std::regex_match(clock.wall(), std::regex(R"(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)")));
}
