// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/json.hpp>
#include <iplease/engine/effects.hpp>
#include <iplease/engine/view.hpp>
#include <iplease/platform/terminal.hpp>

#include <string>

namespace iplease {

/// The name, or null if it is empty.
[[nodiscard]] nlohmann::ordered_json or_null(const std::string& name);

/// The event stream as JSON lines, first `version`, last `result`. Within `ui` 1.x kinds and keys
/// may be added; readers ignore unknown ones.
class JsonView final : public View {
public:
  /// Writes the `version` line unless `begins` is false (another view of the stream wrote it).
  JsonView(Write write, const Clock& clock, bool begins = true);
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

  /// The plan as JSON, before anything runs.
  void plan(const nlohmann::ordered_json& plan);
  /// A separate document as one line of the stream; keeps the document's `type`.
  void nested(const std::string& message, const nlohmann::ordered_json& document);
  void result(ExitCode exit, bool changed, const std::string& run);
  /// A line of any other type: "verified".
  void emit(const char* type, const std::string& message, const nlohmann::ordered_json& fields);

private:
  Write m_write;
  const Clock& m_clock;
  std::string m_stage{};
  std::string m_last_why{};
  std::chrono::milliseconds m_next_beat{};
};

} // namespace iplease
