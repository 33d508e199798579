// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/view.hpp>
#include <iplease/platform/terminal.hpp>
#include <iplease/report/stage_line.hpp>

#include <functional>
#include <string>

namespace iplease {

/// For a terminal: finished stages scroll; one live line below says what runs, for how long, up to
/// when, and why it waits. Never hides the cursor, so there is nothing to restore.
class LiveView final : public View {
public:
  /// Asks `width` before each drawing, so it follows a resized window.
  LiveView(Write write, Style style, std::function<int()> width);
  ~LiveView() override;
  LiveView(const LiveView&) = delete;
  LiveView& operator=(const LiveView&) = delete;
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
  void draw(const std::string& text);
  void scroll(const std::string& lines);
  [[nodiscard]] std::string cleared();

  Write m_write;
  Style m_style;
  std::function<int()> m_width;
  std::string m_where{};
  StageLine m_stage_line{};
  std::size_t m_turn = 0;
  std::string m_step{}; ///< id of the running step
  bool m_drawn = false; ///< a live line is on the screen
};

} // namespace iplease
