// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/view.hpp>
#include <iplease/platform/terminal.hpp>
#include <iplease/report/stage_line.hpp>

namespace iplease {

/// For --quiet: only problems and warnings.
class QuietView final : public View {
public:
  explicit QuietView(Write write);
  void stage_start(const StagePlan& stage, int number, int of) override;
  void command_start(const StagePlan& stage, const Step& step) override;
  void
  waiting(const Step&, std::chrono::milliseconds, std::chrono::seconds, const std::string&) override
  {
  }
  void command_end(const StagePlan& stage, const Step& step, const CommandResult& result) override;
  void stage_end(const StagePlan&, const StageEnd&) override {}
  void problem(const Problem& problem) override;
  void warning(const Problem& problem) override;
  void note(const std::string& text) override;

private:
  Write m_write;
  StageLine m_stage_line{};
};

} // namespace iplease
