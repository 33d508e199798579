// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/options.hpp>

#include <catch2/catch.hpp>

#include <set>

using namespace iplease;

namespace {

ParsedLine parse(std::vector<const char*> words)
{
  words.insert(words.begin(), "iplease");
  return parse_line(static_cast<int>(words.size()), words.data());
}

} // namespace

TEST_CASE("Options are read by the command table", "[cli][options]")
{
  const ParsedLine line = parse(
      {"enable", "-f", "flags.yaml", "--pool", "192.0.2.0/28", "--pool=198.51.100.0/30", "-y"});
  REQUIRE(line.problems.empty());
  CHECK(line.options.command->name == "enable");
  CHECK(line.options.value("file") == "flags.yaml");
  CHECK(line.options.all("pool") == std::vector<std::string>{"192.0.2.0/28", "198.51.100.0/30"});
  CHECK(line.options.has("yes"));
  CHECK_FALSE(line.options.has("dry-run"));
}

TEST_CASE("Two-word commands and positionals are read", "[cli][options]")
{
  const ParsedLine line = parse({"config", "explain", "pool.addresses"});
  REQUIRE(line.problems.empty());
  CHECK(line.options.command->name == "config explain");
  CHECK(line.options.positionals == std::vector<std::string>{"pool.addresses"});
}

TEST_CASE("An unknown word is answered with the nearest name, and every problem is told",
          "[cli][options]")
{
  CHECK(parse({"enabel"}).problems.at(0).fix == "did you mean `enable`?");
  CHECK(parse({"config", "validat"}).problems.at(0).fix == "did you mean `config validate`?");
  const ParsedLine line = parse({"plan", "--dryrun", "--offlin", "-o", "jsn"});
  REQUIRE(line.problems.size() == 3);
  CHECK(line.problems[0].what == "unknown option `--dryrun`");
  CHECK(line.problems[1].fix == "did you mean `--offline`?");
  CHECK(line.problems[2].fix == "did you mean `json`?");
  for (const Problem& problem : line.problems) {
    CHECK(problem.exit == ExitCode::usage);
  }
}

TEST_CASE("A missing positional and a missing value are usage errors", "[cli][options]")
{
  CHECK(parse({"values"}).problems.at(0).id == "IPL-CLI-006");
  CHECK(parse({"enable", "-f"}).problems.size() == 1);
  CHECK(parse({"status", "word"}).problems.at(0).id == "IPL-CLI-005");
  CHECK(parse({"enable", "-f", "a", "-f", "b"}).problems.at(0).id == "IPL-CLI-004");
}

TEST_CASE("Help and version win", "[cli][options]")
{
  CHECK(parse({"--version"}).options.version);
  CHECK(parse({"enable", "--help"}).options.help);
  CHECK(parse({"values", "--help"}).problems.empty());
}

TEST_CASE("Help fits one screen and every option has its words", "[cli][help]")
{
  for (const CommandSpec& command : command_table()) {
    CAPTURE(command.name);
    const std::string text = help_text(&command, false, "iplease");
    CHECK(std::count(text.begin(), text.end(), '\n') <= 24);
    std::set<std::string_view> names;
    for (const OptionSpec& option : options_of(command)) {
      CHECK(names.insert(option.name).second);
      CHECK_FALSE(option.help.empty());
    }
    CHECK_FALSE(command.examples.empty());
  }
  const std::string overview = help_text(nullptr, false, "kubectl iplease");
  CHECK(overview.find("kubectl iplease enable") != std::string::npos);
  CHECK(std::count(overview.begin(), overview.end(), '\n') <= 32);
}
