// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/step.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

struct Observation;
struct Settings;

enum class Verdict { satisfied, needed, blocked };

/// What one stage will do, and why.
struct StagePlan {
  std::string stage{};
  Verdict verdict = Verdict::satisfied;
  std::string reason{};             ///< one line, also for satisfied
  std::string change{};             ///< "create", "change" or "" when nothing is written
  std::vector<std::string> notes{}; ///< what differs from the guide and why; warnings
  std::vector<Problem> problems{};  ///< blocked: each with id, cause and cure
  std::vector<Step> steps{};
  /// `undo`: what it leaves although a run of ours had a hand in it, and why.
  std::vector<std::string> kept{};
  bool operator==(const StagePlan&) const = default;
};

/// The whole run: shown, saved, scripted and executed from this one object.
struct Plan {
  std::vector<StagePlan> stages{};
  std::string command = "enable"; ///< what it is the plan of
  [[nodiscard]] bool blocked() const;
  /// Whether any step writes.
  [[nodiscard]] bool changes() const;
  bool operator==(const Plan&) const = default;
};

/// A stage is a value, not a subclass. `plan` is pure: it receives no door.
struct Stage {
  std::string_view id; ///< CLI name, journal key and documentation anchor in one
  std::string_view title;
  /// `done` are the stage plans before this one, so that a stage can see what will have changed.
  StagePlan (*plan)(const Observation& seen, const Settings& want, std::span<const StagePlan> done);
};

/// The stages of product order; one line per stage in stages/stages.def.
[[nodiscard]] std::span<const Stage> registry();

/// Pure and total: the same observation and settings give the same plan. That of enable owes a
/// verification from its first change on.
[[nodiscard]] Plan make_plan(std::span<const Stage> stages,
                             const Observation& seen,
                             const Settings& want,
                             std::string command = "enable");

/// The live state of a step's subject as one comparable line; empty when the subject is unknown.
[[nodiscard]] std::string subject_state(const Observation& seen, std::string_view subject);

} // namespace iplease
