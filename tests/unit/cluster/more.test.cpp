// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/chart_index.hpp>
#include <iplease/cluster/masked_runner.hpp>
#include <iplease/cluster/parse.hpp>
#include <iplease/cluster/rights.hpp>
#include <iplease/core/json.hpp>
#include <iplease/core/plan.hpp>

#include <catch2/catch.hpp>

#include "canned_cluster.hpp"

using namespace iplease;
using test::CannedCluster;

namespace {

Plan needing(std::vector<std::string> stages)
{
  Plan plan;
  for (std::string& stage : stages) {
    plan.stages.push_back({.stage = std::move(stage), .verdict = Verdict::needed});
  }
  return plan;
}

// In Helm's own layout, with neighbours that a cut must not touch.
constexpr const char* k_index = R"(apiVersion: v1
entries:
  akash-gateway:
  - apiVersion: v2
    appVersion: 9.9.9
    version: 99.0.0
  akash-ip-operator:
  - apiVersion: v2
    appVersion: "0.10.7"
    created: "2025-01-01T00:00:00Z"
    version: 14.0.7
  - apiVersion: v2
    appVersion: 0.16.2
    version: 19.0.2
  - appVersion: 0.16.2
    version: 19.0.3-rc1
  - appVersion: v0.16.2
    version: 19.0.10
  akash-ip-operator-extra:
  - appVersion: 0.16.2
    version: 77.0.0
generated: "2026-01-01T00:00:00Z"
)";

} // namespace

TEST_CASE("The newest chart of an appVersion is found in an index", "[cluster][charts]")
{
  const auto entries = parse_chart_index(k_index, "akash-ip-operator");
  REQUIRE(entries.has_value());
  CHECK(entries->size() == 4);
  REQUIRE(newest_chart(*entries, "0.16.2") != nullptr);
  CHECK(newest_chart(*entries, "0.16.2")->version ==
        "19.0.10"); // not 19.0.2, which sorts last as text
  CHECK(newest_chart(*entries, "0.10.7")->version == "14.0.7");
  CHECK(newest_chart(*entries, "0.1.0") == nullptr);
  REQUIRE(nearest_older_chart(*entries, "0.11.1") != nullptr);
  CHECK(nearest_older_chart(*entries, "0.11.1")->version == "14.0.7");
  CHECK(nearest_older_chart(*entries, "1.0.0")->version == "19.0.10");
  CHECK(nearest_older_chart(*entries, "0.1.0") == nullptr);
  CHECK(parse_chart_index("apiVersion: v1\nentries: {}\n", "akash-ip-operator")->empty());
  CHECK_FALSE(parse_chart_index("<html>akash-ip-operator</html>", "akash-ip-operator").has_value());
  const auto json = parse_chart_index(
      R"({"apiVersion":"v1","entries":{"akash-ip-operator":[{"version":"19.0.2","appVersion":"0.16.2"}]}})",
      "akash-ip-operator");
  REQUIRE(json.has_value());
  CHECK(json->front().version == "19.0.2");
  CHECK_FALSE(parse_chart_index("{\"error\":\"nope\"}", "akash-ip-operator").has_value());

  const std::vector<ChartEntry> odd{
      {"latest", "0.16.2"}, {"1.0.0-rc1", "0.16.2"}, {"1.0.0", "0.16.2"}};
  CHECK(newest_chart(odd, "0.16.2") == &odd.back());
  CHECK(nearest_older_chart({{"latest", "0.16.2"}}, "1.0.0") == nullptr);
}

