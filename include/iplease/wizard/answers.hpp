// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/settings.hpp>

#include <string>

namespace iplease {

/// A flags file of what was answered and given, and of nothing that was found or is a default:
/// replayed with `-f FILE --no-input` it gives the same plan. `cluster` is named in a comment.
/// It holds no secret, because no key does.
[[nodiscard]] std::string answers_file(const Settings& asked, const std::string& cluster);

/// Whether anything in it was answered.
[[nodiscard]] bool holds_answers(const Settings& asked);

/// The command line that would have needed no question: `iplease enable -f FILE --pool ... --yes`.
/// It names the flags file that was read, and beside it only what that does not say.
[[nodiscard]] std::string answers_command(const Settings& asked);

} // namespace iplease
