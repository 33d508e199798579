// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace iplease {

enum class When { automatic, always, never };

/// What flags ask of the looks.
struct StyleWish {
  When colour = When::automatic; ///< --color
  bool plain = false;            ///< --plain
  bool accessible = false;       ///< --accessible
};

/// How talk may look.
struct Style {
  bool live = false;   ///< one line may be redrawn
  bool colour = false; ///< never carries meaning alone
  bool ascii = false;  ///< no glyph outside ASCII
  bool accessible = false;
  bool operator==(const Style&) const = default;
};

/// A variable of the environment; nothing when unset.
using Environment = std::function<std::optional<std::string>(const char* name)>;

/// Flags first, then NO_COLOR, FORCE_COLOR, ACCESSIBLE, TERM, CI and the locale; pure.
[[nodiscard]] Style
choose_style(const StyleWish& wish, const Environment& environment, bool terminal);

/// The process's environment.
[[nodiscard]] Environment process_environment();
[[nodiscard]] bool is_terminal(int fd);
/// Puts /dev/null where standard input, output or error is closed, before anything else is opened:
/// else the next file, a journal perhaps, gets that number and all that is said goes into it.
/// False when that is not possible.
[[nodiscard]] bool fill_standard_descriptors();
/// Columns of the terminal behind `fd`; 80 when it does not say.
[[nodiscard]] int terminal_width(int fd);

/// Writes all of the bytes. A reader that has gone away, or a full disk, harms nothing: what is
/// said on a screen is never worth more than the work.
using Write = std::function<void(std::string_view)>;
/// `failed`, which must outlive the writer, gets the errno of the first write that failed; 0 is
/// none.
[[nodiscard]] Write writer_to(int fd, int* failed = nullptr);
/// The one way out for text, whoever wrote it: only plain text (core/plain_text.hpp) gets to
/// `inner`. What moves the cursor or paints writes to `inner` itself, and its words as plain text.
[[nodiscard]] Write plain_writer(Write inner);

} // namespace iplease
