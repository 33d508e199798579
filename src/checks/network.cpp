// SPDX-License-Identifier: Apache-2.0
// The cluster's DNS, kube-proxy and what earlier runs still owe.
#include <iplease/core/plan.hpp>
#include <iplease/facts/service_proxy.hpp>

#include "health.hpp"
#include <algorithm>

namespace iplease::checks {

namespace {

// The IP operator finds MetalLB, and the provider finds the IP operator, by SRV records. Each asks
// only once.
Finding dns_answers(const Facts& facts)
{
  if (auto no = unreadable(facts, Extra::cluster_dns)) {
    return *no;
  }
  if (facts.more.dns_endpoints.empty()) {
    return not_applicable("the cluster's DNS goes by another name than kube-dns or coredns");
  }
  if (dns_is_down(facts)) {
    return fail(
        "the cluster's DNS has no ready pod",
        evidence(facts,
                 Extra::cluster_dns,
                 "Service " + facts.more.dns_endpoints.begin()->first + " has 0 ready endpoints"));
  }
  return ok("the cluster's DNS has ready pods");
}

Finding dns_domain(const Facts& facts)
{
  const std::string line = last_line_with(facts.more.corefile, "kubernetes ");
  if (line.empty()) {
    return not_applicable("there is no Corefile to read");
  }
  if (line.find("cluster.local") == std::string::npos) {
    return fail("the cluster's DNS domain is not cluster.local, which Akash has built in",
                evidence(facts, Extra::cluster_dns, line));
  }
  return ok("the cluster's DNS domain is cluster.local");
}

bool owes(const Observation& seen, std::string_view debt)
{
  return std::ranges::any_of(seen.memory.debts, [&](const Debt& one) { return one.id == debt; });
}

StagePlan strict_arp_plan(const Facts& facts)
{
  for (const Stage& stage : registry()) {
    if (stage.id == "strict-arp") {
      return stage.plan(facts.seen, facts.want, {});
    }
  }
  return {};
}

Finding strict_arp(const Facts& facts)
{
  constexpr const char* read = "kubectl -n kube-system get configmap kube-proxy -o yaml";
  const auto proxy = facts::service_proxy(facts.seen);
  if (!proxy.known() && proxy.look == Look::absent && facts.want.strict_arp.value) {
    return with_id("IPL-STR-090",
                   warn("how kube-proxy runs could not be seen: " + proxy.why,
                        "kubectl -n kube-system get daemonsets,configmaps,pods",
                        proxy.look_by_hand));
  }
  const StagePlan plan = strict_arp_plan(facts);
  if (plan.verdict == Verdict::blocked) {
    const Problem& problem = plan.problems.front();
    Finding finding = with_id(problem.id, fail(problem.what, problem.saw, problem.fix));
    if (problem.id == "IPL-STR-003") {
      finding.outcome = Outcome::could_not_look;
    }
    return finding;
  }
  const auto runs = facts::proxy_runs(facts.seen);
  if (plan.verdict == Verdict::needed && runs.value.owes_restart) {
    return with_id("IPL-STR-005", fail(plan.reason, facts::to_text(runs.evidence)));
  }
  if (plan.verdict == Verdict::needed && owes(facts.seen, "restart-kube-proxy")) {
    return with_id("IPL-STR-005",
                   fail("kube-proxy was not restarted since strictARP was set",
                        facts.seen.kube_proxy.restarted_at.empty()
                            ? "the journal of the run that set it"
                            : "last restart " + facts.seen.kube_proxy.restarted_at));
  }
  if (plan.verdict == Verdict::needed) {
    return fail(plan.reason, std::string("$ ") + read);
  }
  if (!runs.known() && facts.want.strict_arp.value) {
    return with_id("IPL-STR-090",
                   warn("whether kube-proxy runs with strictARP could not be seen: " + runs.why,
                        "kubectl -n kube-system get pods",
                        runs.look_by_hand));
  }
  return ok(plan.reason);
}

Finding nothing_owed(const Facts& facts)
{
  std::string list;
  for (const Debt& debt : facts.seen.memory.debts) {
    if (debt.id != "restart-kube-proxy") {
      list += (list.empty() ? "" : "; ") + debt.id + " until " + debt.until;
    }
  }
  return list.empty() ? ok("no earlier run owes anything")
                      : warn("an earlier run still owes: " + list, "iplease runs list");
}

Finding nothing_unfinished(const Facts& facts)
{
  const MemorySeen& memory = facts.seen.memory;
  if (memory.unfinished_run.empty()) {
    return ok("no run is unfinished");
  }
  return warn("run " + memory.unfinished_run + " did not end" +
                  (memory.in_flight_step.empty() ? "" : ", it stopped in " + memory.in_flight_step),
              "iplease runs show " + memory.unfinished_run);
}

} // namespace

std::vector<Check> network_checks()
{
  constexpr const char* dns = "kubectl -n kube-system get configmap/coredns endpoints/kube-dns";
  return {
      after("IPL-CLU-010", "cluster DNS", dns, dns_answers, {Extra::cluster_dns}),
      after("IPL-CLU-011", "DNS domain", dns, dns_domain, {Extra::cluster_dns}),
      with_ids(after("IPL-STR-004",
                     "strict ARP",
                     "kubectl -n kube-system get configmap kube-proxy",
                     strict_arp),
               {"IPL-STR-001", "IPL-STR-002", "IPL-STR-003", "IPL-STR-005", "IPL-STR-090"}),
      after("IPL-RUN-020", "nothing is owed", "the journal", nothing_owed),
      after("IPL-RUN-021", "no run is unfinished", "the journal", nothing_unfinished),
  };
}

} // namespace iplease::checks
