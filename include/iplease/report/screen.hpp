// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace iplease {

/// How words of ours are shown where they go to.
struct Screen {
  bool colour = false; ///< marks, `error`, `warning` and the lines of a diff; never the only sign
  bool ascii = false;  ///< our own marks and arrows in ASCII; what others wrote stays
  int columns = 0;     ///< lines are broken between words there; 0: nowhere
};

/// Plain text as it is shown. A broken line goes on below the text behind its label. Never broken:
/// a command, for it is copied, and what is quoted of a file.
[[nodiscard]] std::string on_screen(std::string_view text, const Screen& screen);

} // namespace iplease
