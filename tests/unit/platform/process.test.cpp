// SPDX-License-Identifier: Apache-2.0
#include <iplease/platform/process.hpp>

#include <catch2/catch.hpp>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <support/temp_dir.hpp>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace iplease;
using namespace std::chrono_literals;

namespace {

Command sh(const std::string& script, std::chrono::seconds timeout = 20s)
{
  return {.argv = {"/bin/sh", "-c", script}, .timeout = timeout};
}

/// Waits up to 10 s for a claim about another process to hold. Returns the claim's last value.
bool soon(const std::function<bool()>& claim)
{
  for (int tries = 0; tries < 1000 && !claim(); ++tries) {
    ::usleep(10'000);
  }
  return claim();
}

/// Whether the process exists and is not a zombie: a container may have nobody to reap orphans.
bool alive(int pid)
{
  const std::string stat = test::slurp("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t name_end = stat.rfind(')');
  return name_end != std::string::npos && stat.substr(name_end + 2, 1) != "Z";
}

int number_in(const std::string& file)
{
  return std::atoi(test::slurp(file).c_str());
}

} // namespace

TEST_CASE("A program's output, error output and exit code come back apart", "[platform][process]")
{
  ProcessRunner runner;
  const CommandResult result = run(runner, sh("echo out; echo err >&2; exit 3"));
  CHECK(result.ended == Ended::exited);
  CHECK(result.exit_code == 3);
  CHECK(result.out == "out\n");
  CHECK(result.err == "err\n");
  CHECK_FALSE(result.truncated);
  CHECK_FALSE(result.ok());
}

TEST_CASE("argv and input arrive byte for byte", "[platform][process]")
{
  ProcessRunner runner;
  Command command{
      .argv = {"/bin/sh", "-c", "printf '%s|' \"$@\"; cat", "sh", "a b", "", "'\"$x\\", "ü\n"}};
  command.input = std::string("nul:\0 tail", 10) + std::string(300'000, 'x');
  const CommandResult result = run(runner, command);
  CHECK(result.ok());
  CHECK((result.out == "a b||'\"$x\\|ü\n|" + command.input));
}

TEST_CASE("A command without input reads an end of file at once", "[platform][process]")
{
  ProcessRunner runner;
  CHECK(run(runner, sh("cat; echo end")).out == "end\n");
}

TEST_CASE("/dev/stdin can be opened anew, as kubectl's --patch-file does", "[platform][process]")
{
  ProcessRunner runner;
  Command command = sh("cat /dev/stdin");
  command.input = "patch";
  CHECK(run(runner, command).out == "patch");
}

TEST_CASE("A program that is not there is told from one that cannot be run", "[platform][process]")
{
  ProcessRunner runner;
  const CommandResult missing = run(runner, {.argv = {"iplease-no-such-program"}});
  CHECK(missing.ended == Ended::not_found);
  CHECK_FALSE(missing.ok());
  CHECK(missing.err.find("iplease-no-such-program") != std::string::npos);
  const CommandResult directory = run(runner, {.argv = {"/etc"}});
  CHECK(directory.ended == Ended::not_started);
  CHECK(run(runner, sh("exit 127")).ended == Ended::exited);
}

TEST_CASE("Output past the bound is dropped, the head kept, and the child is not blocked",
          "[platform][process]")
{
  ProcessRunner runner(nullptr, {.out = 1000, .err = 10});
  const CommandResult result = run(runner,
                                   sh("i=0; while [ $i -lt 20000 ]; do echo 0123456789; "
                                      "i=$((i+1)); done; echo abcdefghijklmnop >&2"));
  CHECK(result.ok());
  CHECK(result.out.size() == 1000);
  CHECK(result.out.substr(0, 11) == "0123456789\n");
  CHECK(result.err == "abcdefghij");
  CHECK(result.truncated);
}

TEST_CASE("A child that closes its input early does not hurt", "[platform][process]")
{
  ProcessRunner runner;
  Command command = sh("exec 0<&-; exit 5");
  command.input = std::string(1'000'000, 'y');
  CHECK(run(runner, command).exit_code == 5);
}

TEST_CASE("A deadline ends the whole group, first politely", "[platform][process]")
{
  ProcessRunner runner(nullptr, {.after_int = 200ms, .after_term = 200ms});
  SECTION("a program that heeds SIGINT can tidy up")
  {
    const CommandResult result =
        run(runner, sh("trap 'echo tidy; exit 1' INT; sleep 60 & wait", 1s));
    CHECK(result.ended == Ended::timed_out);
    CHECK(result.out == "tidy\n");
  }
  SECTION("one that ignores INT and TERM is killed, its children too")
  {
    const CommandResult result =
        run(runner, sh("trap '' INT TERM; sleep 61 & echo $!; while :; do sleep 1; done", 1s));
    CHECK(result.ended == Ended::timed_out);
    CHECK(result.took < 5s);
    const int grandchild = std::atoi(result.out.c_str());
    REQUIRE(grandchild > 0);
    CHECK(soon([&] { return !alive(grandchild); }));
  }
}

TEST_CASE("A grandchild that keeps the pipes open is not waited for", "[platform][process]")
{
  ProcessRunner runner;
  const CommandResult result = run(runner, sh("sleep 30 & echo $!"));
  CHECK(result.ok());
  CHECK(result.took < 10s);
  ::kill(std::atoi(result.out.c_str()), SIGKILL);
}

TEST_CASE("A child has its own group and none of our descriptors", "[platform][process]")
{
  for (int fd = 3; fd < 1024; ++fd) {
    ::fcntl(fd, F_SETFD, FD_CLOEXEC); // descriptors left open by whatever started the tests
  }
  ProcessRunner runner;
  const auto other = runner.start(sh("sleep 60")); // its pipes must not leak into the next child
  // 3 is the directory that ls itself opened.
  CHECK(run(runner, {.argv = {"ls", "/proc/self/fd"}}).out == "0\n1\n2\n3\n");
  const CommandResult group = run(runner, sh("cut -d' ' -f5 /proc/$$/stat; echo $$"));
  const std::size_t half = group.out.size() / 2;
  CHECK(group.out.substr(0, half) == group.out.substr(half));
}

TEST_CASE("The signal mask and dispositions of a child are the standard ones",
          "[platform][process]")
{
  ProcessRunner runner; // ignores SIGPIPE itself
  sigset_t block;
  sigset_t old;
  ::sigemptyset(&block);
  ::sigaddset(&block, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &block, &old);
  const CommandResult result =
      run(runner, {.argv = {"grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"}});
  ::sigprocmask(SIG_SETMASK, &old, nullptr);
  CHECK(result.out == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_CASE("A signalled program is reported as such", "[platform][process]")
{
  ProcessRunner runner;
  const auto job = runner.start(sh("echo up; exec sleep 60"));
  runner.poll(50ms);
  job->signal(SIGTERM);
  while (!job->done()) {
    runner.poll(100ms);
  }
  CHECK(job->result().ended == Ended::signalled);
  CHECK(job->result().exit_code == SIGTERM);
}

TEST_CASE("Dropping a job kills and reaps it", "[platform][process]")
{
  const test::TempDir dir;
  ProcessRunner runner;
  auto job = runner.start(sh("echo $$ > " + dir / "pid" + "; exec sleep 60"));
  REQUIRE(soon([&] { return number_in(dir / "pid") > 0; }));
  const int pid = number_in(dir / "pid");
  REQUIRE(alive(pid));
  job.reset();
  CHECK_FALSE(alive(pid));
}

TEST_CASE("A parent killed with -9 takes its child with it", "[platform][process]")
{
  const test::TempDir dir;
  const pid_t parent = ::fork();
  if (parent == 0) { // stands in for iplease
    ProcessRunner runner;
    const auto job = runner.start(sh("echo $$ > " + dir / "pid" + "; exec sleep 60"));
    ::pause();
    ::_exit(0);
  }
  CHECK(soon([&] { return number_in(dir / "pid") > 0; }));
  const int child = number_in(dir / "pid");
  CHECK(alive(child));
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  CHECK(soon([&] { return !alive(child); }));
}

TEST_CASE("Reads run side by side and answer in order", "[platform][process]")
{
  const test::TempDir dir;
  ProcessRunner runner;
  // The first ends only after the second has run. Run one after the other, it would time out.
  const auto results =
      run_all(runner,
              {sh("while [ ! -e " + dir / "go" + " ]; do sleep 0.02; done; echo 1", 10s),
               sh("touch " + dir / "go" + "; echo 2"),
               sh("echo 3")});
  REQUIRE(results.size() == 3);
  CHECK(results[0].out == "1\n");
  CHECK(results[1].out == "2\n");
  CHECK(results[2].out == "3\n");
}

TEST_CASE("An answer can bring further commands", "[platform][process]")
{
  ProcessRunner runner;
  const auto results = run_all(
      runner, {sh("echo 1"), sh("echo 2")}, 1, [](std::size_t index, const CommandResult& one) {
        return index == 0 && one.ok() ? std::vector{sh("echo more")} : std::vector<Command>{};
      });
  REQUIRE(results.size() == 3);
  CHECK(results[1].out == "2\n");
  CHECK(results[2].out == "more\n");
}

TEST_CASE("A child in another folder finds what was named from ours", "[platform][process]")
{
  const test::TempDir dir;
  std::filesystem::create_directories(dir / "bin");
  test::spill(dir / "bin/tool",
              "#!/bin/sh\npwd; echo $KUBECONFIG; echo $HELM_CACHE_HOME; echo $PLAIN; echo $0\n");
  std::filesystem::permissions(dir / "bin/tool", std::filesystem::perms::owner_all);
  const pid_t pid = ::fork();
  if (pid == 0) { // the folder and the environment belong to the whole process
    const bool set = ::chdir(dir.path().c_str()) == 0 &&
                     ::setenv("KUBECONFIG", "a:/b::c", 1) == 0 &&
                     ::setenv("HELM_CACHE_HOME", "cache", 1) == 0 &&
                     ::setenv("PLAIN", "bin", 1) == 0 && ::setenv("PATH", "bin:/bin", 1) == 0;
    ProcessRunner runner;
    std::string all;
    for (const char* program : {"tool", "bin/tool", "./bin/tool"}) {
      all += run(runner, {.argv = {program}, .folder = "/"}).out;
    }
    all += run(runner, {.argv = {"tool"}}).out;
    all += run(runner, {.argv = {"tool"}, .folder = "/none"}).err;
    test::spill(dir / "said", all);
    ::_exit(set ? 0 : 1);
  }
  int status = 1;
  ::waitpid(pid, &status, 0);
  REQUIRE(status == 0);
  const std::string here = dir.path();
  const std::string there = "/\n" + here + "/a:/b::" + here + "/c\n" + here + "/cache\nbin\n";
  CHECK(test::slurp(dir / "said") == there + here + "/bin/tool\n" + there + here + "/bin/tool\n" +
                                         there + here + "/./bin/tool\n" + here +
                                         "\na:/b::c\ncache\nbin\nbin/tool\n" +
                                         "tool: exec: No such file or directory");
}
