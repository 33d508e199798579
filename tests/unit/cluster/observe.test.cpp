// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/fill.hpp>
#include <iplease/cluster/observe.hpp>
#include <iplease/core/json.hpp>

#include <catch2/catch.hpp>

#include "canned_cluster.hpp"

using namespace iplease;
using test::CannedCluster;

TEST_CASE("A healthy cluster is read by at most 8 processes, two at a time", "[cluster][observe]")
{
  CannedCluster cluster("enabled");
  const Observation seen = cluster.observe();
  CHECK(cluster.runner.asked.size() <= 8);
  CHECK(cluster.runner.most_at_once == 2);
  CHECK(seen.evidence.size() == cluster.runner.asked.size());
  for (const Command& command : cluster.runner.asked) {
    const std::string line = shell_line(command.argv);
    CHECK(line.find("--kubeconfig /kc") != std::string::npos);
    CHECK((line.find("--context lab") != std::string::npos ||
           line.find("--kube-context lab") != std::string::npos));
  }
}

TEST_CASE("Evidence quotes commands and no secrets", "[cluster][observe]")
{
  CannedCluster cluster("enabled");
  const Observation seen = cluster.observe();
  for (const std::string& line : seen.evidence) {
    CHECK(line.size() < 400);
    CHECK(line.find("CANARY") == std::string::npos);
  }
  REQUIRE(seen.provider.release_values.found());
  CHECK(seen.provider.release_values.value.reveal().find("keysecret") != std::string::npos);
}

TEST_CASE("A dead server ends the reading after one process", "[cluster][observe]")
{
  CannedCluster cluster("enabled");
  cluster.answers["version -o json"] = {.exit_code = 1,
                                        .out = R"({"clientVersion":{"gitVersion":"v1.34.4"}})",
                                        .err =
                                            "The connection to the server 127.0.0.1:1 was refused "
                                            "- did you specify the right host or port?\n"};
  const Observation seen = cluster.observe();
  CHECK(cluster.runner.asked.size() == 1);
  CHECK(seen.tools.kubectl == "v1.34.4");
  CHECK(seen.tools.server.empty());
  CHECK(seen.tools.server_error.starts_with("The connection to the server"));
  CHECK(seen.cluster_uid.look == Look::unreachable);
  CHECK(seen.releases_look == Look::unreachable);
  CHECK(seen.provider.release.look == Look::unreachable);
}

TEST_CASE("Without kubectl nothing else is tried", "[cluster][observe]")
{
  CannedCluster cluster("enabled");
  cluster.answers["version -o json"] = {.ended = Ended::not_found};
  const Observation seen = cluster.observe();
  CHECK(cluster.runner.asked.size() == 1);
  CHECK(seen.tools.kubectl.empty());
  CHECK(seen.tools.kubectl_error == "kubectl: not found on PATH");
  CHECK(seen.cluster_uid.look == Look::failed);
}

TEST_CASE("Without helm the cluster is still read", "[cluster][observe]")
{
  CannedCluster cluster("enabled");
  cluster.answers[" list -A"] = {.ended = Ended::not_found};
  const Observation seen = cluster.observe();
  CHECK(seen.tools.helm.empty());
  CHECK(seen.tools.helm_error == "helm: not found on PATH");
  CHECK(seen.cluster_uid.found());
  CHECK(seen.releases_look == Look::failed);
  CHECK(seen.provider.release.look == Look::failed);
  CHECK(seen.provider.release.why == seen.tools.helm_error);
}

TEST_CASE("No credentials is not an empty cluster", "[cluster][observe]")
{
  CannedCluster cluster("enabled");
  cluster.answers["version -o json"] = {
      .exit_code = 1,
      .out = R"({"clientVersion":{"gitVersion":"v1.34.4"}})",
      .err = "error: You must be logged in to the server (the server has asked for the client to "
             "provide credentials)\n"};
  const Observation seen = cluster.observe();
  CHECK(cluster.runner.asked.size() == 1);
  CHECK(seen.cluster_uid.look == Look::forbidden);
}

