// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/strict_arp.hpp>

#include <catch2/catch.hpp>
#include <yaml-cpp/yaml.h>

#include <support/support.hpp>

using namespace iplease;

namespace {

std::string config_of(const std::string& sample)
{
  return YAML::Load(test::data("data/kube-proxy/" + sample + ".yaml"))["data"]["config.conf"]
      .as<std::string>();
}

std::string strict_edited(const std::string& text)
{
  auto result = set_strict_arp(text);
  if (const auto* no = std::get_if<NoEdit>(&result)) {
    FAIL(no->why << "\n" << text);
  }
  return std::get<std::string>(result);
}

std::string not_edited(const std::string& text)
{
  const auto result = set_strict_arp(text);
  REQUIRE(std::holds_alternative<NoEdit>(result));
  return std::get<NoEdit>(result).why;
}

} // namespace

TEST_CASE("The recorded ConfigMaps are read", "[yaml][strict-arp]")
{
  const auto fresh = find_strict_arp(config_of("kubeadm-default-mode-empty"));
  CHECK(fresh.error.empty());
  CHECK(fresh.mode.empty());
  CHECK(fresh.state == StrictArp::off);
  const auto kubespray = find_strict_arp(config_of("kubespray-ipvs-strictarp-false"));
  CHECK(kubespray.mode == "ipvs");
  CHECK(kubespray.state == StrictArp::off);
  CHECK(kubespray.place.line == 37);
  CHECK(kubespray.place.column == 14);
  CHECK(find_strict_arp(config_of("kubespray-ipvs-after-sed-apply")).state == StrictArp::on);
}

TEST_CASE("Editing the recorded ConfigMap changes one word", "[yaml][strict-arp]")
{
  std::string wanted = config_of("kubespray-ipvs-strictarp-false");
  const std::string text = wanted;
  wanted.replace(wanted.find("strictARP: false"), 16, "strictARP: true");
  CHECK(strict_edited(text) == wanted);
  CHECK(strict_edited(wanted) == wanted);
}

