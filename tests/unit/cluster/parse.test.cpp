// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/parse.hpp>
#include <iplease/core/json.hpp>

#include <catch2/catch.hpp>

#include <support/support.hpp>

using namespace iplease;

namespace {

CommandResult failed(std::string err, int code = 1)
{
  return {.exit_code = code, .err = std::move(err)};
}

std::string recorded(const std::string& name)
{
  return test::data("data/cluster/api/" + name);
}

} // namespace

TEST_CASE("Absent, forbidden and unreachable are told apart by the tools' own words",
          "[cluster][errors]")
{
  // kubectl 1.34.4
  CHECK(classify(failed("Error from server (NotFound): services \"operator-ip\" not found\n")) ==
        Look::absent);
  CHECK(classify(failed("error: the server doesn't have a resource type \"ciliumx\"\n")) ==
        Look::absent);
  CHECK(classify(failed(
            "Error from server (Forbidden): nodes is forbidden: User \"limited\" cannot list "
            "resource \"nodes\" in API group \"\" at the cluster scope\n")) == Look::forbidden);
  CHECK(classify(failed("error: You must be logged in to the server (Unauthorized)\n")) ==
        Look::forbidden);
  CHECK(classify(failed(
            "error: You must be logged in to the server (the server has asked for the client to "
            "provide credentials)\n")) == Look::forbidden);
  CHECK(classify(failed(
            "The connection to the server 127.0.0.1:1 was refused - did you specify the right "
            "host or port?\n")) == Look::unreachable);
  CHECK(classify(failed(
            "error: unable to recognize \"STDIN\": Get \"https://127.0.0.1:1/api?timeout=10s\": "
            "dial tcp 127.0.0.1:1: connect: connection refused\n")) == Look::unreachable);
  CHECK(classify(failed("error: context \"nope\" does not exist\n")) == Look::failed);
  CHECK(classify(failed(
            "Error in configuration: context was not found for specified context: nope\n")) ==
        Look::failed);
  // helm 3.16.4
  CHECK(classify(failed("Error: release: not found\n")) == Look::absent);
  CHECK(classify(failed(
            "Error: list: failed to list: secrets is forbidden: User \"limited\" cannot list "
            "resource \"secrets\" in API group \"\" at the cluster scope\n")) == Look::forbidden);
  CHECK(classify(failed(
            "Error: Kubernetes cluster unreachable: Get \"https://127.0.0.1:1/version\": dial tcp "
            "127.0.0.1:1: connect: connection refused\n")) == Look::unreachable);
  CHECK(classify(failed(
            "Error: Kubernetes cluster unreachable: the server has asked for the client to provide "
            "credentials\n")) == Look::forbidden);
  CHECK(classify(
            failed("Error: Kubernetes cluster unreachable: context \"nope\" does not exist\n")) ==
        Look::failed);
  // The failure is behind the API server, so the API server is reachable.
  CHECK(classify(failed(
            "Error from server (ServiceUnavailable): error trying to reach service: dial tcp "
            "10.0.0.1:7472: connect: connection refused\n")) == Look::failed);
  CHECK(classify({.out = "x"}) == Look::seen);
  CHECK(classify({.ended = Ended::timed_out}) == Look::unreachable);
  CHECK(classify({.ended = Ended::not_found}) == Look::failed);
}

TEST_CASE("What a tool said is kept without its noise", "[cluster][errors]")
{
  const std::string text = why(failed("E1123 08:59:11.048819   14335 memcache.go:265] \"Unhandled "
                                      "Error\" err=\"couldn't get current server API "
                                      "group list\"\nWarning: v1 Endpoints is deprecated in "
                                      "v1.33+\nWARNING: Kubernetes configuration file is "
                                      "group-readable.\nThe connection to the server 127.0.0.1:1 "
                                      "was refused - did you specify the right host "
                                      "or port?\n"));
  CHECK(text == "The connection to the server 127.0.0.1:1 was refused - did you specify the right "
                "host or port?");
  CHECK(why(failed("", 3)) == "exit 3");
  CHECK(why(failed("error: error loading config file \"f\": yaml: line 1")) ==
        "error loading config file \"f\": yaml: line 1");
  CHECK(why(failed("error: stat /f: no such file")) == "error: stat /f: no such file");
  CHECK(why({.ended = Ended::not_found}) == "not found on PATH");
  CHECK(why(failed(std::string(5000, 'x'))).size() < 600);
  std::string lines;
  for (int i = 0; i < 9; ++i) {
    lines += std::string(200, 'x') + "\n";
  }
  CHECK(why(failed(lines)).size() == 600);
  // A refused patch quotes itself first and gives the reason last.
  const std::string refused =
      why(failed("The request is invalid: patch: Invalid value: \"map[" + std::string(5000, 'x') +
                 "]\": strict decoding error: unknown field \"spec.x\"\n"));
  CHECK(refused.starts_with("The request is invalid: patch:"));
  CHECK(refused.ends_with("strict decoding error: unknown field \"spec.x\""));
}

