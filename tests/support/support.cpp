// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <support/support.hpp>

namespace iplease::test {

std::string data(const std::string& path)
{
  const std::string full = std::string(IPLEASE_TEST_DATA) + "/" + path;
  std::ifstream in(full, std::ios::binary);
  if (!in) {
    throw std::runtime_error("no test data at " + full);
  }
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

} // namespace iplease::test
