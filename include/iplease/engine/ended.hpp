// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/command.hpp>

#include <string>

namespace iplease {

/// The signal that ended a program; 0: none. Also recognises exit code 128 + number without error
/// output, which a shell or `env` in between returns.
[[nodiscard]] int killed_by(const CommandResult& result);
/// "SIGKILL", or "signal 42".
[[nodiscard]] std::string signal_name(int number);
/// Who usually sends that signal, and where to look.
[[nodiscard]] std::string signal_reason(int number);
/// "exit 1", "killed by SIGKILL", "out of time", ...
[[nodiscard]] std::string ended_words(const CommandResult& result);

} // namespace iplease
