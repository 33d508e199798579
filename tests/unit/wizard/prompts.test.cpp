// SPDX-License-Identifier: Apache-2.0
// Every prompt of the wizard, and everything that a hand or a clipboard can do to it.
#include <iplease/wizard/line_editor.hpp>

#include <catch2/catch.hpp>

#include "scripted_talk.hpp"

using namespace iplease;
using namespace iplease::test;

namespace {

using Lines = std::deque<std::string>;

struct AtPrompt {
  std::string name;
  Observation seen;
  Settings asked;
  Lines before;      ///< leads to the prompt
  Lines good;        ///< an answer, then the end
  Lines after_enter; ///< how to end after an empty line
  Lines after_q;     ///< how to go on where `q` does not end the run
};

Settings without_address()
{
  Settings asked = wanted();
  asked.provider.address = {};
  return asked;
}

std::vector<AtPrompt> places()
{
  const std::string block = "198.51.100.32/28";
  return {
      {"pool", fresh(), {}, {}, {block, "6"}, {block, "6"}, {}},
      {"values", differing(), wanted(), {}, {"1", "6"}, {"file", "6"}, {}},
      {"address", nameless(), without_address(), {}, {k_address, "6"}, {k_address, "6"}, {}},
      {"risk", node_in_the_way(), {}, {"203.0.113.8/29"}, {"IPL-POOL-031", "6"}, {block, "6"}, {}},
      {"warning", fresh(), {}, {"10.1.0.0/28"}, {"yes", "6"}, {block, "6"}, {}},
      {"review", fresh(), wanted(), {}, {"6"}, {}, {}},
      {"which setting", fresh(), wanted(), {"2"}, {"", "6"}, {"6"}, {"6"}},
      {"new value", fresh(), wanted(), {"2", "1"}, {"", "6"}, {"6"}, {"6"}},
      {"file", fresh(), wanted(), {"5"}, {"new.yaml"}, {}, {"6"}},
  };
}

Lines joined(std::initializer_list<Lines> parts)
{
  Lines all;
  for (const Lines& part : parts) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

/// What the program receives if these keys are pressed before Enter.
std::string typed(const std::string& keys)
{
  LineEditor editor("> ", false);
  std::string echo;
  REQUIRE(editor.feed(keys, 80, echo) == LineEditor::Event::none);
  CHECK(editor.feed("\r", 80, echo) == LineEditor::Event::line);
  return editor.text();
}

std::string ten_lines()
{
  std::string keys;
  for (int line = 0; line < 10; ++line) {
    keys += (line == 0 ? "" : "\r\n") + ("line " + std::to_string(line));
  }
  return keys;
}

} // namespace

TEST_CASE("A slip at any prompt costs nothing and is answered in few words", "[wizard][prompts]")
{
  const std::vector<std::string> slips{"?",
                                       "99",
                                       "0",
                                       "-1",
                                       typed(std::string(4096, 'x')),
                                       std::string(4096, 'x'),
                                       typed("\x01\x02\x1b[2J\x05v"),
                                       std::string("\x01\x1b[2J\x07\x7f", 7),
                                       typed(ten_lines())};
  for (const AtPrompt& place : places()) {
    const Talk smooth(place.seen, place.asked, joined({place.before, place.good}));
    for (const std::string& slip : slips) {
      CAPTURE(place.name, slip);
      const Talk talk(place.seen, place.asked, joined({place.before, {slip}, place.good}));
      CHECK(talk.ending.exit == smooth.ending.exit);
      CHECK_FALSE(talk.ending.run);
      CHECK(talk.bench.asked() == smooth.bench.asked());
      CHECK(talk.bench.files == smooth.bench.files);
      std::string said = talk.prompt.said;
      said.erase(said.find("> " + slip + "\n") + 2, slip.size()); // leave out the keys themselves
      CHECK(said.size() < smooth.prompt.said.size() + 3000);
      CHECK(std::ranges::none_of(
          said, [](unsigned char c) { return (c < ' ' && c != '\n') || c == 0x7f; }));
    }
  }
}

TEST_CASE("Enter, q, Ctrl-D, Ctrl-C and SIGTERM do the same at every prompt", "[wizard][prompts]")
{
  for (const AtPrompt& place : places()) {
    CAPTURE(place.name);
    const Talk entered(place.seen, place.asked, joined({place.before, {""}, place.after_enter}));
    CHECK(entered.ending.run == (place.name == "review"));
    CHECK(entered.bench.files.size() == (place.name == "file" ? 1 : 0));

    const Talk left(place.seen, place.asked, joined({place.before, {"q"}, place.after_q}));
    CHECK(left.ending.exit == ExitCode::declined);
    CHECK(left.bench.files.empty());

    const std::vector<std::pair<std::string, ExitCode>> ways{
        {"^D", ExitCode::declined}, {"^C", ExitCode::interrupted}, {"TERM", ExitCode::terminated}};
    for (const auto& [key, exit] : ways) {
      const Talk talk(place.seen, place.asked, joined({place.before, {key}}));
      CHECK(talk.ending.exit == exit);
      CHECK_FALSE(talk.ending.run);
      CHECK(talk.bench.files.empty());
    }
  }
}