TEST_CASE("Rights are asked for in one go, and the missing ones are named", "[cluster][rights]")
{
  const auto rights = rights_for(needing({"expose", "provider"}));
  const auto has = [&](const Right& right) {
    return std::find(rights.begin(), rights.end(), right) != rights.end();
  };
  CHECK(has({.verb = "create", .resource = "services", .name_space = "metallb-system"}));
  CHECK(has({.verb = "create", .resource = "pods/exec", .name_space = "akash-services"}));
  CHECK_FALSE(has({.verb = "create", .resource = "namespaces"}));
  const nlohmann::json list = parsed_json(access_manifest(rights));
  CHECK(list["items"].size() == rights.size());
  CHECK(rights_for(Plan{}).empty());

  Plan undo = needing({"pool", "ip-operator"});
  undo.command = "undo";
  const auto back = rights_for(undo);
  for (const Right& right :
       {Right{.verb = "patch",
              .group = "metallb.io",
              .resource = "l2advertisements",
              .name_space = "metallb-system"},
        Right{.verb = "create", .resource = "secrets", .name_space = "akash-services"},
        Right{.verb = "patch",
              .group = "apps",
              .resource = "deployments",
              .name_space = "akash-services"}}) {
    INFO(right.verb + " " + right.resource);
    CHECK(std::ranges::find(back, right) != back.end());
  }

  // kubectl 1.34.4 prints one answer after the other
  const std::string printed =
      R"({"spec":{"resourceAttributes":{"namespace":"metallb-system","resource":"services","verb":"create"}},"status":{"allowed":false}}
{"spec":{"resourceAttributes":{"resource":"services","verb":"list"}},"status":{"allowed":true,"reason":"RBAC"}}
{"spec":{"resourceAttributes":{"group":"apps","namespace":"akash-services","resource":"deployments","verb":"patch"}},"status":{"allowed":false}}
{"spec":{"resourceAttributes":{"resource":"pods","subresource":"exec","verb":"create"}},"status":{"allowed":false}}
)";
  const auto denied = parse_access(printed, 4);
  CHECK_FALSE(parse_access(printed, 5)); // one answer is missing
  CHECK_FALSE(parse_access(printed.substr(0, printed.size() - 9), 4));
  CHECK(denied == std::vector<std::string>{"create services in metallb-system",
                                           "patch deployments.apps in akash-services",
                                           "create pods/exec"});
}

TEST_CASE("With nothing to do nothing more is read", "[cluster][more]")
{
  CannedCluster cluster("enabled");
  Observation seen = cluster.observe();
  const Observation before = seen;
  cluster.runner.asked.clear();
  Effects doors = cluster.effects();
  Plan plan;
  plan.stages.push_back({.stage = "provider", .verdict = Verdict::satisfied});
  observe_more(seen, cluster.want, plan, {}, doors);
  CHECK(cluster.runner.asked.empty());
  CHECK(cluster.pages.asked.empty());
  CHECK(seen == before);
}

TEST_CASE("The IP operator's chart is the newest of the provider's appVersion", "[cluster][more]")
{
  CannedCluster cluster("fresh");
  Observation seen = cluster.observe();
  Effects doors = cluster.effects();
  cluster.answers["create -f -"].out = "";
  cluster.pages.pages["https://akash-network.github.io/helm-charts/index.yaml"] = k_index;
  observe_more(seen, cluster.want, needing({"ip-operator"}), {}, doors);
  CHECK(seen.ip_operator.chart_version.value == "19.0.10");

  Observation other = cluster.observe();
  other.provider.release.value.app_version = "0.1.0";
  observe_more(other, cluster.want, needing({"ip-operator"}), {}, doors);
  CHECK(other.ip_operator.chart_version.absent());
  CHECK(other.ip_operator.chart_version.why.find("none of appVersion 0.1.0") != std::string::npos);

  // Akash's index has no chart for provider 14.0.1 to 14.0.3. The nearest older chart is used.
  Observation between = cluster.observe();
  between.provider.release.value.app_version = "0.11.1";
  observe_more(between, cluster.want, needing({"ip-operator"}), {}, doors);
  CHECK(between.ip_operator.chart_version.value == "14.0.7");
  CHECK(between.ip_operator.chart_app_version == "0.10.7");

  // image.tag is overridden: no chart has the release's appVersion, but one has the tag's.
  Observation tagged = cluster.observe();
  tagged.provider.release.value.app_version = "0.1.0";
  tagged.provider.release_values.value = Secret("image:\n  tag: 0.10.7\n");
  observe_more(tagged, cluster.want, needing({"ip-operator"}), {}, doors);
  CHECK(tagged.ip_operator.chart_version.value == "14.0.7");

  cluster.pages.pages.clear();
  Observation gone = cluster.observe();
  observe_more(gone, cluster.want, needing({"ip-operator"}), {}, doors);
  CHECK(gone.ip_operator.chart_version.look == Look::unreachable);
  CHECK(gone.ip_operator.chart_version.why.find("HTTP 404") != std::string::npos);
}

TEST_CASE("In a local folder the index counts, else the provider's own version is tried",
          "[cluster][more]")
{
  CannedCluster cluster("fresh");
  cluster.want.repositories.akash.value = "/srv/charts";
  cluster.files.files["/srv/charts/index.yaml"] = k_index;
  Effects doors = cluster.effects();
  Observation seen = cluster.observe();
  observe_more(seen, cluster.want, needing({"ip-operator"}), {}, doors);
  CHECK(seen.ip_operator.chart_version.value == "19.0.10");

  cluster.files.files.clear();
  cluster.answers["show chart /srv/charts/akash-ip-operator-19.0.2.tgz"].out =
      "apiVersion: v2\nappVersion: 0.16.2\nname: akash-ip-operator\nversion: 19.0.2\n";
  Observation guessed = cluster.observe();
  observe_more(guessed, cluster.want, needing({"ip-operator"}), {}, doors);
  CHECK(guessed.ip_operator.chart_version.value == "19.0.2");
  CHECK(cluster.pages.asked.empty());
}