TEST_CASE("A user with few rights: each fact says absent or forbidden for itself",
          "[cluster][observe]")
{
  // Recorded with rights to read only namespaces, Services, pods, workloads and pools.
  CannedCluster cluster("limited");
  const Observation seen = cluster.observe();
  CHECK(seen.cluster_uid.found());
  CHECK(seen.kube_proxy.config.look == Look::forbidden);
  CHECK(seen.kube_proxy.config.why.find("configmaps \"kube-proxy\"") != std::string::npos);
  CHECK(seen.kube_proxy.config.why.find('\n') == std::string::npos);
  CHECK(seen.metallb.expose.found());
  CHECK(seen.provider.stateful_set.absent());
  CHECK(seen.nodes_look == Look::forbidden);
  CHECK(seen.load_balancers.size() == 1); // what is allowed is listed
  CHECK(seen.releases_look == Look::forbidden);
  // The CRDs are forbidden, so iplease reads MetalLB's resources one by one.
  CHECK(seen.metallb.pools.found());
  CHECK(seen.metallb.pools.value.size() == 2);
  CHECK(seen.metallb.advertisements.look == Look::forbidden);
  CHECK(std::find(seen.denied.begin(), seen.denied.end(), "list nodes") != seen.denied.end());
  CHECK(std::find(seen.denied.begin(), seen.denied.end(), "get configmaps in kube-system") !=
        seen.denied.end());
  CHECK(std::find(seen.denied.begin(), seen.denied.end(), "list secrets") != seen.denied.end());
}

TEST_CASE("Values are those of the last revision that was deployed", "[cluster][observe]")
{
  CannedCluster cluster("enabled");
  cluster.answers[" list -A"].out =
      R"([{"name":"akash-provider","namespace":"akash-services","revision":"7","status":"failed","chart":"provider-19.0.2","app_version":"0.16.2"}])";
  cluster.answers[" history akash-provider"] = {
      .out =
          R"([{"revision":5,"status":"superseded"},{"revision":6,"status":"deployed"},{"revision":7,"status":"failed"}])"};
  const Observation seen = cluster.observe();
  CHECK(seen.provider.release.value.status == "failed");
  CHECK(seen.provider.values_revision == 6);
  CHECK(cluster.was_asked(
      "get values akash-provider --namespace akash-services --revision 6 -o yaml"));

  cluster.answers[" history akash-provider"] = {
      .out = R"([{"revision":7,"status":"pending-install"}])"};
  const Observation never = cluster.observe();
  CHECK(never.provider.release_values.absent());
  CHECK(never.provider.release_values.why == "no revision was ever deployed");

  // An unreadable history is not a history without a deployed revision.
  cluster.answers[" history akash-provider"].out = "[{";
  const Observation cut = cluster.observe();
  CHECK(cut.provider.release_values.look == Look::failed);
  CHECK_FALSE(cut.provider.release.value.past);
}

TEST_CASE("Of a release that is not deployed its past is read, and what it did to the wallet",
          "[cluster][observe]")
{
  CannedCluster cluster("enabled");
  cluster.answers[" list -A"].out =
      R"([{"name":"akash-provider","namespace":"akash-services","revision":"2","status":"failed","chart":"provider-19.0.2"},
          {"name":"akash-ip-operator","namespace":"akash-services","revision":"3","status":"pending-upgrade","chart":"akash-ip-operator-19.0.2"},
          {"name":"metallb","namespace":"metallb-system","revision":"1","status":"failed","chart":"metallb-0.14.8"}])";
  cluster.answers[" history akash-provider"].out =
      R"([{"revision":1,"status":"deployed","chart":"provider-19.0.2"},{"revision":2,"status":"failed"}])";
  cluster.answers[" history akash-ip-operator"].out =
      R"([{"revision":1,"status":"deployed","chart":"akash-ip-operator-19.0.2"},
          {"revision":2,"status":"failed","chart":"akash-ip-operator-19.0.2"},
          {"revision":3,"status":"pending-upgrade"}])";
  cluster.answers[" history metallb"].out = R"([{"revision":1,"status":"failed"}])";
  cluster.answers["get secret akash-provider-keys"].out = "key-pass.txt 4\nkey.txt 0\n--end--\n";
  const Observation seen = cluster.observe();
  CHECK(seen.provider.release.value.past ==
        ReleasePast{.deployed = 1, .before = "deployed provider-19.0.2 revision 1"});
  CHECK(seen.releases.at(0).past == seen.provider.release.value.past);
  CHECK(seen.ip_operator.release.value.past ==
        ReleasePast{.deployed = 1, .before = "failed akash-ip-operator-19.0.2 revision 2"});
  CHECK(seen.releases.at(2).past == ReleasePast{.deployed = 0, .before = "absent"});
  CHECK(seen.provider.empty_keys.value == std::vector<std::string>{"key.txt"});
  // An answer cut short is not an empty Secret, nor is a missing Secret.
  cluster.answers["get secret akash-provider-keys"].out = "key-pass.txt 4\n";
  CHECK(cluster.observe().provider.empty_keys.look == Look::failed);
  cluster.answers["get secret akash-provider-keys"].out = "";
  CHECK(cluster.observe().provider.empty_keys.absent());
}

