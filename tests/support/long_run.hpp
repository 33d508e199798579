// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>

namespace iplease::test {

/// Whether this is `./dev test --long`, where a test tries all of its cases, not a part of them.
inline bool long_run()
{
  const char* given = std::getenv("IPLEASE_LONG"); // NOLINT(concurrency-mt-unsafe): nobody sets it
  return given != nullptr && *given != '\0';
}

} // namespace iplease::test
