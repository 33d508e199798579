// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <support/golden.hpp>
#include <support/temp_dir.hpp>

namespace iplease::test {

std::string differs_from_file(const std::string& path, const std::string& text)
{
  const std::string full = std::string(IPLEASE_TEST_DATA) + "/../" + path;
  const char* accept = std::getenv("IPLEASE_TEST_ACCEPT");
  if (accept != nullptr && std::string(accept) == "1") {
    spill(full, text);
  }
  const std::string wanted = slurp(full);
  if (wanted == text) {
    return {};
  }
  const auto [one, other] = std::ranges::mismatch(wanted, text);
  const auto line = 1 + std::count(wanted.begin(), one, '\n');
  const auto start = static_cast<std::size_t>(other - text.begin());
  return path + ":" + std::to_string(line) + " differs from: " + text.substr(start, 60) +
         " (IPLEASE_TEST_ACCEPT=1 rewrites it)";
}

} // namespace iplease::test
