// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/strict_yaml.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <ctime>

using namespace iplease;

namespace {

/// "line:column what" for every message.
std::string said(const std::string& text)
{
  std::string all;
  for (const YamlMessage& message : parse_strict_yaml(text).messages) {
    CHECK_FALSE(message.fix.empty());
    all += std::to_string(message.line) + ":" + std::to_string(message.column) + " " +
           message.what + "\n";
  }
  return all;
}

} // namespace

TEST_CASE("A good file gives a tree with the places of keys and values", "[yaml][strict]")
{
  const StrictYaml yaml =
      parse_strict_yaml("# head\nkind: Enablement\npool:\n  addresses: [a, 'b']\n"
                        "note: it's \"fine\" [here] # x\nempty:\n");
  REQUIRE(yaml.messages.empty());
  const StrictNode& root = yaml.root;
  REQUIRE(root.kind == StrictNode::Kind::map);
  REQUIRE(root.members.size() == 4);
  CHECK(root.members[1].key == "pool");
  CHECK(root.members[1].line == 3);
  CHECK(root.members[1].column == 1);
  const StrictNode* addresses = root.members[1].value.find("addresses");
  REQUIRE(addresses != nullptr);
  CHECK(addresses->line == 4);
  CHECK(addresses->column == 14);
  REQUIRE(addresses->items.size() == 2);
  CHECK(addresses->items[1].text == "b");
  CHECK(addresses->items[1].quoted);
  CHECK(addresses->items[1].column == 18);
  CHECK(root.find("note")->text == "it's \"fine\" [here]");
  CHECK(root.find("empty")->kind == StrictNode::Kind::null);
  CHECK(root.find("nothing") == nullptr);
}

TEST_CASE("Columns count characters, as editors do", "[yaml][strict]")
{
  const StrictYaml yaml = parse_strict_yaml("{ключ: ü, b: 1}\n");
  REQUIRE(yaml.messages.empty());
  CHECK(yaml.root.members[1].column == 11);
  CHECK(said("é: ü x: 1\n") ==
        "1:7 a second `: ` on the line: it would begin another key inside the value\n");
}

TEST_CASE("Duplicate keys are found at any depth, all of them", "[yaml][strict]")
{
  CHECK(said("a: 1\nb: {c: 1, d: 2, c: 3}\na: 2\n") ==
        "2:17 `c` is given twice; the first is at line 2\n"
        "3:1 `a` is given twice; the first is at line 1\n");
  const StrictYaml yaml = parse_strict_yaml("a: 1\na: 2\n");
  CHECK(yaml.root.find("a")->text == "1");
}

TEST_CASE("A syntax error is told where it is, not where it was noticed", "[yaml][strict]")
{
  CHECK(said("a: [1, 2\nb: 3\n") == "1:4 the `[` that opens here is never closed\n");
  CHECK(said("a: {x: [1]\nb: 2\n") == "1:4 the `{` that opens here is never closed\n");
  CHECK(said("a: \"abc\nb: 2\n") == "1:4 the quote `\"` that opens here is never closed\n");
  CHECK(said("a: 'abc\nb: 'x'\n") == "1:4 the quote `'` that opens here is never closed\n");
  CHECK(said("a: [x, 'y]\nb: 2\n") == "1:8 the quote `'` that opens here is never closed\n");
  CHECK(said("a: b: c\n") ==
        "1:5 a second `: ` on the line: it would begin another key inside the value\n");
  CHECK(said("a:\n  b: 1\n c: 2\n") == "3:2 the indentation of this line fits no line above it\n");
  CHECK(said("a: 1\n  b: 2\n") == "2:3 the indentation of this line fits no line above it\n");
  CHECK(said("a: 1\nkey\nb: 2\n") == "2:1 this line has no `:` after the key\n");
  CHECK(said("a: - x\n") == "1:4 a list cannot begin on the line of its key\n");
  CHECK(said("a: @x\n") == "1:4 a value cannot begin with `@`\n");
  CHECK(said("a: *\n").find("1:") == 0);
  CHECK(said("a: *.example.com\n").find("1:4 ") == 0);
  CHECK(said("a: ]\n") == "1:4 a closing bracket without an opening one\n");
  CHECK(said("a: \"\\q\"\n") ==
        "1:5 an escape that YAML does not know, in a text in double quotes\n");
}

TEST_CASE("Tabs in the indentation are explained, elsewhere they are fine", "[yaml][strict]")
{
  const std::string tab = "a tab stands where YAML wants spaces\n";
  CHECK(said("a:\n\tb: 1\n") == "2:1 " + tab);
  CHECK(said("a:\n  \tb: 1\n") == "2:3 " + tab);
  CHECK(said("a:\n  - x\n\t- y\n") == "3:1 " + tab);
  CHECK(said("a: 1\n\t\nb: 2\n") == "2:1 " + tab); // as in Go's YAML
  CHECK(said("a: 1\t# comment\nb: |\n  text\n  \tmore\n") == "");
}

TEST_CASE("One document, plain features", "[yaml][strict]")
{
  CHECK(said("a: 1\n---\nb: 2\n") ==
        "2:1 a second document begins here (`---`), and this file holds one\n");
  CHECK(said("---\na: 1\n...\n") == "");
  CHECK(said("- a\nb: 1\n") == "2:1 this line does not belong to what is above it\n");
  CHECK(said("a: &x 1\nb: *x\n") ==
        "1:4 an anchor (`&name`) is not read here\n2:4 an alias (`*name`) is not read here\n");
  CHECK(said("a: !!str 1\nb: !foo x\n") ==
        "1:4 a tag (`!!str`) is not read here\n2:4 a tag (`!foo`) is not read here\n");
  CHECK(said("a: 1\n<<: {b: 2}\n") == "2:1 a merge key (`<<`) is not read here\n");
  CHECK(said("[a]: 1\n") == "1:1 a key has to be one word of text\n");
}

