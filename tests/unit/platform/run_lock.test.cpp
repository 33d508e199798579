// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/error.hpp>
#include <iplease/platform/clock.hpp>
#include <iplease/platform/process.hpp>
#include <iplease/platform/run_lock.hpp>
#include <iplease/platform/state_files.hpp>

#include <catch2/catch.hpp>

#include <csignal>
#include <optional>
#include <support/temp_dir.hpp>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace iplease;
using namespace std::chrono_literals;

namespace {

std::optional<Problem> try_lock(const std::string& directory,
                                std::chrono::milliseconds patience = 10s)
{
  SystemClock clock;
  try {
    const RunLock lock(directory, "second", clock, patience);
  } catch (const EnvironmentError& error) {
    return error.problem();
  }
  return std::nullopt;
}

unsigned lock_mode(const std::string& path)
{
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 0777U;
}

} // namespace

TEST_CASE("A second run is refused with the owner, and let in when the first is over",
          "[platform][lock]")
{
  const test::TempDir dir;
  SystemClock clock;
  {
    const RunLock lock(dir / "uid", "first", clock);
    const auto problem = try_lock(dir / "uid");
    REQUIRE(problem.has_value());
    CHECK(problem->id == "IPL-RUN-001");
    CHECK(problem->exit == ExitCode::locked);
    CHECK(problem->what.find("pid " + std::to_string(::getpid())) != std::string::npos);
    CHECK(problem->what.find("run first") != std::string::npos);
    CHECK(lock_mode(dir / "uid") == 0700);
    CHECK(lock_mode(dir / "uid/lock") == 0600);
  }
  CHECK_FALSE(try_lock(dir / "uid").has_value());
}

TEST_CASE("A run that has only just taken the lock is named, not the one before it",
          "[platform][lock]")
{
  const test::TempDir dir;
  const pid_t first = ::fork();
  if (first == 0) {
    {
      SystemClock clock;
      const RunLock before(dir / "uid", "before", clock);
    }
    ::_exit(0);
  }
  ::waitpid(first, nullptr, 0);
  const int lock = ::open((dir / "uid/lock").c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(::flock(lock, LOCK_EX) == 0);
  bool written = false;
  std::thread late([lock, &written] { // writes its line as late as a busy machine might
    std::this_thread::sleep_for(200ms);
    const std::string line = "host h, pid " + std::to_string(::getpid()) + ", run just now\n";
    written = ::ftruncate(lock, 0) == 0 && ::pwrite(lock, line.data(), line.size(), 0) > 0;
  });
  const auto problem = try_lock(dir / "uid");
  late.join();
  ::close(lock);
  CHECK(written);
  REQUIRE(problem.has_value());
  CHECK(problem->what.find("run just now") != std::string::npos);
}

TEST_CASE("A killed run's lock is waited for until its child has ended", "[platform][lock]")
{
  const test::TempDir dir;
  const pid_t first = ::fork();
  if (first == 0) { // stands in for iplease; its helm is slow to heed SIGTERM
    SystemClock clock;
    const RunLock lock(dir / "uid", "first", clock);
    ProcessRunner runner;
    runner.hold(lock.busy_fd());
    const auto job = runner.start(
        {.argv = {"/bin/sh",
                  "-c",
                  "trap 'sleep 1; echo marked > " + dir / "release" + "; exit 1' TERM; echo > " +
                      dir / "up" + "; while :; do sleep 0.1; done"}});
    ::pause();
    ::_exit(0);
  }
  for (int tries = 0; tries < 1000 && ::access((dir / "up").c_str(), F_OK) != 0; ++tries) {
    ::usleep(10'000);
  }
  ::kill(first, SIGKILL);
  ::waitpid(first, nullptr, 0);
  const auto early = try_lock(dir / "uid", 10ms);
  REQUIRE(early.has_value());
  CHECK(early->exit == ExitCode::locked);
  // Names the process that holds it, not the dead run.
  CHECK(early->what.starts_with(
      "a command that a killed run has started is still running: sh (pid "));
  CHECK_FALSE(try_lock(dir / "uid", 20s).has_value());
  CHECK(test::slurp(dir / "release") == "marked\n");
}

TEST_CASE("What a command left behind in a session of its own locks nobody out", "[platform][lock]")
{
  const test::TempDir dir;
  const pid_t first = ::fork();
  if (first == 0) { // stands in for iplease; its kubectl has a credential helper with a daemon
    SystemClock clock;
    const RunLock lock(dir / "uid", "first", clock);
    ProcessRunner runner;
    runner.hold(lock.busy_fd());
    const CommandResult kubectl =
        run(runner,
            {.argv = {"/bin/sh",
                      "-c",
                      "setsid sh -c 'echo $$ > " + dir / "daemon" +
                          "; exec sleep 300' >/dev/null 2>&1 & while [ ! -s " + dir / "daemon" +
                          " ]; do sleep 0.1; done"}});
    ::_exit(kubectl.ok() ? 0 : 1); // releases nothing, as with kill -9
  }
  int status = 1;
  ::waitpid(first, &status, 0);
  REQUIRE(status == 0);
  const pid_t daemon = std::stoi(test::slurp(dir / "daemon"));
  REQUIRE(::kill(daemon, 0) == 0);
  const auto problem = try_lock(dir / "uid", 0ms);
  const auto again = try_lock(dir / "uid", 0ms);
  ::kill(daemon, SIGKILL);
  CHECK_FALSE(problem.has_value());
  CHECK_FALSE(again.has_value());
}

TEST_CASE("A place that cannot be written is said, with exit 12", "[platform][lock]")
{
  const auto problem = try_lock("/proc/iplease");
  REQUIRE(problem.has_value());
  CHECK(problem->id == "IPL-RUN-002");
  CHECK(problem->exit == ExitCode::cannot_write);
}

TEST_CASE("Private files are private and whole", "[platform][state]")
{
  const test::TempDir dir;
  make_private_directory(dir / "a/b");
  CHECK(lock_mode(dir / "a/b") == 0700);
  write_private_file(dir / "a/file", std::string("x\0y", 3));
  CHECK(lock_mode(dir / "a/file") == 0600);
  CHECK(read_private_file(dir / "a/file") == std::string("x\0y", 3));
  CHECK(read_private_file(dir / "none").empty());
  CHECK(list_directory(dir / "a") == std::vector<std::string>{"b", "file"});
  CHECK(list_directory(dir / "none").empty());
  AppendFile file(dir / "log");
  file.append("1\n");
  file.append("2\n");
  CHECK(test::slurp(dir / "log") == "1\n2\n");
  CHECK_THROWS_AS(AppendFile(dir / "log"), EnvironmentError);
}

TEST_CASE("Who holds the lock can be asked without taking it", "[platform][lock]")
{
  const test::TempDir dir;
  SystemClock clock;
  CHECK(lock_owner(dir / "uid").empty()); // asking creates nothing
  CHECK(::access((dir / "uid").c_str(), F_OK) != 0);
  {
    const RunLock lock(dir / "uid", "first", clock);
    CHECK(lock_owner(dir / "uid").ends_with("run first"));
  }
  // The owner's line stays in the file, but nobody holds the lock.
  CHECK_FALSE(read_private_file(dir / "uid/lock").empty());
  CHECK(lock_owner(dir / "uid").empty());
}