TEST_CASE("The upgrade is rendered and tried, and a refusal shows no secret", "[cluster][more]")
{
  CannedCluster cluster("fresh");
  cluster.want.ip_operator_chart_version.value = "19.0.2";
  cluster.answers["template akash-provider"].out = "kind: Secret\n";
  cluster.answers["apply --dry-run=server"] = {
      .exit_code = 1,
      .err = "Error from server (BadRequest): error when creating \"STDIN\": Secret in version "
             "\"v1\" cannot be handled: "
             "CANARY-word-1 Q0FOQVJZLXdvcmQtMQ== strict decoding error: unknown field "
             "\"spec.template.spec.containers[0].envFrom[1].name\"\n"};
  Masker masker;
  MaskedRunner masked(cluster.runner, masker);
  const Effects plain = cluster.effects();
  Effects doors{masked, plain.files, plain.http, plain.clock, plain.stop};
  Observation seen = cluster.observe();
  const Secret values(
      "from: akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx\nkey: abc\nkeysecret: CANARY-word-1\n");
  cluster.runner.asked.clear();
  observe_more(seen, cluster.want, needing({"provider"}), {.edited_values = values}, doors);
  CHECK(seen.upgrade_trial.found());
  CHECK(seen.upgrade_trial.value.find("strict decoding error") != std::string::npos);
  CHECK(seen.upgrade_trial.value.find("CANARY") == std::string::npos);
  CHECK(seen.upgrade_trial.value.find("Q0FOQVJZ") ==
        std::string::npos); // nor base64, as in a Secret
  bool tried = false;
  for (const Command& command : cluster.runner.asked) {
    CHECK(shell_line(command.argv).find("CANARY") == std::string::npos);
    if (!command.input.empty() &&
        command.input.find("SelfSubjectAccessReview") == std::string::npos) {
      CHECK(command.secret_input);
      tried = tried || command.input == "kind: Secret\n";
    }
  }
  CHECK(tried);
  CHECK(cluster.was_asked("--repo https://akash-network.github.io/helm-charts --version 19.0.2"));

  cluster.answers["apply --dry-run=server"] = {.out = "secret/akash-provider-keys\n"};
  Observation good = cluster.observe();
  observe_more(good, cluster.want, needing({"provider"}), {.edited_values = values}, doors);
  CHECK(good.upgrade_trial.found());
  CHECK(good.upgrade_trial.value.empty());

  cluster.answers["template akash-provider"] = {
      .exit_code = 1,
      .err = "Error: execution error at (provider/templates/x.yaml:2:4): nil pointer\n"};
  Observation broken = cluster.observe();
  observe_more(broken, cluster.want, needing({"provider"}), {.edited_values = values}, doors);
  CHECK(broken.upgrade_render.look == Look::failed);
  CHECK(broken.upgrade_render.why.find("nil pointer") != std::string::npos);
  CHECK(broken.upgrade_trial.look == Look::not_looked); // the API server was not asked
}

TEST_CASE("What helm could not fetch is told of its repository", "[cluster][more]")
{
  const auto look = [](const std::string& err) { return chart_look({.exit_code = 1, .err = err}); };
  CHECK(look("Error: looks like \"https://c.example\" is not a valid chart repository or cannot be "
             "reached: Get \"https://c.example/index.yaml\": dial tcp: lookup c.example: no such "
             "host\n") == Look::unreachable);
  CHECK(look("Error: Get \"https://c.example/provider-1.tgz\": net/http: x509: unknown "
             "authority\n") == Look::unreachable);
  CHECK(chart_look({.ended = Ended::timed_out}) == Look::unreachable);
  CHECK(look("Error: chart \"provider\" version \"9.9.9\" not found in https://c.example "
             "repository\n") == Look::absent);
  CHECK(look("Error: path \"/srv/charts/provider-9.9.9.tgz\" not found\n") == Look::absent);
  CHECK(look("Error: template: provider/templates/a.yaml: nil pointer evaluating\n") ==
        Look::failed);
}

TEST_CASE("The provider's address comes from its status when the values have none",
          "[cluster][more]")
{
  CannedCluster cluster("enabled");
  cluster.answers["https:akash-provider:8443/proxy/status"].out =
      R"({"address":"akash1abc","cluster":{}})";
  cluster.answers["printenv AP_PROVIDER"].out = "akash1running\n";
  Effects doors = cluster.effects();
  Observation seen = cluster.observe();
  observe_more(seen, cluster.want, needing({"pool"}), {}, doors);
  CHECK(seen.provider.status_address.empty()); // `from` in the values is already an address
  CHECK(seen.ip_operator.running_address.value == "akash1running");

  seen.provider.release_values.value = Secret("from: keyname\n");
  observe_more(seen, cluster.want, needing({"pool"}), {}, doors);
  CHECK(seen.provider.status_address == "akash1abc");
}

