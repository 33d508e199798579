// SPDX-License-Identifier: Apache-2.0
#include <iplease/platform/process.hpp>

#include "spawn.hpp"
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <vector>

#include <poll.h>
#include <sys/wait.h>

namespace iplease {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;
using Moment = SteadyClock::time_point;

constexpr milliseconds k_no_pidfd_slice{20};

/// Reads what is available. Returns false once the other side is closed.
bool take(const Fd& fd, std::string& text, std::size_t bound, bool& truncated)
{
  std::array<char, 16384> chunk{};
  for (;;) {
    const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got == 0) {
      return false;
    }
    if (got < 0) {
      return errno == EAGAIN || errno == EINTR;
    }
    const std::size_t room = bound - std::min(bound, text.size());
    const std::size_t kept = std::min(room, static_cast<std::size_t>(got));
    text.append(chunk.data(), kept);
    truncated = truncated || kept < static_cast<std::size_t>(got);
  }
}

} // namespace

class ProcessJob;

/// The running jobs, shared so that neither the runner nor a job must outlive the other.
class ProcessTable {
public:
  std::vector<ProcessJob*> jobs{};
  struct sigaction old_pipe {};
};

class ProcessJob final : public Job {
public:
  ProcessJob(const Command& command,
             const ProcessLimits& limits,
             int held,
             std::shared_ptr<ProcessTable> table)
      : m_limits(limits),
        m_table(std::move(table)),
        m_input(command.input),
        m_started(SteadyClock::now()),
        m_next(m_started + command.timeout),
        m_child(spawn(command, held))
  {
    if (m_child.error != 0) {
      m_done = true;
      m_result.ended =
          m_child.what == "exec" && m_child.error == ENOENT ? Ended::not_found : Ended::not_started;
      m_result.exit_code = 127;
      m_result.err = command.argv.at(0) + ": " + m_child.what + ": " + std::strerror(m_child.error);
      return;
    }
    m_table->jobs.push_back(this);
  }
  ~ProcessJob() override
  {
    if (!m_done) {
      ::kill(-m_child.pid, SIGKILL);
      ::waitpid(m_child.pid, nullptr, 0);
      leave();
    }
  }
  ProcessJob(const ProcessJob&) = delete;
  ProcessJob& operator=(const ProcessJob&) = delete;

  [[nodiscard]] bool done() const override { return m_done; }
  [[nodiscard]] const CommandResult& result() const override { return m_result; }
  [[nodiscard]] std::string_view so_far() const override { return m_result.out; }
  void signal(int number) override
  {
    if (!m_done) {
      ::kill(-m_child.pid, number);
    }
  }

  [[nodiscard]] Moment next() const { return m_next; }
  [[nodiscard]] bool has_pidfd() const { return m_child.pidfd.open(); }
  void watch(std::vector<pollfd>& fds) const;
  void move_on();

private:
  void write_input();
  void climb();
  void reap();
  void leave() { std::erase(m_table->jobs, this); }

  ProcessLimits m_limits;
  std::shared_ptr<ProcessTable> m_table;
  std::string m_input;
  std::size_t m_written = 0;
  Moment m_started;
  Moment m_next; ///< when the next signal is due
  int m_rung = 0;
  Spawned m_child;
  bool m_done = false;
  CommandResult m_result{};
};

void ProcessJob::watch(std::vector<pollfd>& fds) const
{
  const auto add = [&fds](const Fd& fd, short events) {
    if (fd.open()) {
      fds.push_back({fd.get(), events, 0});
    }
  };
  add(m_child.input, POLLOUT);
  add(m_child.out, POLLIN);
  add(m_child.err, POLLIN);
  add(m_child.pidfd, POLLIN);
}

void ProcessJob::write_input()
{
  while (m_child.input.open()) {
    const std::size_t left = m_input.size() - m_written;
    const ssize_t put =
        left == 0 ? 0 : ::write(m_child.input.get(), m_input.data() + m_written, left);
    if (put < 0 && (errno == EAGAIN || errno == EINTR)) {
      return;
    }
    m_written += put > 0 ? static_cast<std::size_t>(put) : 0U;
    if (put < 0 || m_written == m_input.size()) {
      m_child.input.reset(); // all written, or the child closed its end and its exit code tells why
    }
  }
}