TEST_CASE("One forbidden object of many is found by kind, name and namespace", "[cluster][errors]")
{
  const CommandResult some =
      failed("Error from server (Forbidden): configmaps \"kube-proxy\" is forbidden: User "
             "\"limited\" cannot get resource "
             "\"configmaps\" in API group \"\" in the namespace \"kube-system\"\n"
             "Error from server (Forbidden): nodes is forbidden: User \"limited\" cannot list "
             "resource \"nodes\" in API "
             "group \"\" at the cluster scope\n");
  CHECK(forbidden_line(some, "configmaps", "kube-proxy", "kube-system")
            .starts_with("Error from server (Forbidden): configmaps"));
  CHECK(forbidden_line(some, "configmaps", "kube-proxy", "other").empty());
  CHECK(forbidden_line(some, "configmaps", "config", "kube-system").empty());
  CHECK(forbids_list(some, "nodes"));
  CHECK_FALSE(forbids_list(some, "services"));
  CHECK(missing_rights(some) ==
        std::vector<std::string>{"get configmaps in kube-system", "list nodes"});
}

TEST_CASE("Default gateways are read from the kernel's table of routes", "[cluster][gateways]")
{
  const std::string head =
      "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";
  CHECK(parse_gateways(head + "eth0\t00000000\t017100CB\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
                              "eth0\t007100CB\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
                              "eth1\t00000000\tFE7100CB\t0003\t0\t0\t9\t00000000\t0\t0\t0\n") ==
        std::vector<std::string>{"203.0.113.1", "203.0.113.254"});
  // A route without a gateway, half a line, no table at all.
  CHECK(parse_gateways(head + "tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\n").empty());
  CHECK(parse_gateways(head + "eth0\t00000000\t0171").empty());
  CHECK(parse_gateways("").empty());
}

TEST_CASE("Versions of kubectl, of the server and of helm", "[cluster][tools]")
{
  const KubectlVersions both = parse_kubectl_version(recorded("kubectl-version.json"));
  CHECK(both.client == "v1.34.4");
  CHECK(both.server == "v1.34.4");
  const KubectlVersions dead = parse_kubectl_version(recorded("kubectl-version-dead.json"));
  CHECK(dead.client == "v1.34.4");
  CHECK(dead.server.empty());
  CHECK(parse_kubectl_version("").client.empty());

  CHECK(parse_helm_version("v3.16.4") == "v3.16.4");
  CHECK(parse_helm_version("v3.16\n") == "v3.16");
  CHECK(parse_helm_version("v4.0.1+g12500dd") == "v4.0.1+g12500dd");
  CHECK(parse_helm_version(
            "version.BuildInfo{Version:\"v3.16.4\", GitCommit:\"\", GoVersion:\"go1.26.8\"}") ==
        "v3.16.4");
  CHECK(parse_helm_version("no version here").empty());
}

