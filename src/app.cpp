// SPDX-License-Identifier: Apache-2.0
#include <iplease/app.hpp>
#include <iplease/core/exit_code.hpp>
#include <iplease/version.hpp>

#include <cstdio>

namespace iplease {

int run_app(int, char**)
{
  std::printf("iplease %s\n", k_version);
  return static_cast<int>(ExitCode::done);
}

} // namespace iplease
