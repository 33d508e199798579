// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/view.hpp>

#include <memory>
#include <string>

namespace iplease {

/// Writes all events, with more detail than is shown, to a file (the run's debug.log or --log-file;
/// mode 0600) and forwards them to `inner`. `apply` masks results, so no secret gets here. A log
/// that cannot be written is reported once to `inner` and then ignored; it does not stop the run.
class LogView final : public View {
public:
  LogView(View& inner, const std::string& path);
  ~LogView() override;
  LogView(const LogView&) = delete;
  LogView& operator=(const LogView&) = delete;
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
  class File;
  View& m_inner;
  std::unique_ptr<File> m_file;
  std::string m_last_why{};
};

} // namespace iplease
