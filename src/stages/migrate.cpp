// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

namespace iplease {

StagePlan plan_migrate(const Observation& seen, const Settings&, std::span<const StagePlan>)
{
  if (!seen.metallb.legacy || !seen.metallb.legacy->in_force) {
    return stages::satisfied("no 0.12 ConfigMap is in force");
  }
  return stages::blocked({{.id = "IPL-MIG-001",
                           .what = "MetalLB still reads the 0.12 ConfigMap " + seen.metallb.legacy->name,
                           .exit = ExitCode::blocked}});
}

} // namespace iplease