void ProcessJob::climb()
{
  constexpr std::array<int, 3> ladder{SIGINT, SIGTERM, SIGKILL};
  if (m_rung >= 3 || SteadyClock::now() < m_next) {
    return;
  }
  signal(ladder.at(static_cast<std::size_t>(m_rung)));
  m_next = m_rung == 2
               ? Moment::max()
               : SteadyClock::now() + (m_rung == 0 ? m_limits.after_int : m_limits.after_term);
  ++m_rung;
}

void ProcessJob::reap()
{
  siginfo_t info{};
  if (::waitid(P_PID, static_cast<id_t>(m_child.pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
      info.si_pid == 0) {
    return;
  }
  // Everything that the process wrote is in the pipes now. Do not wait for a grandchild that keeps
  // them open.
  if (m_child.out.open()) {
    take(m_child.out, m_result.out, m_limits.out, m_result.truncated);
  }
  if (m_child.err.open()) {
    take(m_child.err, m_result.err, m_limits.err, m_result.truncated);
  }
  if (m_rung > 0) {
    ::kill(-m_child.pid, SIGKILL); // the group's rest, before the reap frees its number
  }
  ::waitpid(m_child.pid, nullptr, 0);
  const bool exited = info.si_code == CLD_EXITED;
  m_result.ended = m_rung > 0 ? Ended::timed_out : exited ? Ended::exited : Ended::signalled;
  m_result.exit_code = info.si_status;
  m_result.took = std::chrono::duration_cast<milliseconds>(SteadyClock::now() - m_started);
  m_done = true;
  m_child = Spawned{};
  m_input.clear();
  leave();
}

void ProcessJob::move_on()
{
  write_input();
  if (m_child.out.open() && !take(m_child.out, m_result.out, m_limits.out, m_result.truncated)) {
    m_child.out.reset();
  }
  if (m_child.err.open() && !take(m_child.err, m_result.err, m_limits.err, m_result.truncated)) {
    m_child.err.reset();
  }
  climb();
  reap();
}

ProcessRunner::ProcessRunner(Waker* waker, ProcessLimits limits)
    : m_waker(waker),
      m_limits(limits),
      m_table(std::make_shared<ProcessTable>())
{
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN; // a child that closes its input early must not kill iplease
  ::sigaction(SIGPIPE, &ignore, &m_table->old_pipe);
}

ProcessRunner::~ProcessRunner()
{
  ::sigaction(SIGPIPE, &m_table->old_pipe, nullptr);
}

std::unique_ptr<Job> ProcessRunner::start(const Command& command)
{
  return std::make_unique<ProcessJob>(command, m_limits, m_held, m_table);
}

void ProcessRunner::poll(milliseconds limit)
{
  const Moment end = SteadyClock::now() + limit;
  for (;;) {
    std::vector<pollfd> fds{{m_waker == nullptr ? -1 : m_waker->fd(), POLLIN, 0}};
    Moment until = end;
    for (const ProcessJob* job : m_table->jobs) {
      job->watch(fds);
      until = std::min(until, job->next());
      if (!job->has_pidfd()) {
        until = std::min(until, SteadyClock::now() + k_no_pidfd_slice);
      }
    }
    const auto left = std::chrono::ceil<milliseconds>(until - SteadyClock::now());
    ::poll(fds.data(), fds.size(), static_cast<int>(std::clamp<long>(left.count(), 0, 3'600'000)));
    const std::size_t running = m_table->jobs.size();
    for (ProcessJob* job : std::vector<ProcessJob*>(m_table->jobs)) {
      job->move_on();
    }
    if ((fds[0].revents & POLLIN) != 0) {
      m_waker->drain();
      return;
    }
    if (m_table->jobs.size() < running || SteadyClock::now() >= end) {
      return;
    }
  }
}

} // namespace iplease
