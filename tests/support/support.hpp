// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace iplease::test {

/// The bytes of a file below tests/.
[[nodiscard]] std::string data(const std::string& path);

} // namespace iplease::test
