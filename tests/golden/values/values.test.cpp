// SPDX-License-Identifier: Apache-2.0
// Edits every file in cases/ as `iplease` edits a provider.yaml. Beside NAME.yaml are NAME.diff
// (what changes) and NAME.masked (the same as people see it), or NAME.refused.
#include <iplease/yaml/diff.hpp>
#include <iplease/yaml/values_edit.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <support/golden.hpp>
#include <support/support.hpp>

using namespace iplease;

namespace {

const ValuesWish k_wish{.ipoperator = true,
                        .attributes = {"ip-lease", "capabilities/ip-lease", "feat-endpoint-ip"}};

std::vector<std::string> cases()
{
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(std::string(IPLEASE_TEST_DATA) +
                                                              "/golden/values/cases")) {
    if (file.path().extension() == ".yaml") {
      names.push_back(file.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string in_words(const std::vector<Problem>& problems)
{
  std::string text;
  for (const Problem& problem : problems) {
    text += problem.place.file + ":" + std::to_string(problem.place.line) + ":" +
            std::to_string(problem.place.column) + ": " + problem.id + " " + problem.what +
            "\n  saw: " + problem.saw + "\n  fix: " + problem.fix + "\n";
  }
  return text;
}

struct Count {
  int removed = 0;
  int top = 0;   ///< added at column 0, and not part of a list
  int list = 0;  ///< `attributes:` itself, or a list on one line
  int other = 0; ///< any other added line
};

Count count(const std::string& diff)
{
  Count result;
  bool body = false;
  for (const std::string_view line : split_lines(diff)) {
    body = body || line.starts_with("@@");
    if (!body || line.starts_with(" ") || line.starts_with("@@") || line.starts_with("\\")) {
      continue;
    }
    if (line[0] == '-') {
      ++result.removed;
    } else if (line.starts_with("+attributes:")) {
      ++result.list;
    } else if (line.size() > 1 && line[1] >= 'a' && line[1] <= 'z') {
      ++result.top;
    } else {
      ++result.other;
    }
  }
  return result;
}

} // namespace

TEST_CASE("Every shape of provider.yaml changes by exactly the expected lines", "[golden][values]")
{
  for (const std::string& name : cases()) {
    INFO(name);
    const std::string beside = "tests/golden/values/cases/" + name;
    const std::string text = test::data("golden/values/cases/" + name + ".yaml");
    const auto result = edit_values(Secret(text), "provider.yaml", k_wish);
    if (const auto* problems = std::get_if<std::vector<Problem>>(&result)) {
      CHECK(name.starts_with("refused-"));
      for (const Problem& problem : *problems) {
        CHECK(problem.exit == ExitCode::blocked);
        CHECK(problem.place.line > 0);
      }
      CHECK(test::differs_from_file(beside + ".refused", in_words(*problems)) == "");
      continue;
    }
    const auto& edit = std::get<ValuesEdit>(result);
    CHECK_FALSE(name.starts_with("refused-"));
    CHECK(edit.changed == (edit.text != text));
    CHECK(edit.changed == !name.starts_with("already-right"));
    CHECK(edit.changed == !edit.changes.empty());
    CHECK(test::differs_from_file(beside + ".diff",
                                  unified_diff(text, edit.text, "provider.yaml")) == "");
    CHECK(test::differs_from_file(beside + ".masked",
                                  masked_diff(text, edit.text, "provider.yaml")) == "");

    const auto again =
        std::get<ValuesEdit>(edit_values(Secret(edit.text), "provider.yaml", k_wish));
    CHECK_FALSE(again.changed);
    CHECK(again.text == edit.text);
  }
}

TEST_CASE("A diff is at most a top-level line and two lines per attribute", "[golden][values]")
{
  for (const std::string& name : cases()) {
    const std::string text = test::data("golden/values/cases/" + name + ".yaml");
    const auto result = edit_values(Secret(text), "provider.yaml", k_wish);
    if (const auto* edit = std::get_if<ValuesEdit>(&result)) {
      INFO(name);
      const Count lines = count(unified_diff(text, edit->text, "provider.yaml"));
      const int attributes = static_cast<int>(k_wish.attributes.size());
      const bool open = !text.ends_with('\n'); // the last line changes because it gets a newline
      CHECK(lines.top <= 1);
      CHECK(lines.list <= 1);
      CHECK(lines.other <= 2 * attributes + (open ? 1 : 0));
      CHECK(lines.removed <= 1 + attributes + (open ? 1 : 0));
    }
  }
}
