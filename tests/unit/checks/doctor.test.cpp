// SPDX-License-Identifier: Apache-2.0
#include <iplease/checks/check.hpp>
#include <iplease/core/catalogue.hpp>

#include <catch2/catch.hpp>

#include "with_metallb.hpp"
#include <algorithm>
#include <set>

using namespace iplease;
using iplease::test::with_metallb;

namespace {

std::vector<Finding> look(const Observation& seen, const Diagnosis& more, const std::string& id)
{
  return run_doctor({seen, {}, more}, {.only = {id}});
}

} // namespace

TEST_CASE("every id that a check may report has its page, and titles are unique", "[checks]")
{
  for (const std::string& id : check_ids()) {
    CAPTURE(id);
    CHECK(find_entry(id) != nullptr);
  }
  std::set<std::string_view> titles;
  for (const Check& check : all_checks()) {
    CAPTURE(check.title);
    CHECK(titles.insert(check.title).second);
    CHECK((check.run != nullptr || check.diagnose != nullptr));
    CHECK(check.reads.size() > 3);
  }
}

TEST_CASE("a check asks for the reads that it names, and --only for no others", "[checks]")
{
  CHECK(extras_of({.before = true}) == std::set<Extra>{Extra::announcers});
  CHECK(extras_of({.only = {"IPL-CLU-010"}}) == std::set<Extra>{Extra::cluster_dns});
  CHECK(extras_of({.after = true}).contains(Extra::provider_status));
}

TEST_CASE("what may not be read is said so, and is no fault", "[checks]")
{
  Diagnosis more;
  more.reads[Extra::metrics] = {"kubectl get --raw /metrics", {Look::forbidden, "", "Forbidden"}};
  const std::vector<Finding> found = look(with_metallb(), more, "IPL-MLB-005");
  REQUIRE(found.size() == 1);
  CHECK(found.front().outcome == Outcome::could_not_look);
  CHECK(found.front().saw == "$ kubectl get --raw /metrics\nForbidden");
}

TEST_CASE("the consequence of a fault is not told as a second fault", "[checks]")
{
  Observation seen = with_metallb();
  seen.metallb.expose = {.look = Look::absent};
  const Diagnosis more;
  CHECK(look(seen, more, "IPL-MLB-023").front().outcome == Outcome::fail);
  for (const char* id : {"IPL-MLB-005", "IPL-MLB-026"}) {
    const Finding finding = look(seen, more, id).front();
    CHECK(finding.outcome == Outcome::not_applicable);
    CHECK(finding.what == "follows from IPL-MLB-023: cure that first, then look again");
    CHECK(finding.follows == "IPL-MLB-023");
  }
}

TEST_CASE("a fault whose risk is accepted warns, and says so to the cures", "[checks]")
{
  Observation seen = with_metallb();
  seen.metallb.version = "0.16.2";
  CHECK_FALSE(look(seen, {}, "IPL-MLB-001").front().accepted);
  Settings want;
  want.accept_risk.value = {"IPL-MLB-001"};
  const Finding finding = run_doctor({seen, want, {}}, {.only = {"IPL-MLB-001"}}).front();
  CHECK(finding.outcome == Outcome::warn);
  CHECK(finding.accepted);
}

TEST_CASE("a MetalLB that cannot be used is told once, not by its port and pools too", "[checks]")
{
  Observation seen = with_metallb();
  seen.metallb.version = "0.16.2";
  seen.metallb.controllers.front().ports = {{"metricshttps", 9120}};
  CHECK(look(seen, {}, "IPL-MLB-001").front().outcome == Outcome::fail);
  CHECK(look(seen, {}, "IPL-MLB-006").front().what.starts_with("follows from IPL-MLB-001"));
  seen.metallb.version = "0.14.8";
  CHECK(look(seen, {}, "IPL-MLB-006").front().outcome == Outcome::fail);

  seen.metallb.controllers.front().name_space = "lb-system";
  seen.metallb.pools = {.look = Look::seen};
  CHECK(look(seen, {}, "IPL-MLB-003").front().outcome == Outcome::fail);
  CHECK(look(seen, {}, "IPL-POOL-040").front().what.starts_with("follows from IPL-MLB-003"));

  // Two controllers, neither where Akash looks. Both findings are reported: each has its own cure.
  seen.metallb.controllers.push_back(seen.metallb.controllers.front());
  seen.metallb.controllers.back().name_space = "other";
  CHECK(look(seen, {}, "IPL-MLB-002").front().outcome == Outcome::fail);
  CHECK(look(seen, {}, "IPL-MLB-003").front().what.find("lb-system and other") !=
        std::string::npos);
  seen.metallb.controllers.back().name_space = "metallb-system";
  CHECK(look(seen, {}, "IPL-MLB-003").front().outcome == Outcome::ok);
}

