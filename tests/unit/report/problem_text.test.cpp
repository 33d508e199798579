// SPDX-License-Identifier: Apache-2.0
#include <iplease/report/problem_text.hpp>

#include <catch2/catch.hpp>

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

TEST_CASE("The JSON of a problem has its place and its cure", "[report][problem]")
{
  const auto json = problem_json(
      {.id = "IPL-CFG-003", .what = "w", .fix = "f", .place = {"x.yaml", 3, 4}}, "warning");
  CHECK(json.at("severity") == "warning");
  CHECK(json.at("line") == 3);
  CHECK(json.at("fix") == "f");
  CHECK(json.contains("cause"));
}
