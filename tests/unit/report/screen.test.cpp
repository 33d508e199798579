// SPDX-License-Identifier: Apache-2.0
#include <iplease/report/screen.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

TEST_CASE("Text that goes to no terminal stays as it is", "[report][screen]")
{
  const std::string text = "error IPL-X: " + std::string(300, 'a') + " b\n✔ 1 → 2 · •••";
  CHECK(on_screen(text, {}) == text);
}

TEST_CASE("Our own marks become ASCII, what others wrote stays", "[report][screen]")
{
  CHECK(on_screen("iplease plan · x\nfalse → true\n•••\n", {.ascii = true}) ==
        "iplease plan - x\nfalse -> true\n***\n");
  CHECK(on_screen("/tmp/ü.yaml\n", {.ascii = true}) == "/tmp/ü.yaml\n");
}

TEST_CASE("A broken line goes on below the text behind its label", "[report][screen]")
{
  const auto at = [](int columns, const char* text) {
    return on_screen(text, {.columns = columns});
  };
  CHECK(at(30, "  cause   one two three four five six\n") ==
        "  cause   one two three four\n          five six\n");
  CHECK(at(30, "error IPL-X: one two three four five\n") ==
        "error IPL-X: one two three\n  four five\n");
  CHECK(at(30, "    plain words that are too long for it\n") ==
        "    plain words that are too\n    long for it\n");
  CHECK(at(24, "  metallb      14s  installed and ready for all\n") ==
        // Too little room to indent: the text needs half the window.
        "  metallb      14s\n  installed and ready\n  for all\n");
  const std::string passes =
      "  ok IPL-X   rights                           " + std::string(31, 'a');
  CHECK(at(80, (passes + " beyond\n").c_str()) ==
        // Indented past the middle: there is room.
        passes + "\n" + std::string(46, ' ') + "beyond\n");
  CHECK(at(30, "short\nno end") == "short\nno end");
}

TEST_CASE("What is copied or quoted is never broken", "[report][screen]")
{
  for (const std::string line : {"      $ kubectl --namespace metallb-system rollout status x",
                                 "        | addresses of the pool that were written there",
                                 "  iplease enable --pool 198.51.100.32/28 --accept-risk IPL-X",
                                 "06:40:00Z metallb: $ helm upgrade --install metallb metallb",
                                 "+++ /etc/some folder/with a long name of its own"}) {
    CHECK(on_screen(line, {.columns = 24}) == line);
  }
}

TEST_CASE("In a list of commands the words about one are broken, the command is not",
          "[report][screen]")
{
  CHECK(on_screen("  iplease verify --keep  prove it from another host\n", {.columns = 40}) ==
        "  iplease verify --keep  prove it from\n  another host\n");
  const std::string too_long = "  iplease enable --pool 198.51.100.32/28  do it\n";
  CHECK(on_screen(too_long, {.columns = 30}) == too_long);
}

TEST_CASE("A diff keeps its lines and gets its colours", "[report][screen]")
{
  const std::string diff = "  --- a\n  +++ b\n  @@ -1 +1 @@\n   same\n  -old\n  +new\nafter it\n";
  CHECK(on_screen(diff, {.colour = true}) ==
        "\033[31m  --- a\033[0m\n\033[32m  +++ b\033[0m\n\033[36m  @@ -1 +1 @@\033[0m\n   same\n"
        "\033[31m  -old\033[0m\n\033[32m  +new\033[0m\nafter it\n");
  const std::string wide = "--- a\n+++ b\n+a line that is longer than the window is\n";
  CHECK(on_screen(wide, {.columns = 24}) == wide);
}

TEST_CASE("Marks, errors and warnings have a colour, words that begin so have none",
          "[report][screen]")
{
  const auto painted = [](const char* text) { return on_screen(text, {.colour = true}); };
  CHECK(painted("error IPL-X: y\n") == "\033[31merror\033[0m IPL-X: y\n");
  CHECK(painted("warning: y\n") == "\033[33mwarning:\033[0m y\n");
  CHECK(painted("  ✔ pool\n") == "  \033[32m✔\033[0m pool\n");
  CHECK(painted("  xx pool\n") == "  \033[31mxx\033[0m pool\n");
  CHECK(painted("  + pool  create\n") == "  \033[32m+\033[0m pool  create\n");
  CHECK(painted("okay\nerrors\n- one\n") == "okay\nerrors\n- one\n");
}
