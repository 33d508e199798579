// SPDX-License-Identifier: Apache-2.0
// The running IP operator.
#include <iplease/cluster/parse.hpp>
#include <iplease/core/bech32.hpp>

#include "../stages/legacy.hpp"
#include "../stages/pool.hpp"
#include "health.hpp"

namespace iplease::checks {

namespace {

std::string usage_command(const Observation& seen)
{
  const std::string& service = seen.ip_operator.service;
  return "$ kubectl get --raw /api/v1/namespaces/akash-services/services/" +
         (service.empty() ? "operator-ip:rest" : service) + "/proxy/usage";
}

std::string workload(const Observation& seen)
{
  return "deployment/" + seen.ip_operator.deployment.value.name;
}

std::string restart_words(const Observation& seen)
{
  return "kubectl -n akash-services rollout restart " + workload(seen);
}

/// A rollback to the deployed revision restores what was deleted by hand.
std::string again_words(const Observation& seen)
{
  const Seen<ReleaseSeen>& release = seen.ip_operator.release;
  return release.found() ? "helm -n akash-services rollback " + release.value.name + " " +
                               std::to_string(release.value.revision)
                         : "iplease enable";
}

Finding installed(const Facts& facts)
{
  const Seen<WorkloadSeen>& deployment = facts.seen.ip_operator.deployment;
  if (!deployment.found()) {
    return deployment.absent()
               ? fail("the IP operator is not installed",
                      "$ kubectl -n akash-services get deployment operator-ip",
                      again_words(facts.seen))
               : could_not_look("the IP operator could not be looked at: " + deployment.why);
  }
  const Seen<ReleaseSeen>& release = facts.seen.ip_operator.release;
  if (release.found() && release.value.status != "deployed") {
    return with_id("IPL-IPO-011",
                   fail("release " + release.value.name + " is " + release.value.status,
                        "$ helm -n akash-services list -a"));
  }
  return ok("deployment " + deployment.value.name);
}

Finding operator_pod_well(const Facts& facts)
{
  const Seen<WorkloadSeen>& deployment = facts.seen.ip_operator.deployment;
  if (!deployment.found()) {
    return follows("IPL-IPO-010");
  }
  if (deployment.value.ready > 0) {
    return ok("the IP operator's pod is ready");
  }
  const std::string& log = facts.more.read(Extra::operator_log).answer.value;
  const std::string address = last_line_with(log, "must valid bech32");
  if (!address.empty()) {
    return with_id("IPL-IPO-013",
                   fail("the IP operator ends at once: its provider address is empty or wrong",
                        evidence(facts, Extra::operator_log, address)));
  }
  if (!facts.seen.namespaces.contains("lease")) {
    return follows("IPL-PRV-003");
  }
  if (deployment.value.wanted == 0) {
    return fail("the IP operator is scaled to 0",
                "$ kubectl -n akash-services get " + workload(facts.seen),
                "kubectl -n akash-services scale " + workload(facts.seen) + " --replicas=1");
  }
  const std::string error = last_line_with(log, "Error: ");
  return fail("the IP operator's pod is not ready",
              evidence(facts,
                       Extra::akash_objects,
                       waiting_pods(facts.more.akash_pods, deployment.value.selector) +
                           (error.empty() ? "" : "\n" + error)),
              "kubectl -n akash-services logs " + workload(facts.seen) + " --timestamps --tail=-1");
}

Finding right_address(const Facts& facts)
{
  const IpOperatorSeen& ip = facts.seen.ip_operator;
  const std::string& wanted = facts.want.provider.address.value;
  if (!ip.deployment.found()) {
    return follows("IPL-IPO-010");
  }
  if (!ip.provider_address.found()) {
    return could_not_look("the address that the IP operator is given could not be read");
  }
  constexpr const char* read = "$ kubectl -n akash-services get configmap operator-ip -o "
                               "jsonpath='{.data.provider-address}'";
  if (const auto why = why_not_akash_address(ip.provider_address.value)) {
    return ip.deployment.value.ready == 0
               ? follows("IPL-IPO-013")
               : with_id("IPL-IPO-013",
                         fail("the IP operator's provider address cannot be right: " + *why +
                                  "; its next start will fail",
                              std::string(read) + "\n" + ip.provider_address.value));
  }
  if (!why_not_akash_address(wanted) && ip.provider_address.value != wanted) {
    return fail("the IP operator watches leases of " + ip.provider_address.value +
                    ", the provider is " + wanted,
                std::string(read) + "\n" + facts.want.provider.address.where + ": " + wanted);
  }
  const ExtraRead& running = facts.more.read(Extra::operator_address);
  if (running.answer.found() && running.answer.value != ip.provider_address.value) {
    return with_id("IPL-IPO-020",
                   fail("the running IP operator still has the address it started with",
                        evidence(facts, Extra::operator_address, running.answer.value),
                        restart_words(facts.seen)));
  }
  return ok("the IP operator watches leases of " + ip.provider_address.value);
}

/// The finding of another check that explains the locked barrier.
std::string barrier_cause(const Facts& facts)
{
  if (dns_is_down(facts)) {
    return "IPL-CLU-010";
  }
  return metrics_fault(facts);
}

/// The leased-address objects that stop the IP operator: "namespace/name: why", one per line.
std::string broken_leases(const Facts& facts)
{
  std::string text;
  for (const LeasedIpFact& lease : facts.more.leased_ips) {
    auto why = why_not_akash_address(lease.owner);
    const bool owner = why.has_value();
    why = owner ? why : why_not_akash_address(lease.provider);
    if (why) {
      text += (text.empty() ? "" : "\n") + lease.name_space + "/" + lease.name + ": its " +
              (owner ? "owner `" + lease.owner : "provider `" + lease.provider) + "`: " + *why;
    }
  }
  return text;
}

Finding locked(const Facts& facts)
{
  const std::string& log = facts.more.read(Extra::operator_log).answer.value;
  const std::string lookup = last_line_with(log, "dns discovery failed");
  const bool found_since =
      log.rfind("dns discovery success") != std::string::npos &&
      (lookup.empty() || log.rfind("dns discovery success") > log.rfind("dns discovery failed"));
  if (!lookup.empty() && !found_since) {
    return with_id(
        "IPL-IPO-014",
        fail("the IP operator looked for MetalLB once, did not find it, and hangs for ever",
             evidence(facts, Extra::operator_log, lookup),
             restart_words(facts.seen)));
  }
  const std::string stopped = last_line_with(log, "observation stopped");
  if (const std::string broken = broken_leases(facts); !broken.empty()) {
    const std::string first = broken.substr(0, broken.find(':'));
    const std::size_t slash = first.find('/');
    return with_id(
        "IPL-IPO-065",
        fail("a leased-address object that cannot be decoded locks the IP operator's barrier",
             evidence(facts, Extra::leased_ips, broken) + (stopped.empty() ? "" : "\n" + stopped),
             "kubectl -n " + first.substr(0, slash) + " delete providerleasedips.akash.network " +
                 first.substr(slash + 1)));
  }
  return fail("the IP operator's barrier is locked",
              evidence(facts, Extra::operator_log, stopped) + "\n" + usage_command(facts.seen) +
                  "\n503 with an empty body",
              restart_words(facts.seen));
}

Finding answers(const Facts& facts)
{
  const IpOperatorSeen& ip = facts.seen.ip_operator;
  if (!ip.deployment.found() || ip.deployment.value.ready == 0) {
    return follows(operator_fault(facts));
  }
  if (ip.service.empty()) {
    return with_id("IPL-IPO-021",
                   fail("the Service of the IP operator is missing: the provider cannot find it",
                        "$ kubectl -n akash-services get service operator-ip",
                        again_words(facts.seen)));
  }
  if (operator_answers(facts.seen)) {
    return ok("the IP operator answers on /usage");
  }
  if (ip.usage_text.look == Look::forbidden) {
    return could_not_look("the IP operator may not be asked: " + ip.usage_text.why);
  }
  if (ip.barrier) {
    const std::string cause = barrier_cause(facts);
    return cause.empty() ? locked(facts) : follows(cause);
  }
  if (!ip.usage_text.value.empty()) { // an answer, but not an IP operator's
    constexpr std::size_t enough = 120;
    return with_id("IPL-IPO-066",
                   fail("what answers in the IP operator's place is no IP operator",
                        usage_command(facts.seen) + "\n" + ip.usage_text.value.substr(0, enough)));
  }
  return with_id("IPL-IPO-016",
                 fail("the IP operator does not answer",
                      usage_command(facts.seen) + "\n" + ip.usage_text.why,
                      restart_words(facts.seen)));
}

Finding ignored(const Facts& facts)
{
  if (!operator_answers(facts.seen)) {
    return follows(operator_fault(facts));
  }
  const Seen<std::string>& answer = facts.more.read(Extra::ignored_leases).answer;
  const auto leases = parse_ignored_leases(answer.value);
  if (!answer.found() || !leases) {
    return could_not_look("the leases that the IP operator ignores could not be read: " +
                          (answer.found() ? "/ignored-leases answered no list" : answer.why));
  }
  if (leases->empty()) {
    return ok("the IP operator ignores no lease");
  }
  std::string lines;
  for (const IgnoredLeaseSeen& lease : *leases) {
    lines += (lines.empty() ? "" : "\n") + to_text(lease);
  }
  return warn("the IP operator gave up on " + std::to_string(leases->size()) +
                  (leases->size() == 1 ? " lease: its tenant has no address"
                                       : " leases: their tenants have no address"),
              evidence(facts, Extra::ignored_leases, lines),
              "correct what the last error names, then let it try again: " +
                  restart_words(facts.seen));
}

Finding counts_pool(const Facts& facts)
{
  const IpOperatorSeen& ip = facts.seen.ip_operator;
  if (!operator_answers(facts.seen)) {
    return follows(operator_fault(facts));
  }
  const std::optional<PoolSeen> pool = stages::pool_in_force(facts.seen);
  if (!pool) {
    return follows("IPL-POOL-040");
  }
  const std::int64_t counted = ip.available.value_or(0); // operator_answers: it has a value
  const auto wanted =
      static_cast<std::int64_t>(count(stages::parsed(pool->addresses), pool->avoid_buggy_ips));
  if (counted != wanted) {
    return fail("the IP operator counts " + std::to_string(counted) +
                    " addresses, pool default has " + std::to_string(wanted) +
                    ": it looks every 10 minutes only",
                usage_command(facts.seen) + "\n" + ip.usage_text.value);
  }
  return ok("the IP operator counts " + std::to_string(wanted) + " addresses");
}

Finding same_version(const Facts& facts)
{
  const Seen<WorkloadSeen>& provider = facts.seen.provider.stateful_set;
  const Seen<WorkloadSeen>& operators = facts.seen.ip_operator.deployment;
  if (!provider.found() || !operators.found() || provider.value.images.empty() ||
      operators.value.images.empty()) {
    return not_applicable("one of the two is not there");
  }
  const std::string theirs = image_version(provider.value.images.front());
  const std::string ours = image_version(operators.value.images.front());
  if (theirs.empty() || ours.empty() || theirs == ours) {
    return ok("provider and IP operator are of version " + theirs);
  }
  return warn("the IP operator is of version " + ours + ", the provider of " + theirs,
              "$ kubectl -n akash-services get statefulset,deployment -o wide");
}

} // namespace

std::vector<Check> operator_pod_checks()
{
  constexpr const char* usage =
      "kubectl get --raw /api/v1/namespaces/akash-services/services/operator-ip:rest/proxy/usage";
  constexpr const char* deployment = "kubectl -n akash-services get deployment operator-ip";
  return {
      with_ids(after("IPL-IPO-010", "IP operator installed", deployment, installed),
               {"IPL-IPO-011"}),
      with_ids(after("IPL-IPO-012",
                     "IP operator's pod",
                     "kubectl -n akash-services get pods,events",
                     operator_pod_well,
                     {Extra::akash_objects, Extra::operator_log}),
               {"IPL-IPO-013"}),
      with_ids(after("IPL-IPO-019",
                     "IP operator's address",
                     "kubectl -n akash-services get configmap operator-ip",
                     right_address,
                     {Extra::operator_address}),
               {"IPL-IPO-020", "IPL-IPO-013"}),
      with_ids(after("IPL-IPO-015",
                     "IP operator answers",
                     usage,
                     answers,
                     {Extra::operator_log, Extra::cluster_dns, Extra::metrics, Extra::leased_ips}),
               {"IPL-IPO-014", "IPL-IPO-016", "IPL-IPO-021", "IPL-IPO-065", "IPL-IPO-066"}),
      after("IPL-IPO-003", "IP operator counts the pool", usage, counts_pool),
      after("IPL-IPO-085",
            "ignored leases",
            "kubectl get --raw "
            "/api/v1/namespaces/akash-services/services/operator-ip:rest/proxy/ignored-leases",
            ignored,
            {Extra::ignored_leases}),
      after("IPL-IPO-018",
            "same version",
            "kubectl -n akash-services get statefulset,deployment",
            same_version),
  };
}

} // namespace iplease::checks
