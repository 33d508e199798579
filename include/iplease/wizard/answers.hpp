// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/settings.hpp>

#include <string>

namespace iplease {

/// A flags file of what was answered and given, without defaults and detected values. Replayed with
/// `-f FILE --no-input` it gives the same plan. Names `cluster` in a comment. Holds no secret,
/// because no key does.
[[nodiscard]] std::string answers_file(const Settings& asked, const std::string& cluster);

/// Whether any setting was answered.
[[nodiscard]] bool holds_answers(const Settings& asked);

/// The command line that would have needed no question: `iplease enable -f FILE --pool ... --yes`.
/// Names the flags file that was read, and otherwise only what that does not contain.
[[nodiscard]] std::string answers_command(const Settings& asked);

} // namespace iplease
