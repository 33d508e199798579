// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/command.hpp>

#include <string>

namespace iplease {

/// A read as one line for people: the long list template is named, not quoted.
[[nodiscard]] std::string evidence_line(const Command& command);

} // namespace iplease
