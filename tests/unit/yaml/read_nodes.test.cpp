// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/located.hpp>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

using namespace iplease;

namespace {

/// The bytes of each node except the root, in text order.
std::string places(const std::string& text)
{
  const auto read = locate_yaml(text, "f");
  if (const auto* problems = std::get_if<std::vector<Problem>>(&read)) {
    const Problem& first = problems->front();
    return fmt::format("{} {}:{} {}", first.id, first.place.line, first.place.column, first.what);
  }
  const auto& yaml = std::get<LocatedYaml>(read);
  std::string all;
  for (std::size_t i = 1; i < yaml.nodes.size(); ++i) {
    all += fmt::format("<{}>", yaml.source(yaml.nodes[i]));
  }
  return all;
}

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

} // namespace

TEST_CASE("Each node knows its first and its last byte", "[yaml][located]")
{
  CHECK(places("? |\n  a\n:b: c\n") == "<|\n  a><><:b><c>");
  CHECK(places("a: b c # x\nd:\n") == "<a><b c><d><>");
  CHECK(places("\xEF\xBB\xBFgrün: 'ü' # ä\nö: \"é\"\n") == "<grün><'ü'><ö><\"é\">");
  CHECK(places("a:\n- b\n-\n- - c\n") == "<a><- b\n-\n- - c><b><><- c><c>");
  CHECK(places("a: [b, {c: d, e}, f: g]\n") ==
        "<a><[b, {c: d, e}, f: g]><b><{c: d, e}><c><d><e><><f: g><f><g>");
  CHECK(places("a: &x !!str b\nc: *x\nd: &y\ne: !!str\n") == "<a><b><c><*x><d><><e><>");
  CHECK(places("&m\na: &l\n- b\n") == "<a><- b><b>");
  CHECK(places("a: ~\nb: null # c\n") == "<a><~><b><null>");
  CHECK(places("? a\n? b\n: c\n") == "<a><><b><c>");
  CHECK(places("a: b\n  c\n\n  d\ne: f\n") == "<a><b\n  c\n\n  d><e><f>");
}

TEST_CASE("A block scalar ends with its last line", "[yaml][located]")
{
  CHECK(places("a: |\n  b\n  c \n\n# d\ne: f\n") == "<a><|\n  b\n  c ><e><f>");
  CHECK(places("a: >-\n  b\r\n\r\nc: d\r\n") == "<a><>-\n  b><c><d>");
  CHECK(places("a: |+\n  b\n\nc: d\n") == "<a><|+\n  b\n><c><d>");
  CHECK(places("a: |2+\n   b\n\n\n") == "<a><|2+\n   b\n\n>");
  CHECK(places("a: |\nb: c\n") == "<a><|><b><c>");
  CHECK(places("a:\n- |\n  b") == "<a><- |\n  b><|\n  b>");
}

TEST_CASE("What Go's YAML refuses is refused at its place", "[yaml][located]")
{
  CHECK(places("a:\n-\tb: c\n") == "IPL-VAL-005 2:2 a tab stands where YAML wants spaces");
  CHECK(places("a: 1\nb") == "IPL-VAL-001 2:1 this line has no `:` after the key");
  CHECK(places("a: \"b\n") == "IPL-VAL-001 1:4 the quote `\"` that opens here is never closed");
  CHECK(places("a: [\n") == "IPL-VAL-001 1:4 the `[` that opens here is never closed");
  CHECK(places("a: [b c: d]\n") == "<a><[b c: d]><b c: d><b c><d>");
  CHECK(places("a: [\"b\" c]\n") == "IPL-VAL-001 1:9 a `,` or `]` is missing before this");
  CHECK(places("a: \"b\" c\n") ==
        "IPL-VAL-001 1:8 this belongs neither to the value before it nor to the next key");
  CHECK(places("a: *b\n") ==
        "IPL-VAL-001 1:4 a value cannot begin with `*` (that would be an alias)");
  CHECK(places("a: !x!y z\n") == "IPL-VAL-001 1:4 a value cannot begin with `!`");
  CHECK(places("a: %b\n") == "IPL-VAL-001 1:4 a value cannot begin with `%`");
  CHECK(places("a: | b\n") == "IPL-VAL-001 1:6 text on the line of `|` or `>`");
  CHECK(places("a: b\n...\nc: d\n") ==
        "IPL-VAL-001 3:1 this line does not belong to what is above it");
  CHECK(places("a: b\n---\n").starts_with("IPL-VAL-004 2:1 "));
  CHECK(places(std::string(501, '[')) == "IPL-VAL-001 1:501 nested more than 500 levels deep");
  CHECK(places("? [a]\n: b\n") == "IPL-VAL-001 1:3 a key has to be one word of text");
  CHECK(places("? \n: b\n").starts_with("IPL-VAL-001 "));
  CHECK(places("<<: a\n") == "IPL-VAL-001 1:5 `<<` merges maps, and this is none");
  CHECK(places("a: &x {b: 1}\nc: {<<: [*x, *x]}\n").starts_with("<"));
  CHECK(places("a: &x [{b: 1}]\n<<: *x\n").starts_with("IPL-VAL-001 2:5 "));
  CHECK(places("a: !!bool b\n") == "IPL-VAL-001 1:4 the value is not what its tag says");
  CHECK(places("a: !!int '1'\n").starts_with("<"));
  CHECK(places("a: .inf\n") == "IPL-VAL-001 1:4 a number without end, which Helm cannot pass on");
  CHECK(places("a: [http://b/?c]\n") == "IPL-VAL-001 1:5 a `?` in a value within brackets");
  CHECK(places("a: http://b/?c\n").starts_with("<"));
}

TEST_CASE("What is read is what another reader reads", "[yaml][located]")
{
  const std::string word = std::string(3000, 'Q') + "+/" + std::string(5000, 'x') + "==";
  for (const std::string& text : {
           "a: " + word + "\nb: '" + word + "' # c\nd: {e: " + word + "}\nf: \"\\x41" + word +
               "\"\n",
           "a: \"" + word + "\\\n  " + word + "\"\nb: |\n  " + word + "\n  x\n",
           std::string("a: &x {b: 1}\nc: *x\n<<: *x\nd: !!str 1\n"),
           std::string("a: >\n  b\n  c\n\n   d\n\n  e\nf: 'g''h\n\n  i'\n"),
           std::string("\xEF\xBB\xBFgrün: [ü,\r\n  ö]\r\nb: ü\r\n"),
       }) {
    const std::string start = text.substr(0, 20);
    CAPTURE(start);
    const auto read = locate_yaml(text, "f");
    REQUIRE(std::holds_alternative<LocatedYaml>(read));
    const auto& yaml = std::get<LocatedYaml>(read);
    // Extra parentheses: Catch2 must not print these long values.
    CHECK((flat(yaml) == flat(YAML::Load(text))));
  }
  CHECK_FALSE(places(word + ": 1\n").starts_with("<")); // too long for a key
}