TEST_CASE("For a plan that somebody else carries out our rights to write do not count",
          "[cluster][more]")
{
  CannedCluster cluster("enabled");
  Effects doors = cluster.effects();
  Observation seen = cluster.observe();
  observe_more(seen, cluster.want, needing({"pool"}), {.ours = false}, doors);
  CHECK_FALSE(cluster.was_asked("create -f -"));
  CHECK(seen.rights_look == Look::not_looked);
  observe_more(seen, cluster.want, needing({"pool"}), {}, doors);
  CHECK(cluster.was_asked("create -f -"));
}

TEST_CASE("A provider that stays is asked twice before it counts as hanging", "[cluster][more]")
{
  CannedCluster cluster("enabled");
  const std::string status = "https:akash-provider:8443/proxy/status";
  Effects doors = cluster.effects();
  const auto looked_at = [&](const CommandResult& answer, MoreWanted more = {}) {
    cluster.answers[status] = answer;
    Observation seen = cluster.observe();
    cluster.runner.asked.clear();
    observe_more(seen, cluster.want, needing({"verify"}), more, doors);
    return seen;
  };
  const auto times = [&] {
    return std::ranges::count_if(cluster.runner.asked, [&](const Command& command) {
      return shell_line(command.argv).find(status) != std::string::npos;
    });
  };
  CHECK(looked_at({.out = R"({"cluster":{}})"}).provider.pod_ready);
  CHECK(times() == 1);
  const CommandResult silent{.exit_code = 1, .err = "Error from server (Timeout): timeout\n"};
  const Observation hangs = looked_at(silent);
  CHECK(times() == 2);
  CHECK_FALSE(hangs.provider.pod_ready);
  CHECK(hangs.provider.pod_waiting == "it does not answer on 8443/status");
  CHECK_FALSE(looked_at({.out = "<html>"}).provider.pod_ready);
  const CommandResult denied{.exit_code = 1,
                             .err = "Error from server (Forbidden): services is forbidden\n"};
  CHECK(looked_at(denied).provider.pod_ready); // a read that is forbidden is not a failure

  // An upgrade replaces the pod anyway.
  (void)looked_at(silent, {.edited_values = Secret("from: akash1abc\n")});
  CHECK(times() == 0);
}

TEST_CASE("Helm's JSON of the values must mean what our reading of its YAML does",
          "[cluster][more]")
{
  CannedCluster cluster("enabled");
  Effects doors = cluster.effects();
  const Plan plan = needing({"provider-values"});
  const auto asked_with = [&](const std::string& json) {
    Observation seen = cluster.observe();
    seen.provider.release_values.value = Secret("domain: example.com\nfrom: akash1abc\n");
    cluster
        .answers["get values akash-provider --namespace akash-services --revision " +
                 std::to_string(seen.provider.values_revision) + " -o json"]
        .out = json;
    observe_more(seen, cluster.want, plan, {}, doors);
    return seen;
  };
  CHECK(
      asked_with(R"({"from":"akash1abc","domain":"example.com"})").provider.values_doubts.empty());
  const auto other = asked_with(R"({"from":"akash1abd","domain":"example.com"})");
  REQUIRE(other.provider.values_doubts.size() == 1);
  CHECK(other.provider.values_doubts.front().find("from") != std::string::npos);
  const std::string asked = "--revision " + std::to_string(other.provider.values_revision);
  CHECK(cluster.was_asked(asked + " -o json"));

  Observation settled = cluster.observe();
  observe_more(settled, cluster.want, needing({"pool"}), {}, doors);
  CHECK_FALSE(cluster.was_asked(asked + " -o json"));
}

TEST_CASE("A right that is missing for the provider's values is among the missing ones",
          "[cluster][observe]")
{
  CannedCluster cluster("enabled");
  cluster.answers["get values akash-provider"] = {
      .exit_code = 1,
      .err =
          "Error: secrets \"sh.helm.release.v1.akash-provider.v2\" is forbidden: User \"limited\" "
          "cannot get resource \"secrets\" in API group \"\" in the namespace "
          "\"akash-services\"\n"};
  const Observation seen = cluster.observe();
  CHECK(seen.provider.release_values.look == Look::forbidden);
  CHECK(seen.denied == std::vector<std::string>{"get secrets in akash-services"});
}
