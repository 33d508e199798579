// SPDX-License-Identifier: Apache-2.0
#include "asker.hpp"

#include <iplease/engine/effects.hpp>

#include <utility>

namespace iplease {

std::vector<Command> Asker::take()
{
  return std::exchange(m_next, {});
}

void Asker::hear(Runner& runner)
{
  constexpr std::size_t at_once = 2;
  (void)run_all(runner, take(), at_once, [this](std::size_t index, const CommandResult& answer) {
    const Handler handler = std::move(m_handlers[index]); // the handler may grow m_handlers
    handler(answer);
    return take();
  });
}

std::string evidence_line(const Command& command)
{
  std::vector<std::string> words = command.argv;
  for (std::string& word : words) {
    if (word.starts_with("go-template=")) {
      word = "go-template=...";
    }
  }
  return shell_line(words);
}

} // namespace iplease
