// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/command.hpp>

#include <string>

namespace iplease {

/// The signal that ended a program, also where a shell or `env` in between tells of it by exit code
/// 128 + number and nobody said a word; 0: none did.
[[nodiscard]] int killed_by(const CommandResult& result);
/// "SIGKILL", or "signal 42".
[[nodiscard]] std::string signal_name(int number);
/// Who sends that signal as a rule, and where to look.
[[nodiscard]] std::string signal_reason(int number);
/// "exit 1", "killed by SIGKILL", "out of time", ...
[[nodiscard]] std::string ended_words(const CommandResult& result);

} // namespace iplease