TEST_CASE("pod security by the cluster's default is told apart from the namespace's label",
          "[checks]")
{
  Observation seen = with_metallb();
  seen.metallb.speakers = {{.kind = "DaemonSet", .name = "metallb-speaker", .wanted = 1}};
  Diagnosis more;
  more.events = {{.kind = "DaemonSet",
                  .name_space = "metallb-system",
                  .name = "metallb-speaker",
                  .reason = "FailedCreate",
                  .message = "pods \"x\" is forbidden: violates PodSecurity \"baseline:latest\""}};
  const auto level = [&](const char* word) {
    seen.namespaces["metallb-system"] = {{"pod-security.kubernetes.io/enforce", word}};
    return look(seen, more, "IPL-MLB-021").front();
  };
  CHECK(level("restricted").what.starts_with("follows from IPL-MLB-022"));
  CHECK(level("").id == "IPL-CLU-052");
  // The namespace was labelled after the event.
  CHECK(level("privileged").id == "IPL-MLB-021");
}

TEST_CASE("an address that no node announces is found where a pod stands behind it", "[checks]")
{
  Observation seen = with_metallb();
  seen.metallb.speakers = {
      {.kind = "DaemonSet", .name = "metallb-speaker", .wanted = 1, .ready = 1}};
  seen.metallb.pools = {
      .look = Look::seen,
      .value = {
          {.name = "default", .name_space = "metallb-system", .addresses = {"192.0.2.0/28"}}}};
  seen.metallb.advertisements = {
      .look = Look::seen, .value = {{.name = "l2advertisement1", .name_space = "metallb-system"}}};
  seen.load_balancers = {{.name_space = "a", .name = "told", .addresses = {"192.0.2.1"}},
                         {.name_space = "a", .name = "waits"},
                         {.name_space = "a", .name = "elsewhere", .addresses = {"198.51.100.1"}}};
  Diagnosis more;
  const auto now = [&] { return look(seen, more, "IPL-POOL-048").front(); };
  CHECK(now().outcome == Outcome::not_applicable); // nothing was read

  more.reads[Extra::announcers].answer.look = Look::seen;
  more.announcers = {{"a/told", {"node1"}}};
  CHECK(now().outcome == Outcome::ok); // skips a Service without an address and one of another pool

  seen.load_balancers.push_back({.name_space = "b", .name = "silent", .addresses = {"192.0.2.2"}});
  CHECK(now().outcome == Outcome::could_not_look);
  more.reads[Extra::silent_endpoints].answer.look = Look::seen;
  CHECK(now().outcome == Outcome::ok); // the provider is not to blame for a tenant's crashing pod
  CHECK(now().what.find("b/silent") != std::string::npos);
  more.silent_endpoints = {{"b/silent", 0}};
  CHECK(now().outcome == Outcome::ok);
  CHECK(now().remark); // shown even where passed checks are only counted
  more.silent_endpoints = {{"b/silent", 1}};
  CHECK(now().outcome == Outcome::fail);

  SECTION("what MetalLB says itself is told by IPL-POOL-047")
  {
    more.service_events = {
        {.name_space = "b", .name = "silent", .uid = "old", .reason = "announceFailed"}};
    more.reads[Extra::service_events].answer.look = Look::seen;
    CHECK(now().outcome == Outcome::ok);
    CHECK(look(seen, more, "IPL-POOL-047").front().outcome == Outcome::fail);
    // An event outlives its Service. This one belongs to an earlier Service of the same name.
    seen.load_balancers.back().uid = "new";
    CHECK(now().outcome == Outcome::fail);
    CHECK(look(seen, more, "IPL-POOL-047").front().outcome == Outcome::ok);
  }
  SECTION("a node without a ready speaker does not hide it")
  {
    seen.metallb.speakers.front().wanted = 2;
    CHECK(now().outcome == Outcome::fail);
  }
  SECTION("what silences the whole pool is told by its own id")
  {
    seen.metallb.speakers.front().ready = 0;
    CHECK(now().what.starts_with("follows from IPL-MLB-021"));
    seen.metallb.speakers.clear();
    CHECK(now().what.starts_with("follows from IPL-MLB-015"));
  }
  SECTION("every node excluded")
  {
    seen.nodes = {{.name = "node1", .exclude_from_lb = true}};
    CHECK(now().what.starts_with("follows from IPL-MLB-016"));
  }
  SECTION("not advertised")
  {
    seen.metallb.advertisements.value.clear();
    CHECK(now().what.starts_with("follows from IPL-POOL-043"));
  }
  SECTION("before 0.14.8 MetalLB does not tell of every one")
  {
    seen.metallb.version = "0.14.7";
    CHECK(now().outcome == Outcome::not_applicable);
  }
}

