// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/command.hpp>

#include "fd.hpp"
#include <string>

#include <sys/types.h>

namespace iplease {

/// A child past execve, with the parent's ends of its pipes (non-blocking), or why there is none.
struct Spawned {
  pid_t pid = -1;
  Fd input{}; ///< closed if the command has no input
  Fd out{};
  Fd err{};
  Fd pidfd{};         ///< closed on kernels before 5.3
  int error = 0;      ///< errno of the failed step; 0 if the child runs
  std::string what{}; ///< the failed step
};

/// `held` (-1: none) stays open in the child.
[[nodiscard]] Spawned spawn(const Command& command, int held);

} // namespace iplease
