// SPDX-License-Identifier: Apache-2.0
// tests/data/configmaptocrs holds our inputs and what MetalLB 0.14.8's tool wrote for them.
#include <iplease/migrate/convert.hpp>

#include <catch2/catch.hpp>

#include "yaml_documents.hpp"
#include <algorithm>
#include <support/support.hpp>

using namespace iplease;
using nlohmann::json;

namespace {

std::string legacy(const std::string& config,
                   const std::string& meta = "name: config, namespace: metallb-system")
{
  return json{{"apiVersion", "v1"},
              {"kind", "ConfigMap"},
              {"metadata", test::to_json(YAML::Load("{" + meta + "}"))},
              {"data", {{"config", config}}}}
      .dump();
}

Converted converted(const std::string& text)
{
  auto result = convert_configmap(text);
  if (const auto* error = std::get_if<ConvertError>(&result)) {
    FAIL(error->message);
  }
  return std::get<Converted>(std::move(result));
}

ConvertError refused(const std::string& text)
{
  auto result = convert_configmap(text);
  REQUIRE(std::holds_alternative<ConvertError>(result));
  return std::get<ConvertError>(result);
}

std::vector<json> expected(const std::string& name)
{
  auto all = test::documents(test::data("data/configmaptocrs/" + name + ".out.yaml"));
  for (json& object : all) {
    object.erase("status");
    object["metadata"].erase("creationTimestamp");
  }
  return all;
}

std::string input(const std::string& name)
{
  return test::data("data/configmaptocrs/" + name + ".in.yaml");
}

bool warned(const Converted& result, const std::string& words)
{
  return std::any_of(
      result.warnings.begin(), result.warnings.end(), [&](const std::string& warning) {
        return warning.find(words) != std::string::npos;
      });
}

std::string pools(const std::string& rest)
{
  return "address-pools:\n- name: default\n  protocol: layer2\n" + rest;
}

} // namespace

TEST_CASE("Every recorded conversion is equal object by object", "[migrate]")
{
  const auto name = GENERATE(as<std::string>{},
                             "01-layer2-single",
                             "02-kubectl-get-dump",
                             "03-two-pools-flags",
                             "04-bgp-full",
                             "12-unknown-protocol",
                             "13-typo-keys-ignored",
                             "17-no-namespace",
                             "18-kubespray-style",
                             "19-empty-pools");
  CAPTURE(name);
  CHECK(converted(input(name)).objects == expected(name));
}

TEST_CASE("Every recorded refusal has MetalLB's words", "[migrate]")
{
  const auto [name, message] = GENERATE(table<std::string, std::string>(
      {{"07-name-collision", "duplicate definition of pool \"edge-pool\""},
       {"08-unnamed-pool", "failed to make IpAddressPool K8S compatible: "},
       {"10-overlap",
        "CIDR \"192.0.2.200/29\" in pool \"spare\" overlaps with already defined CIDR "
        "\"192.0.2.0/24\""},
       {"11-bad-address",
        "parsing address pool default: invalid CIDR \"192.0.2.7\" in pool \"default\": invalid "
        "CIDR \"192.0.2.7\""},
       {"14-no-config-key", "bad ConfigMap: no data"},
       {"15-wrong-kind", "not a configmap"},
       {"22-bgpadv-too-short",
        "invalid aggregation length 24: prefix 28 in this pool is more specific than the "
        "aggregation length for addresses 192.0.2.0/28"},
       {"24-list-of-configmaps", "not a configmap"}}));
  CAPTURE(name);
  CHECK(refused(input(name)).message == message);
  CHECK_FALSE(refused(input(name)).ours);
}

TEST_CASE("The ConfigMap may be JSON, as kubectl get -o json prints it", "[migrate]")
{
  const auto yaml = YAML::Load(input("03-two-pools-flags"));
  CHECK(converted(test::to_json(yaml).dump(2)).objects == expected("03-two-pools-flags"));
}

