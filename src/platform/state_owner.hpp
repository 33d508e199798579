// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace iplease {

/// Throws EnvironmentError unless the open file is regular (IPL-RUN-076) and only this user and
/// root can write to it (IPL-RUN-075).
void require_safe_file(int fd, const std::string& path);

} // namespace iplease
