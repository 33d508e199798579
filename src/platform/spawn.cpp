// SPDX-License-Identifier: Apache-2.0
#include "spawn.hpp"

#include "elsewhere.hpp"
#include <array>
#include <cerrno>
#include <csignal>
#include <vector>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace iplease {
namespace {

struct Pipe {
  Fd read{};
  Fd write{};
};

/// Moves a descriptor above 2. If iplease started with 0, 1 or 2 closed, a pipe end could be there,
/// and the child's dup2 would overwrite it.
bool lift(int raw, Fd& into)
{
  const Fd low(raw);
  into = Fd(::fcntl(low.get(), F_DUPFD_CLOEXEC, 3));
  return into.open();
}

bool make_pipe(Pipe& made)
{
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return false;
  }
  const bool read_ok = lift(ends[0], made.read);
  return lift(ends[1], made.write) && read_ok;
}

struct ChildEnds {
  int in;
  int out;
  int err;
  int status;
  int held;
  pid_t parent;
};

/// What exec takes; `argv` and `environment` point into the command and `elsewhere`.
struct Program {
  std::string file{};
  std::string folder{}; ///< empty: the current one
  Elsewhere elsewhere{};
  std::vector<char*> argv{};
  std::vector<char*> environment{}; ///< empty: the current one
};

/// The words in exec's old signature; exec does not write to them.
std::vector<char*> pointers(const std::vector<std::string>& texts)
{
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (const std::string& text : texts) {
    all.push_back(const_cast<char*>(text.c_str())); // NOLINT(cppcoreguidelines-pro-type-const-cast)
  }
  all.push_back(nullptr);
  return all;
}

void prepare(Program& program, const Command& command)
{
  program.argv = pointers(command.argv);
  program.file = command.argv.at(0);
  program.folder = command.folder;
  if (!command.folder.empty()) {
    program.elsewhere = from_here(program.file);
    program.file = program.elsewhere.program;
    program.environment = pointers(program.elsewhere.environment);
  }
}

[[noreturn]] void fail_child(int status)
{
  const int error = errno;
  [[maybe_unused]] const ssize_t written = ::write(status, &error, sizeof error);
  ::_exit(127);
}

/// Writes the process group into the held file. It tells a command that outlived iplease from a
/// daemon that such a command left behind in a session of its own.
void sign(int held)
{
  std::array<char, 16> line{};
  std::size_t at = line.size();
  line.at(--at) = '\n';
  for (pid_t left = ::getpid(); left > 0; left /= 10) {
    line.at(--at) = static_cast<char>('0' + left % 10);
  }
  [[maybe_unused]] const ssize_t written = ::write(held, line.data() + at, line.size() - at);
}

/// Everything between fork and exec: only system calls, no allocation.
[[noreturn]] void become(const ChildEnds& ends, const Program& program)
{
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != ends.parent) {
    ::_exit(127); // the parent died before prctl, so no signal will come
  }
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD, SIGQUIT}) {
    ::sigaction(number, &standard, nullptr);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (::dup2(ends.in, 0) < 0 || ::dup2(ends.out, 1) < 0 || ::dup2(ends.err, 2) < 0) {
    fail_child(ends.status);
  }
  if (ends.held >= 0) {
    ::fcntl(ends.held, F_SETFD, 0);
    sign(ends.held);
  }
  if (!program.folder.empty() && ::chdir(program.folder.c_str()) != 0) {
    fail_child(ends.status);
  }
  ::execvpe(program.file.c_str(),
            program.argv.data(),
            program.environment.empty() ? environ : program.environment.data());
  fail_child(ends.status);
}

/// The errno that the child wrote before it gave up; 0 if exec closed the pipe.
int exec_error(int status)
{
  int error = 0;
  ssize_t got = 0;
  do {
    got = ::read(status, &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  return got == static_cast<ssize_t>(sizeof error) ? error : 0;
}

Spawned failed(std::string what)
{
  Spawned none;
  none.error = errno;
  none.what = std::move(what);
  return none;
}

void unblock(const Fd& fd)
{
  if (fd.open()) {
    ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
  }
}

} // namespace

Spawned spawn(const Command& command, int held)
{
  // A pipe, not a socket: `--patch-file /dev/stdin` opens it again, which a socket refuses.
  Pipe in;
  Pipe out;
  Pipe err;
  Pipe status;
  if (!make_pipe(out) || !make_pipe(err) || !make_pipe(status)) {
    return failed("pipe");
  }
  if (command.input.empty()) {
    if (!lift(::open("/dev/null", O_RDONLY | O_CLOEXEC), in.read)) {
      return failed("/dev/null");
    }
  } else if (!make_pipe(in)) {
    return failed("pipe");
  }

  Program program;
  prepare(program, command);
  const ChildEnds ends{
      in.read.get(), out.write.get(), err.write.get(), status.write.get(), held, ::getpid()};
  const pid_t pid = ::fork();
  if (pid < 0) {
    return failed("fork");
  }
  if (pid == 0) {
    become(ends, program);
  }
  ::setpgid(pid, pid); // also here, so that a signal sent right away finds the group
  status.write.reset();
  if (const int error = exec_error(status.read.get()); error != 0) {
    ::waitpid(pid, nullptr, 0);
    errno = error;
    return failed("exec");
  }
  Spawned child;
  child.pid = pid;
  child.input = std::move(in.write);
  child.out = std::move(out.read);
  child.err = std::move(err.read);
  child.pidfd = Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
  unblock(child.input);
  unblock(child.out);
  unblock(child.err);
  return child;
}

} // namespace iplease