TEST_CASE("Names are made fit for Kubernetes and the change is told", "[migrate]")
{
  const auto [old_name, name] =
      GENERATE(table<std::string, std::string>({{"My_Public_Pool", "my-public-pool"},
                                                {"1st-pool", "st-pool"},
                                                {"a", "a"},
                                                {"pool.dotted", "pool.dotted"},
                                                {std::string(70, 'x'), std::string(63, 'x')}}));
  const auto result =
      converted(legacy("address-pools: [{name: " + old_name + ", addresses: [192.0.2.0/28]}]"));
  CHECK(result.pools.at(0).name == name);
  CHECK(result.pools.at(0).old_name == old_name);
  CHECK(warned(result, "Changing IpAddressPool name") == (old_name != name));
  CHECK(warned(result, "nothing rewrites them") == (old_name != name));
}

TEST_CASE("A name that stays invalid is reported instead of emitted", "[migrate]")
{
  const auto name = GENERATE("trailing_", "Trailing-", "two words", "a..b", "pool/1");
  const auto error = refused(
      legacy("address-pools: [{name: \"" + std::string(name) + "\", addresses: [192.0.2.0/28]}]"));
  CHECK(error.ours);
  CHECK(error.message.find("no valid Kubernetes name") != std::string::npos);
}

TEST_CASE("Names without a letter cannot be converted", "[migrate]")
{
  CHECK(refused(legacy("address-pools: [{name: 2022, addresses: [192.0.2.0/28]}]")).message ==
        "failed to make IpAddressPool K8S compatible: 2022");
}

TEST_CASE("l2advertisements are numbered without the bgp pools", "[migrate]")
{
  const auto result =
      converted(legacy("address-pools:\n"
                       "- {name: one, protocol: layer2, addresses: [192.0.2.0/28]}\n"
                       "- {name: two, protocol: bgp, addresses: [192.0.2.16/28]}\n"
                       "- {name: three, protocol: layer2, addresses: [192.0.2.32/28]}\n"));
  std::vector<std::string> names;
  for (const json& object : result.objects) {
    names.push_back(object["metadata"]["name"]);
  }
  CHECK(names ==
        std::vector<std::string>{
            "one", "two", "three", "bgpadvertisement1", "l2advertisement1", "l2advertisement2"});
}

TEST_CASE("Address text is copied verbatim, and unwise ranges only warn", "[migrate]")
{
  const auto result =
      converted(legacy(pools("  addresses: ['192.0.2.5/28', '198.51.100.1 - 198.51.100.6', "
                             "'127.0.0.0/24', '2001:db8::/120', '10.0.0.0/8']\n")));
  CHECK(result.objects.at(0)["spec"]["addresses"] == json({"192.0.2.5/28",
                                                           "198.51.100.1 - 198.51.100.6",
                                                           "127.0.0.0/24",
                                                           "2001:db8::/120",
                                                           "10.0.0.0/8"}));
  CHECK(warned(result, "192.0.2.5/28 has host bits set: MetalLB uses 192.0.2.0/28"));
  CHECK(warned(result, "127.0.0.0/24 overlaps 127.0.0.0/8"));
  CHECK(warned(result, "2001:db8::/120 is IPv6"));
  CHECK(warned(result, "10.0.0.0/8 is larger than a /16"));
  CHECK_FALSE(warned(result, "198.51.100.1"));
}

TEST_CASE("YAML 1.1 words and numbers are read as Go reads them", "[migrate]")
{
  const auto result = converted(
      legacy("address-pools: [{name: on, auto-assign: no, addresses: [192.0.2.0/28]}]\n"
             "peers: [{my-asn: 0x10, peer-asn: 1_000, peer-address: 192.0.2.99, password: 0644}]"));
  CHECK(result.objects.at(0)["spec"]["myASN"] == 16);
  CHECK(result.objects.at(0)["spec"]["peerASN"] == 1000);
  CHECK(result.objects.at(0)["spec"]["password"] == "420");
  CHECK(result.objects.at(1)["metadata"]["name"] == "true");
  CHECK(result.objects.at(1)["spec"]["autoAssign"] == false);
  CHECK(result.has_password);
}

