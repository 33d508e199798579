// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/effects.hpp>
#include <iplease/engine/view.hpp>
#include <iplease/platform/terminal.hpp>
#include <iplease/report/stage_line.hpp>

#include <string>

namespace iplease {

/// One line per change, never redrawn, and a heartbeat every 15 s: for logs, pipes, CI, serial
/// consoles and screen readers. With `accessible` the heartbeat is a sentence.
class PlainView final : public View {
public:
  PlainView(Write write, const Clock& clock, Style style);
  void stage_start(const StagePlan& stage, int number, int of) override;
  void command_start(const StagePlan& stage, const Step& step) override;
  void waiting(const Step& step,
               std::chrono::milliseconds elapsed,
               std::chrono::seconds limit,
               const std::string& why) override;
  void command_end(const StagePlan& stage, const Step& step, const CommandResult& result) override;
  void stage_end(const StagePlan& stage, const StageEnd& end) override;
  void problem(const Problem& problem) override;
  void warning(const Problem& problem) override;
  void note(const std::string& text) override;

private:
  void line(const std::string& text);

  Write m_write;
  const Clock& m_clock;
  Style m_style;
  std::string m_where{}; ///< "[3/11] metallb"
  StageLine m_stage_line{};
  std::chrono::milliseconds m_next_beat{};
  std::string m_last_why{};
  bool m_waited = false;
};

/// "$ helm upgrade ... (limit 5m)", "write /root/provider.yaml", "wait for ...", "GET https://..."
[[nodiscard]] std::string describe(const Step& step);
/// A failed command: the command, its exit, its last output lines behind bars.
[[nodiscard]] std::string failed_text(const Step& step, const CommandResult& result);

} // namespace iplease
