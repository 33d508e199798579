// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/plan.hpp>
#include <iplease/core/version.hpp>
#include <iplease/facts/access.hpp>
#include <iplease/facts/load_balancers.hpp>

#include "../stages/legacy.hpp"
#include "../stages/subjects.hpp"
#include "checks.hpp"
#include <algorithm>

namespace iplease::checks {

namespace {

constexpr const char* k_oldest_kubectl = "1.24.0"; // for patch --patch-file, get --raw
constexpr const char* k_oldest_helm = "3.14.0";    // for --reset-then-reuse-values

Finding kubectl_usable(const Observation& seen, const Settings& want)
{
  if (seen.assumed) {
    return not_applicable("planned without a cluster");
  }
  if (seen.tools.kubectl.empty() && seen.tools.kubectl_error.empty()) {
    // A wrong context or kubeconfig hides its version; IPL-CLU-001 reports that.
    return ok("kubectl runs");
  }
  if (seen.tools.kubectl.empty()) {
    return fail("kubectl is not usable (" + want.tools.kubectl.value.front() + ")",
                seen.tools.kubectl_error);
  }
  if (version_older(seen.tools.kubectl, k_oldest_kubectl)) {
    return with_id("IPL-CLU-007",
                   fail("kubectl " + seen.tools.kubectl + " is too old, " + k_oldest_kubectl +
                        " is the oldest supported"));
  }
  return ok("kubectl " + seen.tools.kubectl);
}

Finding helm_usable(const Observation& seen, const Settings& want)
{
  if (seen.assumed) {
    return not_applicable("planned without a cluster");
  }
  if (seen.tools.helm.empty() && seen.tools.helm_error.empty()) {
    return ok("helm runs"); // its version is read only if it has work to do
  }
  if (seen.tools.helm.empty()) {
    return fail("helm is not usable (" + want.tools.helm.value.front() + ")",
                seen.tools.helm_error);
  }
  if (version_older(seen.tools.helm, k_oldest_helm)) {
    return with_id("IPL-CLU-008",
                   fail("helm " + seen.tools.helm + " is too old, " + k_oldest_helm +
                        " is the oldest supported"));
  }
  return ok("helm " + seen.tools.helm);
}

Finding reachable(const Observation& seen, const Settings&)
{
  if (seen.assumed) {
    return not_applicable("planned without a cluster");
  }
  if (!seen.tools.kubectl_error.empty()) {
    return could_not_look("kubectl is not usable", "IPL-CLU-003");
  }
  if (const auto problem = facts::kubeconfig_problem(seen)) {
    Finding finding = fail(problem->what, problem->saw, problem->fix);
    finding.cause = problem->cause;
    return finding;
  }
  if (seen.tools.server.empty()) {
    return fail("the cluster does not answer" +
                    (seen.context.empty() ? "" : " (context " + seen.context + ")"),
                seen.tools.server_error);
  }
  return ok("API server " + seen.tools.server);
}

Finding expected_cluster(const Observation& seen, const Settings& want)
{
  const std::string& expected = want.cluster.uid.value;
  if (expected.empty()) {
    return not_applicable("no cluster.uid is set");
  }
  if (!seen.cluster_uid.found()) {
    return could_not_look("the cluster's identity could not be read");
  }
  if (seen.cluster_uid.value != expected) {
    return fail("this is another cluster: kube-system has UID " + seen.cluster_uid.value +
                ", expected " + expected);
  }
  return ok("the cluster is " + expected);
}

/// An answer that is cut, empty or foreign proves neither presence nor absence.
Finding answers(const Observation& seen, const Settings&)
{
  if (seen.assumed) {
    return not_applicable("planned without a cluster");
  }
  if (!seen.tools.server_error.empty() || !seen.tools.kubectl_error.empty()) {
    return could_not_look("the cluster was not reached");
  }
  const std::vector<std::string> list = unbelieved(seen);
  if (list.empty()) {
    return ok("every answer is whole");
  }
  std::string all;
  for (const std::string& one : list) {
    all += (all.empty() ? "" : "\n") + one;
  }
  return fail("what is on the cluster could not be read", all);
}

Finding rights(const Observation& seen, const Settings&)
{
  if (seen.denied.empty() && seen.rights_look != Look::seen &&
      seen.rights_look != Look::not_looked) {
    return could_not_look("the rights could not be asked for: " + seen.rights_look.why);
  }
  if (seen.denied.empty()) {
    return ok("the rights that are needed are there");
  }
  std::string list;
  for (const std::string& right : seen.denied) {
    list += (list.empty() ? "" : ", ") + right;
  }
  return fail("missing rights: " + list, "kubectl auth can-i");
}

Finding other_load_balancer(const Observation& seen, const Settings&)
{
  const auto others = facts::other_balancers(seen);
  if (!others.known()) {
    return could_not_look("who else hands out addresses could not be read: " + others.why);
  }
  std::string list;
  for (const facts::OtherBalancer& one : others.value) {
    list += (list.empty() ? "" : ", ") + one.name + " (" + one.where + ")";
  }
  return list.empty() ? ok("no other controller hands out addresses")
                      : fail("another load-balancer controller is active: " + list,
                             facts::to_text(others.evidence));
}

/// A migration from MetalLB 0.12 was interrupted. The new MetalLB has no pools yet and has removed
/// the tenants' addresses from their status; the rest of the migration restores them.
bool migration_interrupted(const Observation& seen)
{
  const auto is_copy = [](const LegacyConfigSeen& one) { return !one.copy_of.empty(); };
  return !stages::pinned_services(seen).empty() ||
         std::ranges::find(seen.memory.debts, stages::k_unpin_debt, &Debt::id) !=
             seen.memory.debts.end() ||
         std::ranges::any_of(seen.metallb.legacy_found, is_copy);
}

Finding waiting_services(const Observation& seen, const Settings&)
{
  if (migration_interrupted(seen)) {
    return ok("an interrupted migration gives the Services their addresses back");
  }
  std::string list;
  for (const ServiceSeen& service : seen.load_balancers) {
    const bool ours =
        service.labels.contains("akash.network") || service.name.starts_with("iplease-verify");
    if (service.addresses.empty() && service.lb_class.empty() && !ours) {
      list += (list.empty() ? "" : ", ") + service.name_space + "/" + service.name;
    }
  }
  if (list.empty()) {
    return ok("no other LoadBalancer Service waits for an address");
  }
  return fail("LoadBalancer Services without an address would take some from the pool: " + list,
              "kubectl get services -A (type LoadBalancer)");
}

Finding nothing_in_doubt(const Observation& seen, const Settings&)
{
  const MemorySeen& memory = seen.memory;
  if (!in_flight_in_doubt(seen)) {
    return ok("no step of an earlier run is in doubt");
  }
  return fail("step " + memory.in_flight_step + " of run " + memory.unfinished_run + " is in doubt",
              memory.in_flight_subject +
                  " is now: " + subject_state(seen, memory.in_flight_subject) +
                  "\nbefore the step: " + memory.in_flight_before +
                  "\nafter it: " + memory.in_flight_expect);
}

} // namespace

std::vector<Check> cluster_checks()
{
  return {
      {"IPL-CLU-003",
       "kubectl",
       "kubectl version",
       true,
       true,
       ExitCode::unreachable,
       kubectl_usable},
      {"IPL-CLU-004", "helm", "helm version", true, true, ExitCode::unreachable, helm_usable},
      {"IPL-CLU-001",
       "the cluster answers",
       "kubectl version",
       true,
       true,
       ExitCode::unreachable,
       reachable},
      {"IPL-CLU-005",
       "the right cluster",
       "kubectl get namespace kube-system",
       true,
       true,
       ExitCode::other_cluster,
       expected_cluster},
      {"IPL-CLU-080",
       "the answers are whole",
       "kubectl get, helm list",
       true,
       true,
       ExitCode::blocked,
       answers},
      {"IPL-CLU-002", "rights", "kubectl auth can-i", true, true, ExitCode::blocked, rights},
      {"IPL-RUN-004",
       "no step is in doubt",
       "the journal",
       true,
       true,
       ExitCode::in_doubt,
       nothing_in_doubt},
      nodes_check(),
      {"IPL-LBC-001",
       "one load-balancer controller",
       "kubectl get daemonsets,services -A",
       true,
       true,
       ExitCode::blocked,
       other_load_balancer},
      {"IPL-LBC-002",
       "no Service takes pool addresses",
       "kubectl get services -A",
       true,
       false,
       ExitCode::blocked,
       waiting_services},
  };
}

} // namespace iplease::checks
