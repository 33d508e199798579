// SPDX-License-Identifier: Apache-2.0
#include <iplease/engine/effects.hpp>

#include <algorithm>
#include <csignal>

namespace iplease {
namespace {

constexpr std::chrono::milliseconds k_slice{1000};

} // namespace

CommandResult run(Runner& runner, const Command& command, const StopFlag* stop)
{
  const std::unique_ptr<Job> job = runner.start(command);
  int heeded = 1; // level 1 lets the running command end
  while (!job->done()) {
    runner.poll(k_slice);
    if (stop != nullptr && stop->level() > heeded) {
      heeded = std::min(stop->level(), 3);
      job->signal(heeded == 2 ? SIGINT : SIGKILL);
    }
  }
  return job->result();
}

std::vector<CommandResult>
run_all(Runner& runner, const std::vector<Command>& commands, std::size_t width)
{
  return run_all(runner, commands, width, [](std::size_t, const CommandResult&) {
    return std::vector<Command>{};
  });
}

std::vector<CommandResult>
run_all(Runner& runner, std::vector<Command> commands, std::size_t width, const RunNext& next)
{
  struct Running {
    std::size_t index;
    std::unique_ptr<Job> job;
  };
  std::vector<CommandResult> results(commands.size());
  std::vector<Running> running;
  std::size_t started = 0;
  while (started < commands.size() || !running.empty()) {
    while (started < commands.size() && running.size() < std::max<std::size_t>(width, 1)) {
      running.push_back({started, runner.start(commands[started])});
      ++started;
    }
    const auto done =
        std::ranges::find_if(running, [](const Running& one) { return one.job->done(); });
    if (done == running.end()) {
      runner.poll(k_slice);
      continue;
    }
    const std::size_t index = done->index;
    results[index] = done->job->result();
    running.erase(done);
    for (Command& more : next(index, results[index])) {
      commands.push_back(std::move(more));
    }
    results.resize(commands.size());
  }
  return results;
}

} // namespace iplease
