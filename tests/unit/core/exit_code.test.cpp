// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <map>
#include <regex>
#include <support/support.hpp>

namespace {

std::map<std::string, std::string>
pairs(const std::string& text, const std::string& pattern, std::size_t name, std::size_t code)
{
  std::map<std::string, std::string> found;
  const std::regex shape(pattern);
  for (std::sregex_iterator hit(text.begin(), text.end(), shape), end; hit != end; ++hit) {
    found[(*hit)[name]] = (*hit)[code];
  }
  return found;
}

} // namespace

TEST_CASE("docs/exit-codes.md is the table of core/exit_code.hpp", "[core][exit-code]")
{
  const auto code = pairs(
      iplease::test::data("../include/iplease/core/exit_code.hpp"), R"((\w+) = (\d+),)", 1, 2);
  const auto docs =
      pairs(iplease::test::data("../docs/exit-codes.md"), R"(\| (\d+) \| (\w+) \|)", 2, 1);
  CHECK(code.size() >= 16);
  CHECK(code == docs);
}