TEST_CASE("The operator's barrier and the API server's 503 are two things", "[cluster][observe]")
{
  CannedCluster cluster("enabled");
  cluster.answers["/proxy/usage"] = {.exit_code = 1,
                                     .err = "Error from server (ServiceUnavailable): the server is "
                                            "currently unable to handle the request\n"};
  CHECK(cluster.observe().ip_operator.barrier);
  cluster.answers["/proxy/usage"].err = "Error from server (ServiceUnavailable): no endpoints "
                                        "available for service \"operator-ip:rest\"\n";
  const Observation seen = cluster.observe();
  CHECK_FALSE(seen.ip_operator.barrier);
  CHECK(seen.ip_operator.usage_text.look == Look::failed);
  CHECK_FALSE(seen.ip_operator.available.has_value());
}

TEST_CASE("A variable that is not set in the pod is absent, a refused exec is forbidden",
          "[cluster][observe]")
{
  CannedCluster cluster("enabled");
  cluster.answers["printenv"] = {.exit_code = 1, .err = "command terminated with exit code 1\n"};
  CHECK(cluster.observe().provider.env_ip_operator.absent());
  cluster.answers["printenv"].err =
      "Error from server (Forbidden): pods \"akash-provider-0\" is forbidden: User \"limited\" "
      "cannot create resource "
      "\"pods/exec\" in API group \"\" in the namespace \"akash-services\"\n";
  const Observation seen = cluster.observe();
  CHECK(seen.provider.env_ip_operator.look == Look::forbidden);
  CHECK(seen.denied == std::vector<std::string>{"create pods/exec in akash-services"});
}

TEST_CASE("Values files are looked for in the usual places, or only where they were named",
          "[cluster][observe]")
{
  CannedCluster cluster("enabled");
  cluster.files.files["/home/op/provider.yaml"] = "from: x\n";
  const Observation usual = cluster.observe();
  REQUIRE(usual.provider.files.size() == 3);
  CHECK(usual.provider.files[0].path == "/root/provider/provider.yaml");
  CHECK(usual.provider.files[1].path == "/home/op/provider/provider.yaml");
  CHECK(usual.provider.files[2].exists);
  CHECK(usual.provider.files[2].text.reveal() == "from: x\n");

  cluster.want.provider.values_file.value = "/srv/p.yaml";
  const Observation named = cluster.observe();
  REQUIRE(named.provider.files.size() == 1);
  CHECK(named.provider.files[0].given);
  CHECK_FALSE(named.provider.files[0].exists);
}

namespace {

std::string renamed(std::string text, const std::string& from, const std::string& to)
{
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
  return text;
}

/// All objects except the provider's: kubectl prints only what was asked for.
std::string without_provider(const std::string& named)
{
  nlohmann::json all = parsed_json(named);
  nlohmann::json items = nlohmann::json::array();
  for (const nlohmann::json& item : all["items"]) {
    if (!item["metadata"]["name"].get<std::string>().starts_with("akash-provider")) {
      items.push_back(item);
    }
  }
  all["items"] = std::move(items);
  return all.dump();
}

} // namespace

