// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/completion.hpp>
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

TEST_CASE("The version is told as JSON, wherever -o stands beside it", "[cli][options]")
{
  for (const std::vector<const char*>& words : {std::vector{"--version", "-o", "json"},
                                                {"-o", "json", "--version"},
                                                {"-ojson", "-V"},
                                                {"--output=json", "--version"}}) {
    const ParsedLine line = parse(words);
    CAPTURE(words.front());
    CHECK(line.problems.empty());
    CHECK(line.options.version);
    CHECK(line.options.value("output") == "json");
  }
  CHECK_FALSE(parse({"--version"}).json);
  CHECK_FALSE(parse({"-o", "json", "plan"}).options.version);
  CHECK_FALSE(parse({"-o"}).options.version);
}

TEST_CASE("Help is there for a group, and for every word that help is asked about", "[cli][help]")
{
  for (const std::vector<const char*>& words : {std::vector{"config", "--help"},
                                                {"config", "-h"},
                                                {"help", "config"},
                                                {"config", "help"}}) {
    const ParsedLine line = parse(words);
    CHECK(line.problems.empty());
    CHECK(line.options.help);
    const std::string text = help_text(line.options, "iplease");
    CHECK(text.find("  validate") != std::string::npos);
    CHECK(text.find("  enable") == std::string::npos);
  }
  CHECK(parse({"help", "config", "init"}).options.command->name == "config init");
  CHECK(parse({"help", "enabel"}).problems.at(0).fix == "did you mean `enable`?");
  CHECK_FALSE(parse({"help", "enabel"}).options.help);
}

TEST_CASE("Help keeps its columns in a narrow window", "[cli][help]")
{
  for (const CommandSpec& command : command_table()) {
    const std::string text = help_text({.command = &command, .help_all = true}, "iplease", 50);
    const std::string options = text.substr(std::min(text.find("\nOptions\n"), text.size()));
    for (std::size_t from = 0; from < options.size(); from = options.find('\n', from) + 1) {
      const std::string line = options.substr(from, options.find('\n', from) - from);
      INFO(line);
      CHECK(line.size() <= 50);
    }
  }
}

TEST_CASE("What is missing is told in words", "[cli][options]")
{
  CHECK(parse({"runs"}).problems.at(0).id == "IPL-CLI-006");
  CHECK(parse({"runs"}).problems.at(0).what == "`iplease runs` needs a command");
  CHECK(parse({"enable", "--pool"}).problems.at(0).what == "--pool needs a value");
  CHECK(parse({"status", "--foo"}).problems.at(0).fix.find("--pool") == std::string::npos);
}

TEST_CASE("The words of an option never touch its name", "[cli][help]")
{
  for (const CommandSpec& command : command_table()) {
    const std::string text = help_text({.command = &command, .help_all = true}, "iplease");
    for (const OptionSpec& option : options_of(command)) {
      CAPTURE(command.name, option.name);
      const std::string shown = "--" + std::string(option.name) +
                                (option.argument.empty() ? "" : " ") + std::string(option.argument);
      bool apart = false;
      for (std::size_t at = text.find(shown); at != std::string::npos;
           at = text.find(shown, at + 1)) {
        const char next = text.at(at + shown.size());
        apart = apart || next == ' ' || next == '\n';
      }
      CHECK(apart);
    }
  }
}

TEST_CASE("Help fits one screen and every option has its words", "[cli][help]")
{
  for (const CommandSpec& command : command_table()) {
    CAPTURE(command.name);
    const std::string text = help_text({.command = &command}, "iplease");
    CHECK(std::count(text.begin(), text.end(), '\n') <= 24);
    std::set<std::string_view> names;
    for (const OptionSpec& option : options_of(command)) {
      CHECK(names.insert(option.name).second);
      CHECK_FALSE(option.help.empty());
    }
    CHECK_FALSE(command.examples.empty());
  }
  const std::string overview = help_text({}, "kubectl iplease");
  CHECK(overview.find("kubectl iplease enable") != std::string::npos);
  CHECK(std::count(overview.begin(), overview.end(), '\n') <= 32);
}

TEST_CASE("Every command of ours is told by the name that the program was called by", "[cli][help]")
{
  const std::string name = "kubectl iplease";
  CHECK(as_typed("Resume with:  iplease resume   (run r)", name) ==
        "Resume with:  kubectl iplease resume   (run r)");
  CHECK(as_typed("iplease enable, `iplease config init` or (iplease runs log r)\n", name) ==
        "kubectl iplease enable, `kubectl iplease config init` or (kubectl iplease runs log r)\n");
  CHECK(as_typed("iplease --help", name) == "kubectl iplease --help");
  for (const std::string same : {"iplease 0.1.0",
                                 "kubectl iplease status",
                                 "another iplease runs here",
                                 "/bin/iplease status",
                                 "kubectl-iplease status",
                                 "iplease planned it"}) {
    CHECK(as_typed(same, name) == same);
  }
  CHECK(as_typed("iplease enable", "iplease") == "iplease enable");
}

TEST_CASE("Only ids that doctor takes are offered for --only", "[cli][completion]")
{
  const CompletionFacts facts{.checks = {"IPL-MLB-006"}, .contexts = {"prod", "staging"}};
  const auto words = [&](const std::vector<std::string>& line) {
    return completion_lines(complete(line, facts));
  };
  CHECK(words({"doctor", "--only", "IPL"}).starts_with("IPL-MLB-006\t"));
  CHECK(words({"doctor", "--only", "IPL-POOL"}) == ":4\n");
  CHECK(words({"status", "--context=s"}) == "--context=staging\n:4\n");
}
