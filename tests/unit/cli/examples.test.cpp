// SPDX-License-Identifier: Apache-2.0
// The parser accepts every example in docs/settings.md, in a file and on the command line.
#include <iplease/cli/flags_file.hpp>
#include <iplease/core/schema.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

namespace {

/// Splits an example into words as a shell would.
std::vector<std::string> words_of(const std::string& line)
{
  std::vector<std::string> words(1);
  bool quoted = false;
  for (const char letter : line) {
    if (letter == '\'') {
      quoted = !quoted;
    } else if (letter == ' ' && !quoted) {
      words.emplace_back();
    } else {
      words.back() += letter;
    }
  }
  return words;
}

std::string told(const SettingsInput& input)
{
  std::string text;
  for (const Problem& problem : read_settings(input).problems) {
    if (problem.id == "IPL-CFG-014") {
      continue; // the key needs another key beside it; that is not the example's fault
    }
    text += problem.id + ": " + problem.what + "\n";
  }
  return text;
}

} // namespace

TEST_CASE("every setting's example is taken on the command line", "[cli][settings]")
{
  for (const std::string& path : setting_paths()) {
    const SettingKey& key = *find_key(path);
    const std::vector<std::string> words = words_of(command_line_example(key, path));
    CAPTURE(path, words);
    SettingsInput input{.current_folder = "/root", .home = "/root"};
    if (words.front() == "--set") {
      REQUIRE(words.size() == 2);
      input.set = {words.back()};
    } else {
      input.flags = {
          {.flag = words.front(), .value = words.size() > 1 ? words.back() : std::string("true")}};
    }
    CHECK(told(input) == "");
    CHECK(shown_setting(key, path, read_settings(input).settings).present);
  }
}

TEST_CASE("every setting's example is taken in a file", "[cli][settings]")
{
  for (const std::string& path : setting_paths()) {
    const SettingKey& key = *find_key(path);
    std::string text = "apiVersion: iplease.akash.network/v1\nkind: Enablement\n";
    std::string indent;
    std::string_view rest = path;
    for (std::size_t dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
      text += indent + std::string(rest.substr(0, dot)) + ":\n";
      indent += "  ";
      rest.remove_prefix(dot + 1);
    }
    text += indent + std::string(rest) + ": " + std::string(key.example) + "\n";
    CAPTURE(text);
    CHECK(told({.file = FlagsText{.name = "flags.yaml", .folder = "/root", .text = text},
                .current_folder = "/root",
                .home = "/root"}) == "");
  }
}