TEST_CASE("speakers of two nodes that do not meet are seen in their log", "[checks]")
{
  Observation seen = with_metallb();
  seen.metallb.speakers.push_back({.kind = "DaemonSet", .name = "metallb-speaker", .wanted = 2});
  seen.nodes = {{.name = "node1"}, {.name = "node2"}};
  Diagnosis more;
  more.reads[Extra::speaker_log] = {"kubectl logs",
                                    {Look::seen, "start\nop=x msg=\"partial join\"\nend"}};
  CHECK(look(seen, more, "IPL-MLB-029").front().outcome == Outcome::warn);
  more.reads[Extra::speaker_log].answer.value = "start\nend";
  CHECK(look(seen, more, "IPL-MLB-029").front().outcome == Outcome::ok);
  seen.nodes.pop_back();
  CHECK(look(seen, more, "IPL-MLB-029").front().outcome == Outcome::not_applicable);
}

TEST_CASE("only 0.14.9 leaves cordoned nodes out", "[checks]")
{
  Observation seen = with_metallb();
  seen.nodes = {{.name = "node1", .unschedulable = true}};
  CHECK(look(seen, {}, "IPL-MLB-028").front().outcome == Outcome::not_applicable);
  seen.metallb.version = "0.14.9";
  CHECK(look(seen, {}, "IPL-MLB-028").front().outcome == Outcome::warn);
}

TEST_CASE("an unreachable cluster fails that one check and the others could not look", "[checks]")
{
  const Observation nothing;
  for (const Finding& finding : run_doctor({nothing, {}, {}}, {.before = true, .after = true})) {
    CAPTURE(finding.id);
    const bool tool =
        finding.id == "IPL-CLU-001" || finding.id == "IPL-CLU-003" || finding.id == "IPL-CLU-004";
    if (!tool) {
      CHECK(finding.outcome == Outcome::could_not_look);
      CHECK(finding.follows == "IPL-CLU-001");
    }
  }
  Observation no_kubectl;
  no_kubectl.tools.kubectl_error = "not found on PATH";
  CHECK(look(no_kubectl, {}, "IPL-CLU-001").front().follows == "IPL-CLU-003");
  CHECK(look(no_kubectl, {}, "IPL-CLU-010").front().follows == "IPL-CLU-003");
}

