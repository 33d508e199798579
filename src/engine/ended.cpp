// SPDX-License-Identifier: Apache-2.0
#include <iplease/engine/ended.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

namespace iplease {
namespace {

struct Signal {
  int number;
  const char* name;
  const char* reason;
};

constexpr const char* k_fault = "the program itself is at fault, or its file is damaged: install "
                                "it anew, or another version of it";
constexpr const char* k_asked = "somebody ended it: a person, a service manager or the end of a "
                                "login session";

constexpr Signal k_signals[] = {
    {SIGKILL,
     "SIGKILL",
     "most likely the kernel ended it because memory ran out (dmesg | grep -i 'killed process', or "
     "the memory limit of this container); or somebody used kill -9"},
    {SIGTERM, "SIGTERM", k_asked},
    {SIGINT, "SIGINT", k_asked},
    {SIGHUP, "SIGHUP", k_asked},
    {SIGQUIT, "SIGQUIT", k_asked},
    {SIGSEGV, "SIGSEGV", k_fault},
    {SIGABRT, "SIGABRT", k_fault},
    {SIGBUS,
     "SIGBUS",
     "its file could not be read any more (a disk or network share that is gone), or "
     "memory is broken"},
    {SIGILL, "SIGILL", "it was built for another processor"},
    {SIGFPE, "SIGFPE", k_fault},
    {SIGPIPE, "SIGPIPE", k_fault},
    {SIGXCPU, "SIGXCPU", "it used up its processor time (ulimit -t)"},
    {SIGXFSZ, "SIGXFSZ", "it wrote a file larger than it may (ulimit -f)"},
};

const Signal* known(int number)
{
  const auto* at = std::ranges::find(k_signals, number, &Signal::number);
  return at == std::ranges::end(k_signals) ? nullptr : at;
}

} // namespace

int killed_by(const CommandResult& result)
{
  if (result.ended == Ended::signalled) {
    return result.exit_code;
  }
  constexpr int by_signal = 128; // POSIX sh, 2.8.2
  const int number = result.exit_code - by_signal;
  const bool told = result.ended == Ended::exited && result.err.empty() && known(number) != nullptr;
  return told ? number : 0;
}

std::string signal_name(int number)
{
  const Signal* signal = known(number);
  return signal == nullptr ? fmt::format("signal {}", number) : signal->name;
}

std::string signal_reason(int number)
{
  const Signal* signal = known(number);
  return signal == nullptr ? k_asked : signal->reason;
}

std::string ended_words(const CommandResult& result)
{
  switch (result.ended) {
  case Ended::exited:
    return killed_by(result) == 0 ? fmt::format("exit {}", result.exit_code)
                                  : fmt::format("exit {}, killed by {}",
                                                result.exit_code,
                                                signal_name(killed_by(result)));
  case Ended::signalled:
    return result.exit_code == 0 ? "stopped" : "killed by " + signal_name(result.exit_code);
  case Ended::timed_out:
    return "out of time";
  case Ended::not_found:
    return "not found";
  case Ended::not_started:
    return "not started";
  }
  return {};
}

} // namespace iplease
