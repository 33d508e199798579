// SPDX-License-Identifier: Apache-2.0
#include "../stages/metallb.hpp"

#include <iplease/cluster/parse.hpp>
#include <iplease/core/version.hpp>
#include <iplease/facts/metallb.hpp>
#include <iplease/kubespray/inventory.hpp>

#include "checks.hpp"

namespace iplease::checks {

namespace {

using stages::k_metallb_newest;
using stages::k_metallb_oldest;

Finding one_metallb(const Observation& seen, const Settings&)
{
  if (seen.metallb.controllers.size() < 2) {
    return ok(seen.metallb.controllers.empty() ? "no MetalLB yet" : "one MetalLB");
  }
  std::string list;
  for (const WorkloadSeen& controller : seen.metallb.controllers) {
    list += (list.empty() ? "" : ", ") + controller.name_space + "/" + controller.name;
  }
  return fail("two MetalLBs would fight over the same Services: " + list,
              "kubectl get deployments -A");
}

Finding right_namespace(const Observation& seen, const Settings&)
{
  std::string elsewhere;
  for (const WorkloadSeen& controller : seen.metallb.controllers) {
    elsewhere += (elsewhere.empty() ? "" : " and ") + controller.name_space;
  }
  // IPL-MLB-002 reports a second one elsewhere.
  if (!elsewhere.empty() && stages::metallb_controller(seen) == nullptr) {
    return fail("MetalLB runs in namespace " + elsewhere +
                "; Akash finds it in metallb-system only");
  }
  return ok("metallb-system");
}

/// Whether the installed MetalLB stays and Akash cannot use its version.
bool wrong_version(const Observation& seen, const Settings& want)
{
  const bool legacy = seen.metallb.legacy && seen.metallb.legacy->in_force;
  return !seen.metallb.controllers.empty() && !legacy && !want.metallb.version.given() &&
         !version_within(seen.metallb.version, k_metallb_oldest, k_metallb_newest);
}

Finding version_in_range(const Observation& seen, const Settings& want)
{
  const bool legacy = seen.metallb.legacy && seen.metallb.legacy->in_force;
  if (legacy && kubespray::keeps_configmap(seen.kubespray)) {
    return ok("MetalLB " + seen.metallb.version + " of Kubespray, which Akash can use");
  }
  if (!seen.metallb.controllers.empty() && !legacy && !want.metallb.version.given()) {
    if (wrong_version(seen, want)) {
      return fail("MetalLB " + seen.metallb.version + " does not work with Akash; " +
                      k_metallb_oldest + " to " + k_metallb_newest + " do",
                  "",
                  facts::how_to_change_version(facts::metallb(seen).value));
    }
    return ok("MetalLB " + seen.metallb.version);
  }
  return ok("MetalLB " + stages::metallb_version(seen, want) + " is planned");
}

Finding plain_metrics_port(const Observation& seen, const Settings& want)
{
  const WorkloadSeen* controller = stages::metallb_controller(seen);
  if (controller == nullptr) {
    return not_applicable("no MetalLB yet");
  }
  if (before_0_13(seen.metallb.version) && !kubespray::keeps_configmap(seen.kubespray)) {
    return not_applicable("MetalLB " + seen.metallb.version + " is replaced");
  }
  if (!before_0_13(seen.metallb.version) && wrong_version(seen, want)) {
    return follows("IPL-MLB-001");
  }
  if (facts::metallb(seen).value.plain_metrics) {
    return ok("the controller's metrics port is 7472");
  }
  return fail("the MetalLB controller does not serve its metrics on port 7472, which Akash reads",
              "deployment " + controller->name);
}

} // namespace

std::vector<Check> metallb_checks()
{
  return {
      {"IPL-MLB-001",
       "MetalLB version",
       "kubectl get deployments -A",
       true,
       true,
       ExitCode::blocked,
       version_in_range},
      {"IPL-MLB-002",
       "one MetalLB",
       "kubectl get deployments -A",
       true,
       true,
       ExitCode::blocked,
       one_metallb},
      {"IPL-MLB-003",
       "MetalLB's namespace",
       "kubectl get deployments -A",
       true,
       true,
       ExitCode::blocked,
       right_namespace},
      {"IPL-MLB-006",
       "metrics port",
       "kubectl get deployments -A",
       true,
       true,
       ExitCode::blocked,
       plain_metrics_port},
  };
}

} // namespace iplease::checks