TEST_CASE("who could not look names the finding that tells why", "[checks]")
{
  Observation seen = with_metallb();
  seen.nodes_look = Looked(Look::failed, "cut");
  const auto why = [&](const char* id) {
    const Finding finding = look(seen, {}, id).front();
    CHECK(finding.outcome == Outcome::could_not_look);
    return finding.follows;
  };
  CHECK(why("IPL-CLU-006") == "IPL-CLU-080");
  CHECK(look(seen, {}, "IPL-CLU-080").front().outcome == Outcome::fail);
  seen.nodes_look.look = Look::forbidden;
  seen.denied = {"list nodes"};
  CHECK(why("IPL-CLU-006") == "IPL-CLU-002");
  CHECK(look(seen, {}, "IPL-CLU-002").front().outcome == Outcome::fail);
  seen.tools.helm_error = "not found on PATH";
  seen.releases_look = Looked(Look::failed, "no helm");
  CHECK(why("IPL-PRV-001") == "IPL-CLU-004");
  CHECK(look(seen, {}, "IPL-CLU-004").front().outcome == Outcome::fail);
}

TEST_CASE("a kubeconfig that is not there is no firewall", "[checks]")
{
  Observation seen;
  seen.tools = {.server_error = "error: stat /gone: no such file or directory",
                .kubeconfig_error = "/gone: no such file"};
  const Finding finding = look(seen, {}, "IPL-CLU-001").front();
  CHECK(finding.outcome == Outcome::fail);
  CHECK(finding.what == "no usable kubeconfig: /gone: no such file");
  CHECK(finding.cause.find("firewall") == std::string::npos);
  CHECK(finding.cause.find("none was asked") != std::string::npos);
  CHECK(finding.fix.find("--kubeconfig FILE") != std::string::npos);
}

TEST_CASE("a provider that is scaled to 0 is maintenance, not a pod that fails", "[checks]")
{
  Observation seen = with_metallb();
  seen.provider.stateful_set = {.look = Look::seen, .value = {.name = "p", .wanted = 0}};
  const Finding found = look(seen, {}, "IPL-PRV-020").front();
  CHECK(found.id == "IPL-PRV-085");
  CHECK(found.outcome == Outcome::fail);
  CHECK(found.fix.find("scale statefulset/p --replicas=1") != std::string::npos);
  CHECK(look(seen, {}, "IPL-PRV-012").front().what.find("IPL-PRV-085") != std::string::npos);
}

TEST_CASE("leases that the IP operator ignores are told with owner and last error", "[checks]")
{
  Observation seen = with_metallb();
  seen.ip_operator.available = 21;
  seen.ip_operator.usage_text.look = Look::seen;
  Diagnosis more;
  const auto answered = [&](Look look, const std::string& body) {
    more.reads[Extra::ignored_leases] = {"kubectl get --raw .../ignored-leases",
                                         {look, body, "why"}};
    return run_doctor({seen, {}, more}, {.only = {"IPL-IPO-085"}}).front();
  };
  CHECK(answered(Look::seen, "").outcome == Outcome::ok); // HTTP 204
  const Finding one = answered(Look::seen,
                               R"({"akash1own/42/1/1/akash1prov":{"hostnames":null,"last-error":)"
                               R"("no such service","failure-count":3}})");
  CHECK(one.outcome == Outcome::warn);
  CHECK(one.saw.find("owner akash1own: failed 3 times, last with: no such service") !=
        std::string::npos);
  CHECK(answered(Look::seen, "<html>").outcome == Outcome::could_not_look);
  CHECK(answered(Look::forbidden, "").outcome == Outcome::could_not_look);
}

TEST_CASE("a broken values file is a warning, and the address is that of the release", "[checks]")
{
  Observation seen = with_metallb();
  seen.provider.release = {.look = Look::seen};
  seen.provider.release_values = {.look = Look::seen, .value = Secret("from: x\n")};
  seen.provider.files = {
      {.path = "/p.yaml", .exists = true, .text = Secret("a: 1\nnode: x\nnode: y\n")}};
  const Finding file = look(seen, {}, "IPL-VAL-001").front();
  CHECK(file.id == "IPL-VAL-003");
  CHECK(file.outcome == Outcome::warn);
  CHECK(file.saw == "/p.yaml:3:1");
  seen.provider.release_values = {.look = Look::forbidden};
  CHECK(look(seen, {}, "IPL-PRV-008").front().outcome == Outcome::could_not_look);
}
