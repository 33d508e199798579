// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/observation.hpp>

namespace iplease {

std::string release_line(const ReleaseSeen& release)
{
  return release.status + " " + release.chart + " revision " + std::to_string(release.revision);
}

} // namespace iplease
