// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/command.hpp>
#include <iplease/core/error.hpp>
#include <iplease/core/plan.hpp>

#include <chrono>
#include <string>

namespace iplease {

/// How a stage ended.
struct StageEnd {
  bool ok = false;
  std::chrono::milliseconds took{};
  std::string result{}; ///< what its steps proved: "0.14.8 installed, metallb-controller ready"
};

/// The event stream of a run. The live line, the plain lines and NDJSON all render this one stream,
/// so they cannot disagree.
class View {
public:
  virtual ~View() = default;
  virtual void stage_start(const StagePlan& stage, int number, int of) = 0;
  virtual void command_start(const StagePlan& stage, const Step& step) = 0;
  /// Called often while something runs; `why` is what it waits for now (may be empty).
  virtual void waiting(const Step& step,
                       std::chrono::milliseconds elapsed,
                       std::chrono::seconds limit,
                       const std::string& why) = 0;
  virtual void
  command_end(const StagePlan& stage, const Step& step, const CommandResult& result) = 0;
  virtual void stage_end(const StagePlan& stage, const StageEnd& end) = 0;
  virtual void problem(const Problem& problem) = 0;
  /// Something is wrong, but the run continues.
  virtual void warning(const Problem& problem) = 0;
  virtual void note(const std::string& text) = 0;
};

} // namespace iplease
