// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/scalar_meaning.hpp>
#include <iplease/yaml/text_edit.hpp>

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace iplease;

namespace {

std::string set(const std::string& text, const std::vector<std::string>& path, const NewYaml& value)
{
  const EditOutcome outcome = set_in_yaml(text, "f", path, value);
  const auto* problems = std::get_if<std::vector<Problem>>(&outcome);
  return problems != nullptr ? problems->front().id : std::get<EditedText>(outcome).text;
}

} // namespace

TEST_CASE("A scalar is set at its path and nothing else moves", "[yaml][edit]")
{
  const std::string text = "# head\nmode: ipvs\nipvs:\n  strictARP: false # why\n  scheduler: rr\n";
  CHECK(set(text, {"ipvs", "strictARP"}, yaml_scalar("true")) ==
        "# head\nmode: ipvs\nipvs:\n  strictARP: true # why\n  scheduler: rr\n");
  CHECK(set(text, {"ipvs", "strictARP"}, yaml_scalar("false")) == text);
}

TEST_CASE("What is missing on the way is added in the manner of the file", "[yaml][edit]")
{
  CHECK(set("mode: x\nipvs:\n    a: 1\nend: 2\n", {"ipvs", "strictARP"}, yaml_scalar("true")) ==
        "mode: x\nipvs:\n    a: 1\n    strictARP: true\nend: 2\n");
  CHECK(set("a:\n    b: 1\n", {"ipvs", "strictARP"}, yaml_scalar("true")) ==
        "a:\n    b: 1\nipvs:\n    strictARP: true\n");
  CHECK(set("ipvs: {}\nx: 1\n", {"ipvs", "strictARP"}, yaml_scalar("true")) ==
        "ipvs:\n  strictARP: true\nx: 1\n");
  CHECK(set("ipvs: null # none\n", {"ipvs", "strictARP"}, yaml_scalar("true")) ==
        "ipvs: # none\n  strictARP: true\n");
  CHECK(set("ipvs: {a: 1}\n", {"ipvs", "b"}, yaml_scalar("2")) == "ipvs: {a: 1, b: 2}\n");
  CHECK(set("", {"a", "b"}, yaml_scalar("1")) == "a:\n  b: 1\n");
  CHECK(set("# only\n---", {"a"}, yaml_scalar("1")) == "# only\n---\na: 1\n");
}

TEST_CASE("Lists and mappings are written and replaced whole", "[yaml][edit]")
{
  const NewYaml pool =
      yaml_map({{"address_pools",
                 yaml_map({{"default",
                            yaml_map({{"ip_range", yaml_list({yaml_scalar("198.51.100.0/28")})},
                                      {"auto_assign", yaml_scalar("true")}})}})},
                {"layer2", yaml_list({yaml_scalar("default")})}});
  const std::string written =
      "x: 1\nmetallb_config:\n  address_pools:\n    default:\n      ip_range:\n        - "
      "198.51.100.0/28\n      auto_assign: true\n  layer2:\n    - default\n";
  CHECK(set("x: 1\n", {"metallb_config"}, pool) == written);
  CHECK(set(written, {"metallb_config"}, pool) == written);
  CHECK(set(written + "y: 2\n",
            {"metallb_config"},
            yaml_map({{"layer2", yaml_list({yaml_scalar("a")})}})) ==
        "x: 1\nmetallb_config:\n  layer2:\n    - a\ny: 2\n");
}

TEST_CASE("A path through a scalar is refused", "[yaml][edit]")
{
  CHECK(set("a: b\n", {"a", "c"}, yaml_scalar("1")) == "IPL-VAL-006");
  CHECK(set("a: &x {b: 1}\nc: *x\n", {"a", "b"}, yaml_scalar("2")) == "IPL-VAL-007");
}