TEST_CASE("Releases are read from helm list", "[cluster][helm]")
{
  const auto releases = parse_helm_list(recorded("helm-list.json"));
  REQUIRE(releases.has_value());
  REQUIRE(releases->size() == 1);
  CHECK(releases->front().name == "metallb");
  CHECK(releases->front().name_space == "metallb-system");
  CHECK(releases->front().revision == 1);
  CHECK(releases->front().status == "deployed");
  CHECK(releases->front().chart_name == "metallb");
  CHECK(releases->front().chart_version == "0.14.8");
  CHECK(releases->front().app_version == "v0.14.8");
  CHECK(parse_helm_list("[]")->empty());
  CHECK_FALSE(parse_helm_list("Error").has_value());
  CHECK_FALSE(parse_helm_list("null").has_value());
  CHECK_FALSE(parse_helm_list(R"([{"name":"metallb"}])").has_value());
  CHECK_FALSE(parse_helm_history("[", 1).has_value());

  const auto after = parse_helm_list(recorded("helm-list-failed.json"));
  REQUIRE(after->size() == 1);
  CHECK(after->front().status == "failed");
  CHECK(after->front().revision == 2);
  const auto past = parse_helm_history(recorded("helm-history-failed.json"), 2);
  REQUIRE(past);
  CHECK(past->deployed == 1);
  CHECK(past->before.starts_with("deployed metallb-"));
  const std::string superseded =
      R"([{"revision":1,"status":"superseded","chart":"x-1.0.0"},
          {"revision":2,"status":"superseded","chart":"x-1.0.0"},
          {"revision":3,"status":"failed","chart":"x-1.0.0"}])";
  CHECK(parse_helm_history(superseded, 3) ==
        ReleasePast{.deployed = 2, .before = "superseded x-1.0.0 revision 2"});
  CHECK(parse_helm_history(R"([{"revision":1,"status":"failed"}])", 1) ==
        ReleasePast{.deployed = 0, .before = "absent"});
  // This history does not belong to the listed revision. That means unknown, not "never".
  CHECK_FALSE(parse_helm_history(superseded, 4));
  CHECK_FALSE(parse_helm_history("[]", 1));
  CHECK_FALSE(parse_helm_history("{", 1));
}

TEST_CASE("A chart's name and version are split at the version", "[cluster][helm]")
{
  const auto split = [](std::string_view chart) {
    std::string name;
    std::string version;
    split_chart(chart, name, version);
    return name + "|" + version;
  };
  CHECK(split("akash-ip-operator-19.0.2") == "akash-ip-operator|19.0.2");
  CHECK(split("provider-11.6.3-rc1") == "provider|11.6.3-rc1");
  CHECK(split("web-2-1.0.0") == "web-2|1.0.0");
  CHECK(split("metallb-v0.14.8") == "metallb|v0.14.8");
  CHECK(split("odd") == "odd|");
}

TEST_CASE("Usage is numbers or nothing, and a barrier is not an error of the API server",
          "[cluster][operator]")
{
  const Usage good = parse_usage(R"({"Available":21,"InUse":0})");
  CHECK(good.available == 21);
  CHECK(good.in_use == 0);
  CHECK_FALSE(parse_usage("").available.has_value());
  CHECK_FALSE(parse_usage(R"({"Available":"21"})").available.has_value());

  CHECK(is_barrier(failed("Error from server (ServiceUnavailable): the server is currently unable "
                          "to handle the request\n")));
  CHECK_FALSE(is_barrier(failed("Error from server (ServiceUnavailable): no endpoints available "
                                "for service \"operator-ip:rest\"\n")));
  CHECK_FALSE(is_barrier({.out = "{}"}));
}

TEST_CASE("An image's tag is MetalLB's version", "[cluster][metallb]")
{
  CHECK(image_version("quay.io/metallb/controller:v0.14.8") == "0.14.8");
  CHECK(image_version("registry.local:5000/metallb/controller:v0.13.9@sha256:00") == "0.13.9");
  CHECK(image_version("registry.local:5000/metallb/controller").empty());
  CHECK(image_version("metallb/controller:main") == "main");
  CHECK(before_0_13("0.12.1"));
  CHECK(before_0_13("0.9.6"));
  CHECK_FALSE(before_0_13("0.13.0"));
  CHECK_FALSE(before_0_13("main"));
  CHECK_FALSE(before_0_13(""));
}

