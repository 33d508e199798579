// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/plan.hpp>

#include "managed.hpp"
#include <array>

namespace iplease {

using Done = std::span<const StagePlan>;

#define STAGE(name, id, title)                                                                     \
  StagePlan plan_##name(const Observation&, const Settings&, std::span<const StagePlan>);
#include "stages.def"
#undef STAGE

std::span<const Stage> registry()
{
  static constexpr std::array stages{
#define STAGE(name, id, title)                                                                     \
  Stage{id, title, [](const Observation& seen, const Settings& want, Done done) {                  \
          return stages::ask_manager(plan_##name(seen, want, done), id, seen, want);               \
        }},
#include "stages.def"
#undef STAGE
  };
  return stages;
}

} // namespace iplease