TEST_CASE("Wrong types are named with their place", "[migrate]")
{
  CHECK(refused(legacy("address-pools: [{name: default, addresses: 192.0.2.0/28}]")).message ==
        "address-pools[0].addresses: expected a list, got string");
  CHECK(refused(legacy("peers: [{my-asn: 4294967296}]")).message ==
        "peers[0].my-asn: expected a whole number from 0 to 4294967295, got 4294967296");
  CHECK(refused(legacy("just a word")).message == "config: expected keys and values, got string");
}

TEST_CASE("Nothing is dropped in silence", "[migrate]")
{
  const auto result = converted(legacy("address_pools: []\naddress-pools: [{name: web, protocol: "
                                       "arp, adresses: x, addresses: [192.0.2.0/28]}]",
                                       "name: metallb, namespace: lb"));
  CHECK(result.name_space == "lb");
  CHECK(warned(result, "key `address_pools`"));
  CHECK(warned(result, "key `address-pools[0].adresses`"));
  CHECK(warned(result, "never announced"));
  CHECK(warned(result, "no pool is named `default`"));
  CHECK(warned(result, "namespace is `lb`"));
}

TEST_CASE("Hostile YAML is refused, not followed", "[migrate]")
{
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'j'; ++c) {
    const std::string before(1, static_cast<char>(c - 1));
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 10; ++i) {
      bomb += (i == 0 ? "*" : ",*") + before;
    }
    bomb += "]\n";
  }
  CHECK(refused(legacy(bomb)).message.find("too large") != std::string::npos);
  CHECK(refused(legacy("a: &a [*a]")).message.find("config: ") == 0);
  CHECK(refused(legacy("a: b: c")).message.find("config: line 1: ") == 0);
  CHECK(refused(legacy("address-pools:\n-\tname: default\n  protocol: layer2\n")).message ==
        "config: line 2: a tab stands where YAML wants spaces");
}

TEST_CASE("Rendered YAML survives any value", "[migrate]")
{
  const auto nasty = GENERATE(as<std::string>{},
                              "plain",
                              "yes",
                              "NULL",
                              "~",
                              "",
                              "0x1f",
                              "1e3",
                              "1.5",
                              "12:30",
                              "- x",
                              "a: b",
                              "#c",
                              "x #y",
                              "'q'",
                              "\"q\"",
                              "back\\slash",
                              "two\nlines",
                              "tab\t",
                              " lead",
                              "trail ",
                              "{a}",
                              "[a]",
                              "&a",
                              "*a",
                              "!t",
                              "|",
                              ">",
                              "%",
                              "@",
                              "`",
                              "\xC2\x85nel",
                              "\xE2\x80\xA8ls",
                              "\xF0\x9F\x98\x80",
                              "\x7F",
                              "=",
                              "<<",
                              "192.0.2.0/28",
                              "1.2.3",
                              "2022-01-01",
                              "---",
                              "...",
                              "? a",
                              ".inf",
                              "0o7");
  const json object{{"apiVersion", "v1"},
                    {"list", {nasty, {{"in", nasty}}, {nasty}, json::array(), json::object()}},
                    {"text", nasty},
                    {nasty.empty() ? "k" : nasty, 1}};
  const auto back = test::documents(render_yaml({object, object}));
  REQUIRE(back.size() == 2);
  CHECK(back[0] == object);
  CHECK(back[1] == object);
}

TEST_CASE("Rendered JSON is a List that kubectl accepts", "[migrate]")
{
  const auto result = converted(input("01-layer2-single"));
  const auto list = parsed_json(render_json(result.objects));
  CHECK(list["kind"] == "List");
  CHECK(list["items"] == json(result.objects));
}
