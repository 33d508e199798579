// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace iplease {

/// Rows of the terminal behind a descriptor; 24 where it does not say.
[[nodiscard]] int terminal_height(int fd);

/// Shows a text with a pager, which gets the terminal until the operator leaves it. `command` is a
/// line for sh, as in $PAGER. False: there is no such program, and nothing was shown.
[[nodiscard]] bool show_in_pager(const std::string& command, std::string_view text);

} // namespace iplease