TEST_CASE("Objects come as a List or as one bare object, and nothing at all is no answer",
          "[cluster][objects]")
{
  Objects many;
  REQUIRE(many.read(recorded("named.json")));
  REQUIRE(many.find("Namespace", "kube-system") != nullptr);
  CHECK(many.find("Namespace", "nope") == nullptr);
  REQUIRE(many.find("Service", "controller", "metallb-system") != nullptr);
  CHECK(many.find("Service", "controller", "other") == nullptr);
  // Reading drops the schemas: they are most of the text and nothing uses them.
  CHECK(many.find("CustomResourceDefinition", "ipaddresspools.metallb.io")
            ->dump()
            .find("openAPIV3Schema") == std::string::npos);

  const ServiceSeen service = parse_service(*many.find("Service", "controller", "metallb-system"));
  CHECK(service.type == "ClusterIP");
  REQUIRE(service.ports.size() == 1);
  CHECK(service.ports[0].name == "monitoring");
  CHECK(service.ports[0].port == 7472);
  CHECK(service.ports[0].target == "7472");
  CHECK(service.selector.at("app.kubernetes.io/component") == "controller");

  Objects one;
  REQUIRE(one.read(recorded("named-one.json")));
  CHECK(one.find("Namespace", "kube-system") != nullptr);
  Objects none;
  CHECK_FALSE(none.read(""));
  CHECK_FALSE(none.read("error: oops"));
  CHECK_FALSE(none.read(R"({"kind":"List","items":[{"kind":"Pod","metadata":{}}]})"));
  Objects empty;
  CHECK(empty.read(R"({"kind":"List","items":[]})"));
  CHECK(empty.items().empty());
}

TEST_CASE("Lists are read line by line", "[cluster][lists]")
{
  const Lists lists = parse_lists(recorded("lists.txt"));
  CHECK_FALSE(lists.broken);
  REQUIRE(lists.nodes.size() == 2);
  const NodeSeen& node = lists.nodes[0];
  CHECK(node.name == "n1");
  CHECK(node.addresses == std::vector<std::string>{"203.0.113.10"});
  CHECK(node.pod_cidrs == std::vector<std::string>{"10.244.1.0/24"});
  CHECK(node.ready);
  CHECK(node.exclude_from_lb);
  CHECK(node.no_schedule_taints == std::vector<std::string>{"node-role.kubernetes.io/control-plane",
                                                            "node.kubernetes.io/not-ready"});
  CHECK(node.kubelet_version == "v1.34.4");
  CHECK(node.k3s_args == R"(["server","--disable","traefik"])");
  CHECK_FALSE(lists.nodes[1].ready);

  REQUIRE(lists.services.size() == 1); // ClusterIP Services are not printed
  CHECK(lists.services[0].name == "web");
  CHECK(lists.services[0].annotations.at("weird") == "tab\there \"q\" é \a <x>");
  CHECK(lists.services[0].ports.at(0).target == "web");

  REQUIRE(lists.workloads.size() == 2);
  const WorkloadSeen& controller = lists.workloads[0];
  CHECK(controller.kind == "Deployment");
  CHECK(controller.name == "metallb-controller");
  CHECK(controller.images == std::vector<std::string>{"quay.io/metallb/controller:v0.14.8"});
  CHECK(controller.ports.at("monitoring") == 7472);
  CHECK(controller.args.at(0) == "--port=7472");
  CHECK(controller.env.at("METALLB_DEPLOYMENT") == "metallb-controller");
  CHECK(controller.selector.size() == 3);
  CHECK(controller.wanted == 1);
  CHECK(controller.ready == 0);

  REQUIRE(lists.pools.size() == 2);
  CHECK(lists.pools[0].addresses ==
        std::vector<std::string>{"203.0.113.100-203.0.113.120", "198.51.100.0/28"});
  CHECK(lists.pools[0].auto_assign);
  CHECK_FALSE(lists.pools[0].service_allocation);
  CHECK_FALSE(lists.pools[1].auto_assign);
  CHECK(lists.pools[1].avoid_buggy_ips);
  CHECK(lists.pools[1].service_allocation);
  REQUIRE(lists.advertisements.size() == 2);
  REQUIRE(lists.advertisements[0].node_selectors.size() == 1);
  CHECK(lists.advertisements[0].node_selectors[0] ==
        LabelSelector{{{"kubernetes.io/os", "linux"}}, {{"zone", "In", {"a", "b"}}}});
  CHECK(lists.advertisements[1].node_selectors.empty());
  CHECK(lists.advertisements[0].interfaces == std::vector<std::string>{"eth0"});
  CHECK(lists.advertisements[1].pools == std::vector<std::string>{"default"});
}