TEST_CASE("The verifier refuses what the splicer should not have done", "[yaml][edit]")
{
  const auto yaml = std::get<LocatedYaml>(locate_yaml("a: 1\nb: 2\n", "f"));
  TextEdit edit;
  edit.node = yaml.find(0, "a");
  edit.value = yaml_scalar("3");
  CHECK(verify_edits(yaml, {edit}, "a: 3\nb: 2\n").empty());
  CHECK_FALSE(verify_edits(yaml, {edit}, "a: 3\nb: 2\nc: 1\n").empty());
  CHECK_FALSE(verify_edits(yaml, {edit}, "a: \"3\"\nb: 2\n").empty());
  CHECK_FALSE(verify_edits(yaml, {edit}, "a: 3\nb: '2'\n").empty());
  CHECK_FALSE(verify_edits(yaml, {edit}, "b: 2\na: 3\n").empty());
  CHECK_FALSE(verify_edits(yaml, {edit}, "a: 3\nb: [\n").empty());
}

TEST_CASE("What is wrong with a secret text is told with its file", "[yaml][located]")
{
  CHECK(reading_of(Secret(std::string("a: 1\n"))).yaml()->nodes.size() == 3);
  const YamlReading reading = reading_of(Secret(std::string("a: [\n")));
  CHECK(reading.yaml() == nullptr);
  CHECK(reading.problems("f.yaml").front().place.file == "f.yaml");
}

TEST_CASE("Scalars mean what Helm makes of them", "[yaml][meaning]")
{
  for (const char* text :
       {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"}) {
    CHECK(meaning_text(plain_meaning(text)) == "true");
  }
  CHECK(meaning_text(plain_meaning("tRUE")) == "\"tRUE\"");
  CHECK(meaning_text(plain_meaning("1.60")) == "1.6");
  CHECK(meaning_text(plain_meaning("0o17")) == "15");
  CHECK(meaning_text(plain_meaning("1_000.2_5")) == "1000.25");
  CHECK(meaning_text(plain_meaning("017")) == "15");
  CHECK(meaning_text(plain_meaning("0b11")) == "3");
  CHECK(meaning_text(plain_meaning("-0x1F")) == "-31");
  CHECK(meaning_text(plain_meaning("089")) == "89");
  CHECK(meaning_text(plain_meaning("1e3")) == "1000");
  CHECK(meaning_text(plain_meaning("+.5")) == "0.5");
  CHECK(meaning_text(plain_meaning("12h")) == "\"12h\"");
  CHECK(meaning_text(plain_meaning("0.10.7")) == "\"0.10.7\"");
  CHECK(meaning_text(plain_meaning("~")) == "null");
}

TEST_CASE("What only looks like a blank is refused where a blank was meant", "[yaml][edit]")
{
  const auto refused = [](const std::string& text) {
    const auto read = locate_yaml(text, "f");
    const auto* problems = std::get_if<std::vector<Problem>>(&read);
    if (problems == nullptr) {
      return std::string{};
    }
    const Problem& first = problems->front();
    return fmt::format("{} {}:{} {}", first.id, first.place.line, first.place.column, first.what);
  };
  const auto told = [](const char* place, const char* code) {
    return fmt::format("IPL-VAL-011 {} the character {} stands here and looks like a blank; YAML "
                       "takes it for text",
                       place,
                       code);
  };
  // Looks like part of the list, but YAML reads it as a key of its own, and the attribute is lost.
  CHECK(refused("attributes:\n  - key: region\n\u00a0\u00a0value: us-east\n") ==
        told("3:1", "U+00A0"));
  CHECK(refused("a:\n  b: 1\n\u3000\u3000c: 2\n") == told("3:1", "U+3000"));
  CHECK(refused("a:\n  -\u00a0b\n") == told("2:4", "U+00A0"));
  CHECK(refused("a: \u2003b\n") == told("1:4", "U+2003"));
  CHECK(refused("a\u00a0: b\n") == told("1:2", "U+00A0"));
  CHECK(refused("a\u200bb: 1\n") == told("1:2", "U+200B"));
  CHECK(refused("a: b\n \u00a0c\n") == told("2:2", "U+00A0"));
  CHECK(refused("a: {b: \u2009c}\n") == told("1:8", "U+2009"));
  // Inside values, quotes, block scalars and comments such characters are allowed.
  CHECK(refused("a: b\u00a0c\n'\u00a0d': \"\u3000\"\ne: |\n  \u00a0f\n# \u00a0\n").empty());
  CHECK(refused("a: b\u00a0\n").empty());
}
