// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/values_edit.hpp>

#include <catch2/catch.hpp>

#include <support/support.hpp>

using namespace iplease;

namespace {

const ValuesWish k_wish{.ipoperator = true, .attributes = {"ip-lease", "feat-endpoint-ip"}};

std::string shape(const std::string& name)
{
  return test::data("golden/values/cases/shape-" + name + ".yaml");
}

ValuesFacts facts(const std::string& text)
{
  return std::get<ValuesFacts>(read_values(Secret(text), "provider.yaml"));
}

std::string edited(const std::string& text, const ValuesWish& wish = k_wish)
{
  const auto result = edit_values(Secret(text), "provider.yaml", wish);
  const auto* problems = std::get_if<std::vector<Problem>>(&result);
  return problems != nullptr ? problems->front().id : std::get<ValuesEdit>(result).text;
}

using Lines = std::vector<std::string>;

Lines difference(const std::string& file,
                 const std::string& release,
                 const ValuesWish& ignoring = {.ipoperator = false})
{
  return values_difference(Secret(file), Secret(release), "file", "release", ignoring);
}

} // namespace

TEST_CASE("An edit tells in words what it did", "[yaml][values]")
{
  const auto result =
      edit_values(Secret("from: x\nipoperator: no\nattributes:\n- key: ip-lease\n  value: false\n"),
                  "f",
                  k_wish);
  CHECK(std::get<ValuesEdit>(result).changes == Lines{"ipoperator: no → true",
                                                      "attributes: ip-lease false → \"true\"",
                                                      "attributes: + feat-endpoint-ip"});
}

TEST_CASE("A wish can leave the switch or the attributes alone", "[yaml][values]")
{
  CHECK(edited("from: x\n", {.ipoperator = false, .attributes = {}}) == "from: x\n");
  CHECK(edited("from: x\n", {.ipoperator = true, .attributes = {}}) ==
        "from: x\nipoperator: true\n");
  CHECK(edited("from: x\n", {.ipoperator = false, .attributes = {"a", "a"}}) ==
        "from: x\nattributes:\n  - key: a\n    value: \"true\"\n");
}

TEST_CASE("A name that YAML would read otherwise is written in quotes", "[yaml][values]")
{
  CHECK(edited("from: x\n", {.ipoperator = false, .attributes = {"1.5"}}) ==
        "from: x\nattributes:\n  - key: \"1.5\"\n    value: \"true\"\n");
  CHECK(edited("from: x\n", {.ipoperator = false, .attributes = {"a: b # c"}}) ==
        "from: x\nattributes:\n  - key: \"a: b # c\"\n    value: \"true\"\n");
  CHECK(edited("from: x\n", {.ipoperator = false, .attributes = {"a\"b"}}) == "IPL-VAL-006");
}

TEST_CASE("Refusals show the line without its value", "[yaml][values]")
{
  const auto result = edit_values(
      Secret("from: x\nkeysecret: aHVudGVyMg\nkeysecret: aHVudGVyMg\n"), "f.yaml", k_wish);
  const auto& problem = std::get<std::vector<Problem>>(result).front();
  CHECK(problem.id == "IPL-VAL-003");
  CHECK(problem.place == Place{.file = "f.yaml", .line = 3, .column = 1});
  CHECK(problem.saw == "keysecret: •••");
}

TEST_CASE("Columns count characters, not bytes", "[yaml][values]")
{
  const auto result = edit_values(Secret("{grün: x, grün: y}\n"), "f", k_wish);
  CHECK(std::get<std::vector<Problem>>(result).front().place.column == 11);
}

TEST_CASE("Facts are read from every shape", "[yaml][values]")
{
  const ValuesFacts a = facts(shape("a-docs-style"));
  CHECK(a.from == "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx");
  CHECK(a.domain == "provider.example.com");
  CHECK(a.has_key);
  CHECK(a.has_keysecret);
  CHECK_FALSE(a.has_bid_price_script);
  CHECK_FALSE(a.lets_encrypt.has_value());
  CHECK(a.ipoperator == ValuesFacts::State::absent);
  CHECK(a.attributes.at("cuda") == ValuesFacts::State::other);
  const ValuesFacts b = facts(shape("b-captured-by-helm"));
  CHECK(b.image_tag == "0.10.7");
  CHECK(b.has_bid_price_script);
  const ValuesFacts d = facts(shape("d-flow-list-and-traps"));
  CHECK(d.lets_encrypt == true);
  CHECK(d.ipoperator == ValuesFacts::State::other);
  CHECK(d.attributes.at("ip-lease") == ValuesFacts::State::other);
  CHECK(facts(edited(shape("d-flow-list-and-traps"))).attributes.at("ip-lease") ==
        ValuesFacts::State::is_true);
  Lines secrets;
  for (const Secret& secret : d.secrets) {
    secrets.push_back(secret.reveal());
  }
  CHECK(secrets == Lines{"fake-token", "ZmFrZQ==", "ZmFrZXNlY3JldA=="});
}

