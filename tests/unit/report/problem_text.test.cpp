// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/plain_text.hpp>
#include <iplease/report/problem_text.hpp>

#include <catch2/catch.hpp>

#include <algorithm>

using namespace iplease;

TEST_CASE("A problem of a file shows the line and a caret under the character", "[report][problem]")
{
  const Problem problem{.id = "IPL-CFG-003",
                        .what = "pool.adresses: unknown key",
                        .cause = "c",
                        .fix = "f\ng",
                        .place = {"f.yaml", 2, 6}};
  CHECK(problem_text(problem, {{"f.yaml", "a: 1\n\xc3\xa9\t\xc3\xbc: adr\r\nb: 2\n"}}) ==
        "f.yaml:2:6: pool.adresses: unknown key\n"
        "  | \xc3\xa9\t\xc3\xbc: adr\n"
        "  |  \t   ^\n"
        "error IPL-CFG-003: a key, flag or variable is unknown\n"
        "  cause   c\n"
        "  fix     f\n"
        "          g\n"
        "  more    iplease explain IPL-CFG-003\n");
}

TEST_CASE("A problem without a place says what, saw, cause and fix, and the catalogue fills gaps",
          "[report][problem]")
{
  const std::string text = problem_text(
      {.id = "IPL-CFG-009", .what = "pool.addresses: no value", .saw = "s", .fix = "f"});
  CHECK(text.starts_with("error IPL-CFG-009: pool.addresses: no value\n  saw     s\n  cause   it "
                         "can neither be found"));
  CHECK(problems_text({{.id = "IPL-CFG-009", .what = "a"}, {.id = "IPL-CFG-010", .what = "b"}})
            .ends_with("\n2 errors\n"));
}

TEST_CASE("Control characters of a file do not reach the terminal", "[report][problem]")
{
  const std::string text = problem_text({.id = "IPL-CFG-015", .what = "w", .place = {"f", 1, 4}},
                                        {{"f", "a: \x1b[31m\n"}});
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("Of a long line what is around the caret is shown, and no character is cut",
          "[report][problem]")
{
  std::string line;
  for (int i = 0; i < 10'000; ++i) {
    line += "\xc3\xbc";
  }
  line += "strictARP: X" + line;
  const std::string text = problem_text(
      {.id = "IPL-CFG-005", .what = "w " + line + " z", .place = {"f", 1, 10'012}}, {{"f", line}});
  CAPTURE(text);
  CHECK(text.size() < 6000);
  CHECK(plain_text(text) == text); // no character is cut in half
  CHECK(text.starts_with("f:1:10012: w \xc3\xbc"));
  CHECK(text.find("\xc3\xbc z\n  | ... \xc3\xbc") != std::string::npos);
  const std::size_t shown = text.find("\n  | ") + 5;
  const std::size_t under = text.find("\n  | ", shown) + 5;
  const std::string before = text.substr(shown, text.find('X', shown) - shown);
  const auto columns = std::ranges::count_if(before, [](char c) { return (c & 0xc0) != 0x80; });
  CHECK(text.find('^', under) - under == static_cast<std::size_t>(columns));
  const std::string secret = std::string(300, 'a') + "https://u:hunter2@h/" + line;
  CHECK(problem_text({.id = "IPL-CFG-005", .what = "w", .place = {"f", 1, 312}}, {{"f", secret}})
            .find("hunter2") == std::string::npos);
  CHECK(problem_json({.id = "IPL-CFG-006", .what = "x: https://u:hunter2@h"}).at("what") ==
        "x: https://•••@h");
  CHECK(problem_json({.id = "IPL-CFG-005", .what = line}).at("what").get<std::string>().size() <
        5000);
  const std::string rights(1800, 'r'); // none of them may be cut
  CHECK(problem_text({.id = "IPL-CLU-002", .what = rights}).find(rights) != std::string::npos);
}

TEST_CASE("The JSON of a problem has its place and its cure", "[report][problem]")
{
  const auto json = problem_json(
      {.id = "IPL-CFG-003", .what = "w", .fix = "f", .place = {"x.yaml", 3, 4}}, "warning");
  CHECK(json.at("severity") == "warning");
  CHECK(json.at("line") == 3);
  CHECK(json.at("fix") == "f");
  CHECK(json.contains("cause"));
}