TEST_CASE("Odd spellings are understood and edited in place", "[yaml][strict-arp]")
{
  const auto [before, after] = GENERATE(table<std::string, std::string>({
      {"ipvs:\n  strictARP: False\nmode: ipvs\n", "ipvs:\n  strictARP: true\nmode: ipvs\n"},
      {"ipvs:\n  strictARP: no # why\nmode: ipvs\n",
       "ipvs:\n  strictARP: true # why\nmode: ipvs\n"},
      {"ipvs:\n  strictARP:   Off   \nmode: ipvs\n", "ipvs:\n  strictARP:   true   \nmode: ipvs\n"},
      {"ipvs:\n  strictARP:\tfalse\nmode: ipvs\n", "ipvs:\n  strictARP:\ttrue\nmode: ipvs\n"},
      {"ipvs:\n  strictARP: \"false\"\nmode: ipvs\n", "ipvs:\n  strictARP: true\nmode: ipvs\n"},
      {"ipvs:\n  strictARP:\nmode: ipvs\n", "ipvs:\n  strictARP: true\nmode: ipvs\n"},
      {"ipvs:\n  strictARP: ~\nmode: ipvs\n", "ipvs:\n  strictARP: true\nmode: ipvs\n"},
      {"ipvs:\n  'strictARP' : false\nmode: ipvs\n", "ipvs:\n  'strictARP' : true\nmode: ipvs\n"},
      {"ipvs:\n  scheduler: rr\nmode: ipvs\n",
       "ipvs:\n  strictARP: true\n  scheduler: rr\nmode: ipvs\n"},
      {"ipvs:\n      # comment\n      scheduler: rr\nmode: ipvs\n",
       "ipvs:\n      # comment\n      strictARP: true\n      scheduler: rr\nmode: ipvs\n"},
      {"ipvs:\r\n  scheduler: rr\r\nmode: ipvs\r\n",
       "ipvs:\r\n  strictARP: true\r\n  scheduler: rr\r\nmode: ipvs\r\n"},
      {"kind: X\nmode: ipvs\n", "ipvs:\n  strictARP: true\nkind: X\nmode: ipvs\n"},
      {"---\nkind: X\nmode: ipvs", "---\nipvs:\n  strictARP: true\nkind: X\nmode: ipvs"},
      {"ipvs:\nmode: ipvs\n", "ipvs:\n  strictARP: true\nmode: ipvs\n"},
      {"ipvs: null\nmode: ipvs\n", "ipvs:\n  strictARP: true\nmode: ipvs\n"},
      {"ipvs: {}\nmode: ipvs\n", "ipvs:\n  strictARP: true\nmode: ipvs\n"},
      {"a: &x false\nipvs:\n  strictARP: *x\nmode: ipvs\n",
       "a: &x false\nipvs:\n  strictARP: true\nmode: ipvs\n"},
      {"ipvs: {scheduler: rr}\nmode: ipvs\n",
       "ipvs: {\"strictARP\": true, scheduler: rr}\nmode: ipvs\n"},
      {R"({"mode":"ipvs","ipvs":{"strictARP":false,"scheduler":"rr"}})",
       R"({"mode":"ipvs","ipvs":{"strictARP":true,"scheduler":"rr"}})"},
      {R"({"mode": "ipvs", "ipvs": {"scheduler": "rr"}})",
       R"({"mode": "ipvs", "ipvs": {"strictARP": true, "scheduler": "rr"}})"},
      {R"({"mode": "ipvs", "ipvs": {}})", R"({"mode": "ipvs", "ipvs": {"strictARP": true}})"},
      {R"({"mode": "ipvs"})", R"({"ipvs": {"strictARP": true}, "mode": "ipvs"})"},
      {"{\n  \"mode\": \"ipvs\",\n  \"ipvs\": {\n    \"strictARP\": false\n  }\n}\n",
       "{\n  \"mode\": \"ipvs\",\n  \"ipvs\": {\n    \"strictARP\": true\n  }\n}\n"},
      {"# strictARP: false\nother: {strictARP: false}\nnote: \"ipvs: strictARP: false\"\nipvs:\n  "
       "strictARP: false\nmode: ipvs\n",
       "# strictARP: false\nother: {strictARP: false}\nnote: \"ipvs: strictARP: false\"\nipvs:\n  "
       "strictARP: true\nmode: ipvs\n"},
  }));
  CHECK(find_strict_arp(before).mode == "ipvs");
  CHECK(find_strict_arp(before).state != StrictArp::on);
  CHECK(strict_edited(before) == after);
  CHECK(strict_edited(after) == after);
}

TEST_CASE("True in any spelling needs no edit", "[yaml][strict-arp]")
{
  const auto word = GENERATE("true", "True", "yes", "ON", "y");
  const std::string text = std::string("ipvs: {strictARP: ") + word + "}\nmode: ipvs\n";
  CHECK(find_strict_arp(text).state == StrictArp::on);
  CHECK(find_strict_arp(text).spelling == word);
  CHECK(strict_edited(text) == text);
}

TEST_CASE("A value that is no boolean is unclear and set", "[yaml][strict-arp]")
{
  CHECK(find_strict_arp("ipvs:\n  strictARP: \"true\"\n").state == StrictArp::unclear);
  CHECK(strict_edited("ipvs:\n  strictARP: maybe\n") == "ipvs:\n  strictARP: true\n");
}

TEST_CASE("What cannot be edited alone is left alone", "[yaml][strict-arp]")
{
  const auto says = [](const std::string& text, const std::string& why) {
    CAPTURE(text);
    CHECK_THAT(not_edited(text), Catch::Contains(why));
  };
  says("a: &x {strictARP: false}\nipvs: *x\n", "anchor that is used again");
  says("ipvs:\n  strictARP: !!bool false\n", "more than intended");
  says("ipvs:\n  <<: {a: b}\n  strictARP: false\n", "merge keys");
  says("ipvs: {strictARP: false, strictARP: false}\n", "second time");
  says("ipvs: []\n", "not a mapping");
  says("a: b\n---\nipvs: {}\n", "line 2");
  says("a: b: c\n", "line 1");
  says("", "not a mapping");
  CHECK_FALSE(find_strict_arp("ipvs: [").error.empty());
  CHECK(find_strict_arp("ipvs: {<<: {strictARP: true}}\n").state == StrictArp::on);
}
