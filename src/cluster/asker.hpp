// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/command.hpp>

#include <functional>
#include <string>
#include <vector>

namespace iplease {

class Runner;

/// Runs kubectl and helm, two at a time. Each answer goes to the handler of its question, which may
/// ask more: no read waits for one that it does not need.
class Asker {
public:
  using Handler = std::function<void(const CommandResult&)>;

  void ask(Command command, Handler handler)
  {
    m_next.push_back(std::move(command));
    m_handlers.push_back(std::move(handler));
  }
  /// Returns when every question has its answer, including those that handlers asked.
  void hear(Runner& runner);

private:
  std::vector<Command> take();

  std::vector<Handler> m_handlers{}; // in the order of the commands, as run_all numbers them
  std::vector<Command> m_next{};
};

/// A read as one line for people; its template is shortened to "...".
[[nodiscard]] std::string evidence_line(const Command& command);

} // namespace iplease