TEST_CASE("What the provider cannot run without is named", "[yaml][values]")
{
  CHECK(missing_required(facts(shape("a-docs-style"))).empty());
  CHECK(missing_required(facts("from: x\nkey: ''\ndomain:\n")) ==
        Lines{"key", "keysecret", "domain"});
  CHECK(missing_required(facts("null\n")) == Lines{"from", "key", "keysecret", "domain"});
  CHECK(missing_required({}) == Lines{"from", "key", "keysecret", "domain"});
}

TEST_CASE("Two texts that Helm reads alike do not differ", "[yaml][values]")
{
  CHECK(difference("a: 1.60\nb: [x]\nc: yes\n", "c: true\nb:\n- \"x\"\na: 1.6\n").empty());
  CHECK(difference("a: 10000000\nb: 0x10\nc: 1_000\nd: 010\n", "a: 1e+07\nb: 16\nc: 1000\nd: 8\n")
            .empty());
  CHECK(difference("attributes:\n- {key: a, value: 1}\n- {key: b, value: 2}\n",
                   "attributes:\n- {key: b, value: 2}\n- {key: a, value: 1}\n")
            .empty());
  CHECK(difference("attributes: []\n", "{}\n").empty());
  CHECK(difference("a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}\n",
                   "a: {b: 1}\nc: {b: 1}\nd: {b: 1, e: 2}\n")
            .empty());
}

TEST_CASE("Differences in meaning are told, secrets are not", "[yaml][values]")
{
  CHECK(difference("price: 1.6\nv: \"13.0\"\n", "price: 2\nv: 13.0\nnode: x\n") ==
        Lines{"node: only in the release",
              "price: 1.6 in the file, 2 in the release",
              "v: \"13.0\" in the file, 13 in the release"});
  CHECK(difference("keysecret: aa\n", "keysecret: bb\n") == Lines{"keysecret: ••• (differs)"});
  CHECK(difference("letsEncrypt: {providers: {x: {id: aa}}}\n",
                   "letsEncrypt: {providers: {x: {id: bb}}}\n") ==
        Lines{"letsEncrypt.providers.x.id: ••• (differs)"});
  CHECK(difference("attributes:\n- {key: a, value: 1}\n",
                   "attributes:\n- {key: a, value: \"1\"}\n") ==
        Lines{"attributes.a.value: 1 in the file, \"1\" in the release"});
  CHECK(difference("a: [\n", "a: b\n").front().starts_with("the file cannot be read"));
}

TEST_CASE("What an edit is about to set is no difference", "[yaml][values]")
{
  for (const char* name :
       {"a-docs-style", "b-captured-by-helm", "c-provider-console", "d-flow-list-and-traps"}) {
    CHECK(difference(edited(shape(name)), shape(name), k_wish).empty());
    CHECK_FALSE(difference(edited(shape(name)), shape(name)).empty());
  }
}

TEST_CASE("Aliases that unfold without end are not unfolded", "[yaml][values]")
{
  std::string bomb = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb +=
        "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last + ", " + last + "]\n";
  }
  CHECK(difference(bomb, bomb).size() == 1);
  CHECK(edited(bomb).starts_with(bomb));
}

TEST_CASE("An alias inside of what it stands for is refused with its place", "[yaml][values]")
{
  // Helm's parser refuses it too. Without the check our reader would recurse for ever.
  for (const char* text : {"from: x\nother: &a [*a]\n",
                           "from: x\nother: &a\n  b: {c: [*a]}\n",
                           "other: &a {<<: *a}\nfrom: x\n",
                           "attributes: &a\n  - *a\n"}) {
    CAPTURE(text);
    const auto result = edit_values(Secret(text), "f", k_wish);
    const auto* problems = std::get_if<std::vector<Problem>>(&result);
    REQUIRE(problems != nullptr);
    CHECK(problems->front().id == "IPL-VAL-007");
    CHECK(problems->front().place.line > 0);
    CHECK(problems->front().what.find("inside of what it stands for") != std::string::npos);
  }
  CHECK(edited("a: &a [x]\nb: [*a, *a]\n").starts_with("a: &a [x]\nb: [*a, *a]\n"));
}

TEST_CASE("An item that is no attribute stays as it is", "[yaml][values]")
{
  // The name is below an empty key or missing. The chart renders the item, but it is not ours.
  CHECK(edited("attributes:\n  - '': {key: ip-lease}\n",
               {.ipoperator = false, .attributes = {"ip-lease"}}) ==
        "attributes:\n  - '': {key: ip-lease}\n  - key: ip-lease\n    value: \"true\"\n");
  CHECK(edited("attributes:\n  - value: x\n", {.ipoperator = false, .attributes = {"ip-lease"}}) ==
        "attributes:\n  - value: x\n  - key: ip-lease\n    value: \"true\"\n");
}