TEST_CASE("A release of another name is found by its chart, its objects by its label",
          "[cluster][observe]")
{
  CannedCluster cluster("fresh");
  std::string& list = cluster.answers[" list -A"].out;
  list = renamed(list, "\"name\":\"akash-provider\"", "\"name\":\"rental\"");
  std::string& named = cluster.answers["get -f -"].out;
  cluster.answers["app.kubernetes.io/instance=rental"].out =
      renamed(named, "akash-provider", "overridden");
  named = without_provider(named);
  cluster.answers["get values rental"] = cluster.answers["get values akash-provider"];
  const Observation seen = cluster.observe();
  CHECK(seen.provider.release.value.name == "rental");
  CHECK(seen.provider.release_values.found());
  CHECK(seen.provider.stateful_set.value.name == "overridden");
  CHECK(seen.provider.service == "overridden");
  CHECK(seen.provider.config_map == "overridden-main");
  CHECK(seen.provider.config_ip_operator.value == "false");
  CHECK(seen.provider.pod_ready);
  CHECK(cluster.was_asked("exec overridden-0"));
  CHECK(seen.provider.env_ip_operator.value == "false");

  cluster.want.provider.release = {.value = "akash-provider", .from = From::flag};
  CHECK(cluster.observe().provider.release.absent()); // only the release that was named
}

TEST_CASE("Objects under the usual name that belong to another release are not the provider's",
          "[cluster][observe]")
{
  CannedCluster cluster("fresh");
  std::string& named = cluster.answers["get -f -"].out;
  cluster.answers["app.kubernetes.io/instance=akash-provider"].out =
      renamed(named, "\"name\": \"akash-provider", "\"name\": \"mine");
  named = renamed(named,
                  "\"app.kubernetes.io/instance\": \"akash-provider\"",
                  "\"app.kubernetes.io/instance\": \"other\"");
  CHECK(cluster.observe().provider.stateful_set.value.name == "mine");
  cluster.answers["app.kubernetes.io/instance=akash-provider"] = {
      .exit_code = 1,
      .err = "Error from server (Forbidden): statefulsets.apps is forbidden: User \"limited\" "
             "cannot list resource \"statefulsets\" in API group \"apps\" in the namespace "
             "\"akash-services\"\n"};
  CHECK(cluster.observe().provider.stateful_set.look == Look::forbidden);
}

TEST_CASE("The upgrade on trial tells image, resources and settings", "[cluster][observe]")
{
  Observation seen;
  fill_rendered(seen,
                "# Source: x\nkind: Secret\ndata: {a: b}\n---\n"
                "kind: ConfigMap\nmetadata: {name: p-main}\ndata:\n  AKASH_IP_OPERATOR: \"true\"\n"
                "  AKASH_BID_PRICE_STRATEGY: \"scale\"\n---\n"
                "kind: StatefulSet\nmetadata: {name: p}\nspec:\n  replicas: 1\n  template:\n"
                "    spec:\n      containers:\n      - name: provider\n        image: \"i:1\"\n"
                "        resources: {limits: {cpu: 2, memory: 256Mi}}\n");
  CHECK(seen.provider.rendered_set.value.name == "p");
  CHECK(seen.provider.rendered_set.value.images == std::vector<std::string>{"i:1"});
  CHECK(seen.provider.rendered_set.value.resources.at("provider limits.cpu") == "2");
  CHECK(seen.provider.rendered_config.at("AKASH_BID_PRICE_STRATEGY") == "scale");
  Observation broken;
  fill_rendered(broken, "kind: [\n");
  CHECK_FALSE(broken.provider.rendered_set.found());
  for (const char* text :
       {"\"a\",\"b\"", // yaml-cpp's LoadAll never returns
        "kind: ConfigMap\nd: &x [*x]\n",
        "kind: ConfigMap\na: &a [1, 1, 1, 1, 1, 1, 1, 1]\n"
        "b: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b]\n"
        "d: &d [*c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d]\n"
        "f: &f [*e, *e, *e, *e, *e, *e, *e, *e]\ng: &g [*f, *f, *f, *f, *f, *f, *f]\n"
        "h: &h [*g, *g, *g, *g, *g, *g, *g, *g]\ni: &i [*h, *h, *h, *h, *h, *h, *h]\n"}) {
    fill_rendered(broken, text);
    CHECK_FALSE(broken.provider.rendered_set.found());
  }
}

