// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>

#include <string>
#include <utility>

namespace iplease {

/// A problem on the cluster or in an inventory that blocks the run (exit 3). If `fix` is empty, the
/// catalogue's is used.
[[nodiscard]] inline Problem
blocking(std::string id, std::string what, std::string saw = {}, std::string fix = {})
{
  return {.id = std::move(id),
          .what = std::move(what),
          .saw = std::move(saw),
          .fix = std::move(fix),
          .exit = ExitCode::blocked};
}

} // namespace iplease
