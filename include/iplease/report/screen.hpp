// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace iplease {

/// How iplease's text may look at its destination.
struct Screen {
  bool colour = false; ///< marks, `error`, `warning` and diff lines; never the only sign
  bool ascii = false;  ///< iplease's marks and arrows in ASCII; text of others stays
  int columns = 0;     ///< wrap at this width; 0: never
};

/// Formats plain text. A wrapped line continues below the text behind its label. Never wraps
/// commands, which get copied, or lines quoted from a file.
[[nodiscard]] std::string on_screen(std::string_view text, const Screen& screen);

} // namespace iplease