TEST_CASE("A fresh provider cluster is seen as it is", "[cluster][observe]")
{
  CannedCluster cluster("fresh");
  cluster.helm_version = true;
  const Observation seen = cluster.observe();
  // No IP operator to ask yet. Extra: helm's version and, while leases are off, kube-system's pods.
  CHECK(cluster.runner.asked.size() == 9);
  CHECK(seen.tools.kubectl == "v1.34.4");
  CHECK(seen.tools.helm == "v3.16.4");
  CHECK(seen.tools.server == "v1.34.4");
  CHECK(seen.cluster_uid.value.size() == 36);
  CHECK(seen.service_ip == "10.96.0.1");
  CHECK(seen.namespaces.contains("lease"));
  CHECK_FALSE(seen.namespaces.contains("metallb-system"));
  CHECK(seen.crds == std::set<std::string>{"providerleasedips.akash.network"});
  REQUIRE(seen.nodes.size() == 1);
  CHECK(seen.nodes[0].exclude_from_lb);
  CHECK(seen.nodes[0].addresses == std::vector<std::string>{"203.0.113.10"});
  CHECK(seen.metallb.controllers.empty());
  CHECK(seen.metallb.pools.absent());
  CHECK(seen.metallb.expose.absent());
  CHECK_FALSE(seen.metallb.legacy.has_value());
  REQUIRE(seen.kube_proxy.config.found());
  CHECK(seen.kube_proxy.config.value.find("strictARP: false") != std::string::npos);
  CHECK(seen.kube_proxy.environment.empty());
  CHECK(seen.kube_proxy.daemon_set.value.ready == 1);
  CHECK(seen.provider.release.value.chart_version == "19.0.2");
  CHECK(seen.provider.release.value.app_version == "0.16.2");
  CHECK(seen.provider.values_revision == 1);
  CHECK(seen.provider.stateful_set.value.update_revision == seen.provider.pod_revision.value);
  CHECK(seen.provider.pod_ready);
  CHECK(seen.provider.env_ip_operator.value == "false");
  CHECK(seen.provider.config_ip_operator.value == "false");
  CHECK(seen.ip_operator.deployment.absent());
  CHECK(seen.ip_operator.usage_text.absent());
  CHECK(seen.verify_service.absent());
  CHECK(seen.denied.empty());
}

TEST_CASE("An enabled cluster is seen as it is", "[cluster][observe]")
{
  CannedCluster cluster("enabled");
  const Observation seen = cluster.observe();
  CHECK(seen.metallb.version == "0.14.8");
  REQUIRE(seen.metallb.controllers.size() == 1);
  CHECK(seen.metallb.controllers[0].name == "metallb-controller");
  CHECK(seen.metallb.controllers[0].ready == 1);
  REQUIRE(seen.metallb.speakers.size() == 1);
  CHECK(seen.metallb.speakers[0].wanted == 1);
  REQUIRE(seen.metallb.pools.value.size() == 1);
  CHECK(seen.metallb.pools.value[0].addresses ==
        std::vector<std::string>{"203.0.113.100-203.0.113.120"});
  REQUIRE(seen.metallb.advertisements.value.size() == 1);
  CHECK(seen.metallb.advertisements.value[0].pools == std::vector<std::string>{"default"});
  REQUIRE(seen.metallb.expose.found());
  CHECK(seen.metallb.expose.value.ports.at(0).name == "monitoring");
  CHECK_FALSE(seen.metallb.expose.value.resource_version.empty());
  CHECK_FALSE(seen.metallb.namespace_version.empty());
  CHECK(seen.metallb.expose.value.selector == seen.metallb.controllers[0].selector);
  CHECK(seen.metallb.expose_endpoints == 1);
  REQUIRE(seen.load_balancers.size() == 1);
  CHECK(seen.load_balancers[0].addresses == std::vector<std::string>{"203.0.113.100"});
  CHECK(seen.provider.env_ip_operator.value == "true");
  CHECK(seen.provider.config_ip_operator.value == "true");
  CHECK(seen.provider.values_revision == 2);
  CHECK(seen.ip_operator.release.value.chart_version == "19.0.2");
  CHECK(seen.ip_operator.deployment.value.ready == 1);
  CHECK(seen.ip_operator.provider_address.value == "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx");
  CHECK(seen.ip_operator.service == "operator-ip:rest");
  CHECK(seen.ip_operator.available == 21);
  CHECK(seen.ip_operator.in_use == 0);
}
