// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/held.hpp>
#include <iplease/core/json.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

namespace {

const nlohmann::json k_spec = parsed_json(R"({
  "nodeSelector": {"disk": "fast"},
  "tolerations": [{"key": "gpu", "operator": "Exists"}],
  "initContainers": [{"name": "init", "image": "p:1",
    "envFrom": [{"configMapRef": {"name": "init"}}, {"configMapRef": {"name": "maybe", "optional": true}}]}],
  "containers": [{"name": "provider", "image": "p:2",
    "resources": {"limits": {"cpu": "2", "memory": "1Gi"}, "requests": {"cpu": "1"}},
    "env": [{"name": "T", "valueFrom": {"secretKeyRef": {"name": "dns", "key": "TOKEN"}}}, {"name": "P", "value": "x"}]}],
  "volumes": [{"name": "k", "secret": {"secretName": "keys"}},
    {"name": "s", "configMap": {"name": "script", "items": [{"key": "run.sh", "path": "run.sh"}]}},
    {"name": "p", "projected": {"sources": [{"secret": {"name": "tls"}}, {"serviceAccountToken": {"path": "t"}}]}},
    {"name": "e", "emptyDir": {}}]})");

} // namespace

TEST_CASE("what a pod's spec wants before it starts", "[cluster]")
{
  const PodNeeds needs = parse_pod_needs(k_spec);
  CHECK(needs.objects == std::set<NeededObject>{{"ConfigMap", "init"},
                                                {"ConfigMap", "script", "run.sh"},
                                                {"Secret", "dns", "TOKEN"},
                                                {"Secret", "keys"},
                                                {"Secret", "tls"}});
  CHECK(needs.images == std::set<std::string>{"p:1", "p:2"});
  CHECK(needs.node_selector == std::map<std::string, std::string>{{"disk", "fast"}});
  CHECK(needs.tolerated == std::set<std::string>{"gpu"});
  CHECK_FALSE(needs.affinity);
  CHECK(needs.resources.find(R"(provider{"cpu":"1","memory":"1Gi"};)") != std::string::npos);
  CHECK(parse_pod_needs(parsed_json("3")) == PodNeeds{});
}

TEST_CASE("a live pod's images are those that its node has", "[cluster]")
{
  const nlohmann::json pod{
      {"spec", k_spec},
      {"status",
       {{"initContainerStatuses", {{{"name", "init"}, {"imageID", "sha256:1"}}}},
        {"containerStatuses", {{{"name", "provider"}, {"imageID", ""}}}}}}};
  CHECK(parse_live_needs(pod).images == std::set<std::string>{"p:1"});
  CHECK(parse_live_needs(pod).resources == parse_pod_needs(k_spec).resources);
}

TEST_CASE("lengths of a Secret's values, and no value", "[cluster]")
{
  Observation seen;
  CHECK(held_words(seen).empty());
  seen.provider.stateful_set.value.needs.objects = {{"Secret", "keys"}, {"ConfigMap", "init"}};
  const auto words = held_words(seen);
  REQUIRE(words.size() == 8);
  CHECK(words.at(3) == "configmap/init");
  CHECK(words.at(4) == "secret/keys");
  // As kubectl 1.34 printed it on the lab.
  const auto held = parse_held("ConfigMap init\n AKASH_FROM 44 false\n AKASH_NODE 0 true\n"
                               "Secret keys\n key-pass.txt 1 true\nSecret empty\n");
  REQUIRE(held.size() == 3);
  CHECK(held.at(0).values.at("AKASH_NODE") == HeldValue{0, true});
  CHECK(held.at(1) == HeldObject{"Secret", "keys", {{"key-pass.txt", {1, true}}}});
  CHECK(held.at(2).values.empty());
  CHECK(parse_held("\n \n  \n 3 true\nerror\n").empty());
}
