// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/effects.hpp>
#include <iplease/engine/view.hpp>
#include <iplease/platform/terminal.hpp>

#include <nlohmann/json.hpp>

#include <string>

namespace iplease {

/// A name in JSON; null where there is none.
[[nodiscard]] nlohmann::ordered_json or_null(const std::string& name);

/// The event stream as one JSON object per line; first `version`, last `result`. New kinds and
/// keys may be added within `ui` 1.x; readers skip what they do not know.
class JsonView final : public View {
public:
  /// Writes the `version` line, unless another view of the same stream has written it.
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

  /// The plan's own JSON, before anything runs.
  void plan(const nlohmann::ordered_json& plan);
  /// A document of its own as a line of the stream; its `type` is the line's.
  void nested(const std::string& message, const nlohmann::ordered_json& document);
  void result(ExitCode exit, bool changed, const std::string& run);
  /// A line of a kind of its own: "verified".
  void emit(const char* type, const std::string& message, const nlohmann::ordered_json& fields);

private:
  Write m_write;
  const Clock& m_clock;
  std::string m_stage{};
  std::string m_last_why{};
  std::chrono::milliseconds m_next_beat{};
};

} // namespace iplease
