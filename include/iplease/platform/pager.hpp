// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace iplease {

/// Rows of the terminal at `fd`; 24 if unknown.
[[nodiscard]] int terminal_height(int fd);

/// Shows a text in a pager, which has the terminal until the operator quits. `command` is a line
/// for sh, as in $PAGER. False: no such program, nothing was shown.
[[nodiscard]] bool show_in_pager(const std::string& command, std::string_view text);

} // namespace iplease
