// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace iplease {

/// Runs the whole program. Returns an exit code of docs/exit-codes.md.
[[nodiscard]] int run_app(int argc, char** argv);

} // namespace iplease
