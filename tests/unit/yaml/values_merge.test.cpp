// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/values_edit.hpp>

#include <catch2/catch.hpp>

#include <support/support.hpp>

using namespace iplease;

namespace {

std::string merged(const std::string& file, const std::string& release)
{
  const auto outcome = merge_values(Secret(file), "p.yaml", Secret(release));
  const auto* edit = std::get_if<ValuesEdit>(&outcome);
  return edit == nullptr ? "refused: " + std::get<std::vector<Problem>>(outcome).front().id
                         : edit->text;
}

} // namespace

TEST_CASE("A merge adds what only the release has and leaves every other byte", "[yaml][merge]")
{
  const std::string file = test::data("data/provider/file.yaml");
  const std::string release = test::data("data/provider/release.yaml");
  std::string expected = file;
  expected.insert(expected.find("attributes:"), "  tag: 0.16.1\n");
  expected.insert(expected.find("price_target_cpu"), "  - key: tier\n    value: community\n");
  expected += "bidpricescript: IyEvYmluL2Jhc2gKZWNobyAx\n";
  CHECK(merged(file, release) == expected);
  CHECK(merged(expected, release) == expected);
  CHECK(values_difference(Secret(expected), Secret(release)).empty());
}

TEST_CASE("Where both have a value the file's stays", "[yaml][merge]")
{
  CHECK(merged("domain: a.example\n", "domain: b.example\nemail: x@lab.example\n") ==
        "domain: a.example\nemail: x@lab.example\n");
}

TEST_CASE("A merge takes over values of every shape", "[yaml][merge]")
{
  CHECK(merged("a: 1\n", "a: 1\nb: {}\nc: []\nd:\n- x\n- name: 'z'\ne: \"13.0\"\nf: null\n") ==
        "a: 1\nb: {}\nc: []\nd:\n  - x\n  - name: 'z'\ne: \"13.0\"\nf: null\n");
  CHECK(merged("a: 1\n", "s: |\n  one\n  two\n") == "a: 1\ns: \"one\\ntwo\\n\"\n");
  CHECK(merged("a: 1\nimage: {}\n", "a: 1\nimage:\n  tag: v1\n").find("tag: \"v1\"") !=
        std::string::npos);
  CHECK(merged("image: {pullPolicy: Always}\n", "image:\n  tag: v1\n") ==
        "image: {pullPolicy: Always, tag: \"v1\"}\n");
  CHECK(merged("{\"a\": 1}\n", "b: word\n") == "{\"a\": 1, \"b\": \"word\"}\n");
  CHECK(
      merged("attributes:\n", "attributes:\n- key: tier\n  value: community\n").find("key: tier") !=
      std::string::npos);
}

TEST_CASE("What has no safe place is refused, not guessed", "[yaml][merge]")
{
  CHECK(merged("x: &i\n  a: 1\nimage: *i\n", "image:\n  a: 1\n  tag: v1\nx:\n  a: 1\n") ==
        "refused: IPL-VAL-007");
  CHECK(merged("a: 1\n", "b: !!binary aGk=\n").starts_with("refused: IPL-VAL-"));
  CHECK(merged("a: 1\na: 2\n", "b: 1\n") == "refused: IPL-VAL-003");
}
