// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <support/fake_clock.hpp>
#include <vector>

namespace iplease::test {

/// The next command that the script expects, and its answer.
struct Expected {
  std::string line; ///< shell_line of the argv
  CommandResult result{};
  std::chrono::milliseconds takes{0}; ///< on the fake clock; result.took stays as it is
  bool held = false;                  ///< runs until signalled or released
  std::function<void()> on_start{};   ///< for example, presses Ctrl-C
  CommandResult when_signalled{.exit_code = 1, .err = "cancelled\n"};
};

/// Stands in for ProcessRunner. Expects the commands in exactly this order and throws on any other
/// command, or on one too many. Time passes on the fake clock inside poll().
class ScriptedRunner final : public Runner {
public:
  explicit ScriptedRunner(FakeClock& clock)
      : m_clock(clock)
  {
  }
  void expect(Expected next) { m_script.push_back(std::move(next)); }
  void expect(std::string line, CommandResult result = {})
  {
    expect(Expected{.line = std::move(line), .result = std::move(result)});
  }
  /// Answers a command that may come any number of times between the others. The last result
  /// repeats.
  void always(const std::string& line, std::vector<CommandResult> results);

  [[nodiscard]] std::unique_ptr<Job> start(const Command& command) override;
  void poll(std::chrono::milliseconds limit) override;

  /// Whether every expected command has run.
  [[nodiscard]] bool finished() const { return m_script.empty(); }
  [[nodiscard]] const std::vector<Command>& started() const { return m_started; }
  [[nodiscard]] std::size_t most_at_once() const { return m_most; }
  [[nodiscard]] const std::vector<int>& signals() const { return m_signals; }

private:
  class ScriptedJob;
  FakeClock& m_clock;
  std::deque<Expected> m_script{};
  std::map<std::string, std::deque<CommandResult>> m_always{};
  std::vector<Command> m_started{};
  std::list<ScriptedJob*> m_jobs{};
  std::size_t m_most = 0;
  std::vector<int> m_signals{};
};

/// Stands in for DiskFiles.
class MemoryFiles final : public Files {
public:
  [[nodiscard]] FileRead read(const std::string& path) override;
  [[nodiscard]] std::optional<std::string> replace(const FileWrite& file) override;
  std::map<std::string, std::string> files{};
  std::string refusal{}; ///< not empty: every replace fails with it
};

/// Stands in for CurlHttp.
class CannedHttp final : public Http {
public:
  [[nodiscard]] HttpAnswer
  get(const std::string& url, std::chrono::seconds timeout, bool verify_tls) override;
  std::map<std::string, HttpAnswer> answers{};
  std::vector<std::string> asked{};
};

/// Stands in for SignalStop: the test presses Ctrl-C.
class FakeStop final : public StopFlag {
public:
  [[nodiscard]] int level() const override { return pressed; }
  [[nodiscard]] int signal_number() const override { return number; }
  int pressed = 0;
  int number = 0;
};

} // namespace iplease::test
