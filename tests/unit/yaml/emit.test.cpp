// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/emit.hpp>

#include <catch2/catch.hpp>
#include <yaml-cpp/yaml.h>

using namespace iplease;
using Json = nlohmann::ordered_json;

TEST_CASE("Our own data is written as block YAML", "[yaml][emit]")
{
  const Json value = {{"speaker", {{"ignoreExcludeLB", true}, {"frr", {{"enabled", false}}}}},
                      {"controller", {{"tolerations", {{{"key", "a/b"}, {"operator", "Exists"}}}}}},
                      {"list", {"one", "no", "1.5"}},
                      {"empty", Json::object()}};
  CHECK(emit_yaml(value) == "speaker:\n  ignoreExcludeLB: true\n  frr:\n    enabled: false\n"
                            "controller:\n  tolerations:\n    - key: a/b\n      operator: Exists\n"
                            "list:\n  - one\n  - \"no\"\n  - \"1.5\"\nempty: {}\n");
}

TEST_CASE("A string stays a string whatever it looks like", "[yaml][emit]")
{
  for (const std::string text :
       {"true", "No", "1e3", "0x1", "~", "", "a: b", "- x", "a #b", "é", "x\ny", "'q'"}) {
    CAPTURE(text);
    const YAML::Node back = YAML::Load("k: " + emit_scalar(text));
    CHECK(back["k"].as<std::string>() == text);
    const bool quoted = back["k"].Tag() == "!";
    const bool plain_word = emit_scalar(text) == text;
    CHECK(quoted != plain_word);
  }
}
