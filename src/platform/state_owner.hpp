// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace iplease {

/// Throws EnvironmentError unless the open file is a regular one (IPL-RUN-076) that nobody but we
/// and root can write (IPL-RUN-075).
void require_safe_file(int fd, const std::string& path);

} // namespace iplease