TEST_CASE("Bombs and binary files are refused at once", "[yaml][strict]")
{
  std::string deep;
  for (int i = 0; i < 10'000; ++i) {
    deep += "[";
  }
  CHECK(said("a: " + deep).find("nested more than 32 levels deep") != std::string::npos);
  CHECK(said(std::string(1024 * 1024 + 1, 'x')).find("1 MiB") != std::string::npos);
  CHECK(said("a: \xff\n") == "1:4 the file holds bytes that are not UTF-8\n");
  CHECK(said("a: \xc3\n") == "1:4 the file holds bytes that are not UTF-8\n");
  CHECK(said(std::string("a: 1\nb: \0x\n", 11)) == "2:4 the file holds a control character\n");
  CHECK(said("\xff\xfe"
             "a") == "1:1 the file is UTF-16\n");
  CHECK(said("\xef\xbb\xbf"
             "a: 1\r\nb: 2\r\n") == "");
  CHECK(said("") == "");
}

TEST_CASE("Aliases that grow are refused before any is followed", "[yaml][strict]")
{
  std::string bomb = "a: &a [x, x]\n";
  for (char c = 'b'; c <= 'z'; ++c) {
    const std::string before(1, static_cast<char>(c - 1));
    bomb += std::string(1, c) + ": &" + c + " [*" + before + ", *" + before + "]\n";
  }
  CHECK(said(bomb).starts_with("1:4 an anchor (`&name`) is not read here\n"));
}

namespace {

/// CPU seconds that reading takes, the best of three tries.
double seconds_for(const std::string& text)
{
  double least = 1e9;
  for (int tries = 0; tries < 3; ++tries) {
    const std::clock_t begin = std::clock();
    (void)parse_strict_yaml(text);
    least = std::min(least, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
  }
  return least;
}

std::string repeated(const std::string& head, const std::string& entry, std::size_t bytes)
{
  std::string text = head;
  for (int number = 0; text.size() < bytes; ++number) {
    text += entry;
    text.replace(text.rfind('#'), 1, std::to_string(number));
  }
  return text;
}

} // namespace

TEST_CASE("Four times as long a text takes four times as long, and not sixteen", "[yaml][strict]")
{
  struct Shape {
    const char* name;
    const char* head;
    const char* entry;
    const char* tail;
  };
  for (const Shape& shape :
       {Shape{"a list on one line", "a: [", "#, ", "z]\n"},
        Shape{"a list of letters that are no ASCII", "a: [", "\xc3\xa4#, ", "z]\n"},
        Shape{"a map on one line", "a: {", "k#: v, ", "z: z}\n"},
        Shape{"many keys", "a: 1\n", "k#: v\n", ""},
        Shape{"many mistakes", "a: 1\n", "k: #\n", ""}}) {
    const double small =
        seconds_for(repeated(shape.head, shape.entry, std::size_t{50} << 10U) + shape.tail);
    const double large =
        seconds_for(repeated(shape.head, shape.entry, std::size_t{200} << 10U) + shape.tail);
    INFO(shape.name << ": " << small << " s for 50 KiB, " << large << " s for 200 KiB");
    CHECK(large < 8 * small);
  }
}

TEST_CASE("Plain scalars mean what YAML 1.2 says", "[yaml][strict]")
{
  const auto type = [](const std::string& text) {
    return plain_type(*parse_strict_yaml("a: " + text + "\n").root.find("a"));
  };
  CHECK(type("true") == PlainType::boolean);
  CHECK(type("yes") == PlainType::text);
  CHECK(type("'true'") == PlainType::text);
  CHECK(type("0.14.8") == PlainType::text);
  CHECK(type("0.14") == PlainType::real);
  CHECK(type("12") == PlainType::integer);
  CHECK(type("0x1F") == PlainType::integer);
  CHECK(type("0o17") == PlainType::integer);
  CHECK(type("-0") == PlainType::integer);
  CHECK(type("0o18") == PlainType::text);
  CHECK(type("0x") == PlainType::text);
  CHECK(type("+-1") == PlainType::text);
  CHECK(type("1e3") == PlainType::real);
  CHECK(type("-.5E-1") == PlainType::real);
  CHECK(type("+.Inf") == PlainType::real);
  CHECK(type("-.NaN") == PlainType::text);
  CHECK(type("1e") == PlainType::text);
  CHECK(type(".") == PlainType::text);
  CHECK(type("~") == PlainType::null);
  CHECK(type("") == PlainType::null);
  CHECK(type("5m") == PlainType::text);
}

TEST_CASE("Every prefix of a file is answered, none crashes", "[yaml][strict]")
{
  const std::string text = "apiVersion: x/v1 # c\npool:\n  addresses: [\"a\", 'b', {c: d}]\n"
                           "values: |\n  x: y\n   z\nlist:\n- a\n- b: c\n  d: 'e''f'\n";
  REQUIRE(parse_strict_yaml(text).messages.empty());
  for (std::size_t n = 0; n < text.size(); ++n) {
    const StrictYaml yaml = parse_strict_yaml(text.substr(0, n));
    for (const YamlMessage& message : yaml.messages) {
      INFO(n << ": " << message.what);
      CHECK(message.line >= 1);
      CHECK(message.column >= 1);
      CHECK(message.what.find("not YAML") == std::string::npos);
    }
  }
}
