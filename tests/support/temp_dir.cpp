// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <support/temp_dir.hpp>

#include <stdlib.h>

namespace iplease::test {

TempDir::TempDir()
    : m_path((std::filesystem::temp_directory_path() / "iplease-test-XXXXXX").string())
{
  if (::mkdtemp(m_path.data()) == nullptr) {
    throw std::runtime_error("no temporary directory");
  }
}

TempDir::~TempDir()
{
  std::error_code ignored;
  std::filesystem::remove_all(m_path, ignored);
}

std::string slurp(const std::string& path)
{
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void spill(const std::string& path, const std::string& text)
{
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

} // namespace iplease::test
