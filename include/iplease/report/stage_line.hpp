// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/plan.hpp>
#include <iplease/engine/effects.hpp>

#include <string>

namespace iplease {

/// Follows a run and says where the failed stage stands and whether it changed anything: "pool (6
/// of 11); stages 1 to 5 are done, this one changed nothing". Says the last part only if it is
/// certain: no writing step began, or the only one was an object that the API server explicitly
/// refused or a file that could not be replaced.
class StageLine {
public:
  void start(const StagePlan& stage, int number, int of);
  void begun(const Step& step);
  void ended(const Step& step, const CommandResult& result);
  [[nodiscard]] std::string text() const;

private:
  std::string m_stage{};
  int m_number = 0;
  int m_of = 0;
  bool m_changed = false;   ///< or may have changed something
  bool m_under_way = false; ///< a writing step began; its result is unknown
};

} // namespace iplease
