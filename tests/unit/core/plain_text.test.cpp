// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/json.hpp>
#include <iplease/core/plain_text.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

TEST_CASE("Control characters are shown, never passed on", "[core][plain]")
{
  using namespace std::string_literals;
  CHECK(plain_text("a\x1b"s + "7b\ac\0d\x7f"s + "e\vf"s) == R"(a\x1b7b\x07c\x00d\x7fe\x0bf)");
  CHECK(plain_text("one\rtwo") == R"(one\x0dtwo)"); // a bare CR would overwrite the line
  CHECK(plain_text("one\r\ntwo\n\tthree") == "one\ntwo\n\tthree");
  CHECK(plain_text("\xc2\x9b"
                   "2J\xc2\x85") == R"(\x9b2J\x85)"); // C1 control characters in UTF-8
  CHECK(plain_text("abc\u202ecba\u2066x") == R"(abc\u202ecba\u2066x)");
}

TEST_CASE("Colours and other terminal sequences are dropped", "[core][plain]")
{
  CHECK(plain_text("\x1b[90m4:05PM\x1b[0m \x1b[1;31mERR\x1b[0m no such host") ==
        "4:05PM ERR no such host");
  CHECK(plain_text("\x1b]0;title\a"
                   "a\x1b]8;;http://x\x1b\\b\x1b]8;;\x1b\\\x1b[2J\x1b[?25lc") == "abc");
  CHECK(plain_text("\x1b[31") == R"(\x1b[31)");                   // cut short: not a sequence
  CHECK(plain_text("\x1b]0;text\nmore") == "\\x1b]0;text\nmore"); // unterminated: swallows no text
}

TEST_CASE("Bytes that are no UTF-8 are shown, and UTF-8 stays", "[core][plain]")
{
  const std::string good = "Grüße, 你好, 🙂 ••• ⠋";
  CHECK(plain_text(good) == good);
  CHECK(plain_text("a\xff"
                   "b\xc3") == R"(a\xffb\xc3)");
  CHECK(plain_text("\xc0\xaf\xed\xa0\x80\xf5\x80\x80\x80") ==
        R"(\xc0\xaf\xed\xa0\x80\xf5\x80\x80\x80)"); // overlong, a surrogate, above U+10FFFF
  std::string all;
  for (int byte = 0; byte < 256; ++byte) {
    all += static_cast<char>(byte);
  }
  const std::string shown = plain_text(all + "\x1b[1m" + all);
  // Valid UTF-8, no control characters.
  CHECK(nlohmann::json(shown).dump().find("\\u00") == std::string::npos);
  CHECK(plain_text(shown) == shown);
}

TEST_CASE("A document has plain text only, names of members too", "[core][plain]")
{
  const nlohmann::ordered_json document{{"a\x1b[31m\a", {"b\x1b", {{"c", "\xff"}}}}, {"n", 1}};
  CHECK(plain_json(document) == R"({"a\\x07":["b\\x1b",{"c":"\\xff"}],"n":1})");
}

TEST_CASE("A cut splits no character", "[core][plain]")
{
  CHECK(first_bytes("aü•🙂", 100) == "aü•🙂");
  CHECK(first_bytes("aü•", 2) == "a");
  CHECK(first_bytes("aü•", 3) == "aü");
  CHECK(first_bytes("aü•", 5) == "aü");
  CHECK(last_bytes("ü•", 3) == "•");
  CHECK(last_bytes("ü•", 4) == "•");
  CHECK(last_bytes("x🙂", 3) == "");
  CHECK(first_bytes("\x80\x80\x80\x80\x80", 4).size() == 4); // not UTF-8: cut at the limit
}

TEST_CASE("a text is split into all its parts, empty ones too", "[core][plain]")
{
  using Parts = std::vector<std::string_view>;
  CHECK(split("", ',') == Parts{""});
  CHECK(split("a", ',') == Parts{"a"});
  CHECK(split("a,,b,", ',') == Parts{"a", "", "b", ""});
}
