// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace iplease {

/// The whole program: parses argv, does what it says, returns the exit code of docs/exit-codes.md.
[[nodiscard]] int run_app(int argc, char** argv);

} // namespace iplease