TEST_CASE("Labels of pools, selectors of pools, BGP, pods of the system, keepers of releases",
          "[cluster][lists]")
{
  const Lists lists = parse_lists(
      R"({"kind":"IPAddressPool","metadata":{"name":"default","labels":{ "zone":"public","":""},"annotations":{ "a":"b","":""} } }
{"kind":"BGPAdvertisement","metadata":{"name":"b"},"pools":[null],"selectors":[{"match":{ "zone":"public","":""},"expressions":[{"key":"x","operator":"In","values":["1",null] },null]},null],"nodes":[null],"interfaces":[null] }
{"kind":"Pod","name":"kube-vip-n1","node":"n1","created":"2026-11-29T10:00:00Z","mirror":true,"labels":{ "":""},"containers":[{"image":"ghcr.io/kube-vip/kube-vip:v0.8.9","command":[null],"args":["manager",null],"env":[{"name":"svc_enable","value":"true" },null]},null]}
{"kind":"Pod","name":"etcd-n1","node":"n1","created":"","mirror":true,"labels":{ "":""},"containers":[{"image":"registry.k8s.io/etcd:3","command":[null],"args":[null],"env":[null]},null]}
{ "kind":"HelmChart","metadata":{"name":"lb","namespace":"kube-system"},"chart":"","release":"","space":"","target":"metallb-system" }
{ "kind":"Chart","metadata":{"name":"k0s-lb","namespace":"kube-system"},"chart":"","release":"lb","space":"metallb-system","target":"" }
{"kind":"End","items":6}
)");
  REQUIRE_FALSE(lists.broken);
  CHECK(lists.pools.at(0).marks == MarksSeen{{{"zone", "public"}}, {{"a", "b"}}});
  CHECK(lists.advertisements.empty());
  CHECK(lists.bgp_advertisements.at(0).pool_selectors ==
        std::vector<LabelSelector>{{{{"zone", "public"}}, {{"x", "In", {"1"}}}}});
  REQUIRE(lists.system_pods.size() == 1);
  const SystemPodSeen& vip = lists.system_pods.front();
  CHECK(vip.of_node);
  CHECK(vip.created == "2026-11-29T10:00:00Z");
  CHECK(vip.env.at("svc_enable") == "true");
  CHECK(vip.args == std::vector<std::string>{"manager"});
  REQUIRE(lists.chart_keepers.size() == 2);
  for (const ChartKeeperSeen& one : lists.chart_keepers) {
    CHECK(one.release == "lb");
    CHECK(one.release_name_space == "metallb-system");
  }
}

TEST_CASE("Pools and advertisements carry the version that a change must name", "[cluster][lists]")
{
  const Lists lists = parse_lists(
      "{ \"kind\":\"IPAddressPool\",\"metadata\":{\"name\":\"default\"},\"version\":\"34\"}\n"
      "{ "
      "\"kind\":\"L2Advertisement\",\"metadata\":{\"name\":\"l2\"},\"version\":\"56\"}\n{\"kind\":"
      "\"End\",\"items\":2}\n");
  CHECK_FALSE(lists.broken);
  CHECK(lists.pools.at(0).resource_version == "34");
  CHECK(lists.advertisements.at(0).resource_version == "56");
  // The template that prints it. The lab case enable:keeps checks the real answer.
  const std::string asked = lists_template();
  CHECK(asked.find("metadata.resourceVersion") != asked.rfind("metadata.resourceVersion"));
}

TEST_CASE("A cut or foreign line is reported, not guessed", "[cluster][lists]")
{
  const std::string whole = recorded("lists.txt");
  CHECK(parse_lists(std::string_view(whole).substr(0, whole.size() - 20)).broken);
  CHECK(parse_lists("").broken);
  CHECK(parse_lists("error\n").broken);
  CHECK_FALSE(parse_lists("{\"kind\":\"End\",\"items\":0}\n").broken);
  CHECK_FALSE(parse_lists("-\n-\n{\"kind\":\"End\",\"items\":2}\n").broken);
  CHECK(parse_lists("-\n{\"kind\":\"End\",\"items\":2}\n").broken);
  CHECK(parse_lists("{\"kind\":\"End\",\"items\":0}\n-\n").broken);
  // Go escapes that JSON does not have
  const Lists odd = parse_lists(
      "{\"kind\":\"CiliumLoadBalancerIPPool\",\"metadata\":{\"name\":\"\\x1b\\v\\U0001f600\"}}\n");
  REQUIRE(odd.cilium_pools.size() == 1);
  CHECK(odd.cilium_pools[0] == "\x1b\v\xF0\x9F\x98\x80");
}
