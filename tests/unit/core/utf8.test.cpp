// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/utf8.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

TEST_CASE("Only well-formed UTF-8 is a character", "[core][utf8]")
{
  const auto code = [](std::string_view text) { return character_at(text, 0).code; };
  const auto bytes = [](std::string_view text) { return character_at(text, 0).bytes; };
  CHECK(code("a") == 0x61);
  CHECK(code("\xc3\xbc") == 0xFC);
  CHECK(code("\xe2\x80\xa8x") == 0x2028);
  CHECK(code("\xf0\x9f\x99\x82") == 0x1F642);
  CHECK(bytes("\xf4\x8f\xbf\xbf") == 4);
  CHECK(bytes(std::string_view("\0", 1)) == 1);
  for (const char* broken : {"",
                             "\x80",
                             "\xc0\xaf",
                             "\xc3",
                             "\xe0\x9f\xbf",
                             "\xe2\x80",
                             "\xed\xa0\x80",
                             "\xf0\x8f\xbf\xbf",
                             "\xf4\x90\x80\x80",
                             "\xf5\x80\x80\x80"}) {
    CAPTURE(broken);
    CHECK(bytes(broken) == 0);
  }
  CHECK(characters_in("a\xc3\xbc\xf0\x9f\x99\x82") == 3);
}
