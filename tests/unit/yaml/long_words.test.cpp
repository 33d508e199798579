// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/located.hpp>

#include <catch2/catch.hpp>
#include <yaml-cpp/yaml.h>

using namespace iplease;

namespace {

const std::string k_word = std::string(3000, 'Q') + "+/" + std::string(5000, 'x') + "==";
const std::string k_other = std::string(3000, 'Q') + std::string(2000, 'z');

std::string flat(const YAML::Node& node)
{
  std::string text = node.IsScalar() ? "<" + node.Scalar() + ">" : "[";
  for (const auto& item : node) {
    text += node.IsMap() ? flat(item.first) + flat(item.second) : flat(item);
  }
  return text;
}

std::string flat(const LocatedYaml& yaml, std::size_t index = 0)
{
  const LocatedNode& node = yaml.nodes[yaml.target(index)];
  std::string text = node.kind == LocatedNode::Kind::scalar ? "<" + node.text + ">" : "[";
  for (const std::size_t child : node.children) {
    text += flat(yaml, child);
  }
  return text;
}

Problem refusal(const std::string& text)
{
  const auto read = locate_yaml(text, "f");
  const auto* problems = std::get_if<std::vector<Problem>>(&read);
  return problems == nullptr ? Problem{} : problems->front();
}

} // namespace

TEST_CASE("A long word is read whole wherever it stands", "[yaml][located]")
{
  for (const std::string& text : {
           "a: " + k_word + "\nb: 1\n",
           "a: " + k_word + "\nb: '" + k_other + "' # " + k_word + "\nc: 1\n",
           "a: " + k_word + "\nb: '" + k_other + "'\nc: {d: " + k_word + "}\ne: f\n",
           "a: \"" + k_word + "\"\nb: [" + k_other + ", 1]\n# " + k_other + "\nc:\n- x\n",
           "a: &x " + k_word + "\nb: *x\n",
           "a: !!str " + k_word + "\n",
           "a: " + k_other + " " + k_word + "\nb: 1\n",
           "a: |\n  " + k_word + "\n  " + k_other + "\nb: x" + k_word + ".\n",
           "a: \"\\x41" + k_word + "\"\nb: \"" + k_word + "\\x41\"\n",
           "a: \"" + k_word + "\\\n  " + k_other + "\"\nb: 1\n",
           "a: " + k_word + "\n  " + k_other + "\nb: 1\n",
           "\xEF\xBB\xBFgrün: {x: " + k_word + "}\nb: ü\n",
       }) {
    const std::string start = text.substr(0, 20);
    CAPTURE(start);
    const auto read = locate_yaml(text, "f");
    REQUIRE(std::holds_alternative<LocatedYaml>(read));
    const auto& yaml = std::get<LocatedYaml>(read);
    CHECK((flat(yaml) == flat(YAML::Load(text)))); // no expansion: they are long
    const std::size_t last = yaml.nodes.size() - 1;
    CHECK(yaml.source(yaml.nodes[last]).size() < text.size());
    CHECK(yaml.nodes[last].end >= text.rfind('\n') - 1);
  }
}

TEST_CASE("What stands after a long word is refused at its own place", "[yaml][located]")
{
  CHECK(refusal("a: " + k_word + "\nb: \"x\n").place == Place{.file = "f", .line = 2, .column = 4});
  CHECK(refusal("a: " + k_word + "\nb: [x\n").place == Place{.file = "f", .line = 2, .column = 4});
  CHECK(refusal("a: " + k_word + "\nbc: 1\nbc: 2\n").place ==
        Place{.file = "f", .line = 3, .column = 1});
  CHECK(refusal("a: " + k_word + "\n---\nb: 1\n").id == "IPL-VAL-004");
  CHECK_FALSE(refusal(k_word + ": 1\n").id.empty()); // too long for a key
}
