// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace iplease {

enum class When { automatic, always, never };

/// What the flags ask for.
struct StyleWish {
  When colour = When::automatic; ///< --color
  bool plain = false;            ///< --plain
  bool accessible = false;       ///< --accessible
};

/// How output may look.
struct Style {
  bool live = false;   ///< one line may be redrawn
  bool colour = false; ///< never the only carrier of meaning
  bool ascii = false;  ///< no characters outside ASCII
  bool accessible = false;
  bool operator==(const Style&) const = default;
};

/// An environment variable; nullopt if unset.
using Environment = std::function<std::optional<std::string>(const char* name)>;

/// Flags win over NO_COLOR, FORCE_COLOR, ACCESSIBLE, TERM, CI and the locale. Pure.
[[nodiscard]] Style
choose_style(const StyleWish& wish, const Environment& environment, bool terminal);

/// The process's environment.
[[nodiscard]] Environment process_environment();
[[nodiscard]] bool is_terminal(int fd);
/// Opens /dev/null for closed standard descriptors. Call it first: otherwise the next file opened,
/// perhaps a journal, gets descriptor 0, 1 or 2 and all output. False: failed.
[[nodiscard]] bool fill_standard_descriptors();
/// Columns of the terminal at `fd`; 80 if unknown.
[[nodiscard]] int terminal_width(int fd);

/// Writes all bytes. Ignores a closed reader or a full disk: the work matters more than the output.
using Write = std::function<void(std::string_view)>;
/// `failed` must outlive the writer. It gets the errno of the first failed write; 0: none.
[[nodiscard]] Write writer_to(int fd, int* failed = nullptr);
/// Passes only plain text (core/plain_text.hpp) to `inner`. All text goes through it; only cursor
/// and colour sequences go to `inner` directly.
[[nodiscard]] Write plain_writer(Write inner);

} // namespace iplease
