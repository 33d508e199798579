// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/command.hpp>

#include "fd.hpp"
#include <string>

#include <sys/types.h>

namespace iplease {

/// A child that has passed execve, with our ends of its pipes (non-blocking), or why there is none.
struct Spawned {
  pid_t pid = -1;
  Fd input{}; ///< not open when the command has no input
  Fd out{};
  Fd err{};
  Fd pidfd{};         ///< not open on kernels before 5.3
  int error = 0;      ///< errno of the step that failed, 0 when the child runs
  std::string what{}; ///< which step failed
};

/// `held` (-1: none) stays open in the child.
[[nodiscard]] Spawned spawn(const Command& command, int held);

} // namespace iplease
