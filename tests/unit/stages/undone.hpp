// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/stages/undo.hpp>

#include "fresh.hpp"
#include <algorithm>
#include <string>
#include <variant>

namespace iplease::test {

/// What the journal of a run with this plan remembers.
inline MemorySeen remembered(const Plan& plan)
{
  MemorySeen memory{.enabled = true};
  for (const StagePlan& one : plan.stages) {
    for (const Step& step : one.steps) {
      const auto* file = std::get_if<FileWrite>(&step.action);
      const std::string subject = file != nullptr ? "file/" + file->path : step.subject;
      if (!writes(step) || subject.empty()) {
        continue;
      }
      MadeSeen& made = memory.made[subject];
      if (made.expect.empty()) {
        made = {.stage = one.stage, .before = step.before};
      }
      made.expect.push_back(step.expect);
      for (const FieldChange& field : step.fields) {
        made.fields[field.field] = {.was = field.was, .is = {field.is}};
      }
    }
  }
  memory.touched = memory.made;
  return memory;
}

/// A cluster after an enable that began on `before`.
inline Observation enabled_from(const Observation& before)
{
  Observation seen = enabled();
  seen.memory = remembered(make_plan(registry(), before, wanted()));
  seen.metallb.expose.value.labels = {{"app.kubernetes.io/managed-by", "iplease"}};
  seen.undo.looked = true;
  for (const ValuesFileSeen& file : before.provider.files) {
    const auto made = seen.memory.made.find("file/" + file.path);
    if (made != seen.memory.made.end()) {
      const auto live = std::ranges::find(seen.provider.files, file.path, &ValuesFileSeen::path);
      live->exists = true;
      live->text = seen.provider.release_values.value;
    }
  }
  return seen;
}

inline Plan
undone(const Observation& seen, const std::string& stage = {}, const Settings& want = wanted())
{
  return plan_undo(seen, undo_settings(seen, want), stage);
}

} // namespace iplease::test
