// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/plan.hpp>

#include <array>

namespace iplease {

#define STAGE(name, id, title)                                                                     \
  StagePlan plan_##name(const Observation&, const Settings&, std::span<const StagePlan>);
#include "stages.def"
#undef STAGE

std::span<const Stage> registry()
{
  static constexpr std::array stages{
#define STAGE(name, id, title) Stage{id, title, plan_##name},
#include "stages.def"
#undef STAGE
  };
  return stages;
}

} // namespace iplease
