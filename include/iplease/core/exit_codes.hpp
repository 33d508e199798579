// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/exit_code.hpp>

#include <span>
#include <string>
#include <string_view>

namespace iplease {

/// What an exit code means. docs/exit-codes.md, the manual page and `explain exit-codes` are
/// generated from these rows.
struct ExitCodeRow {
  ExitCode code = ExitCode::done;
  std::string_view name{}; ///< as in the enum
  std::string_view meaning{};
  std::string_view changed{}; ///< whether anything changed: yes, no, maybe, unknown
  std::string_view next{};    ///< what to do; may be empty
};

/// In numeric order.
[[nodiscard]] std::span<const ExitCodeRow> exit_codes();
/// The text of `iplease explain exit-codes`.
[[nodiscard]] std::string exit_codes_text();

} // namespace iplease
