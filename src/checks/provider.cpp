// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/fill.hpp>
#include <iplease/core/bech32.hpp>
#include <iplease/core/names.hpp>
#include <iplease/stages/values.hpp>

#include "../stages/release.hpp"
#include "checks.hpp"
#include <algorithm>

namespace iplease::checks {

namespace {

Finding helm_release(const Observation& seen, const Settings& want)
{
  if (seen.provider.release.found()) {
    return ok("release " + want.provider.release.value + " " + seen.provider.release.value.chart);
  }
  return fail("there is no Helm release " + want.provider.release.value + " in " + k_akash_ns);
}

/// No other helm may be at work on the releases that enable writes.
Finding releases_free(const Observation& seen, const Settings&)
{
  for (const ReleaseSeen& release : undeployed(seen)) {
    if (const auto held = stages::held_by_others(seen, release)) {
      return fail(held->what, held->saw);
    }
  }
  return ok("nobody else's helm is at work");
}

/// What a failed revision changed nevertheless, as far as it was seen.
std::string damage_of(const ProviderSeen& provider)
{
  std::string damage;
  const Seen<std::vector<std::string>>& keys = provider.empty_keys;
  if (!keys.found()) {
    damage = keys.absent()
                 ? "the wallet's Secret is gone"
                 : "whether it has emptied the wallet's Secret could not be seen: " + keys.why;
  }
  for (const std::string& key : provider.empty_keys.value) {
    damage += (damage.empty() ? "it has emptied the wallet's Secret: " : ", ") + key;
  }
  const Seen<std::string>& config = provider.config_ip_operator;
  const Seen<std::string>& running = provider.env_ip_operator;
  if (config.found() && running.found() && config.value != running.value) {
    damage += std::string(damage.empty() ? "" : "; ") + "AKASH_IP_OPERATOR is " + config.value +
              " in the ConfigMap, " + running.value + " in the pod";
  }
  return damage;
}

/// The whole command that works: `helm rollback` is refused if a chart makes an object only
/// conditionally, and an upgrade without the values file empties the wallet's Secret.
std::string cure_of_failed(const Observation& seen, const Settings& want)
{
  const std::string command = seen.ip_operator.deployment.found()
                                  ? "iplease doctor --fix"
                                  : "iplease enable --accept-risk IPL-PRV-002";
  const ValuesDecision values = decide_values(seen, want);
  if (!values.problems.empty()) {
    return "settle the values first (" + values.problems.front().id + "), then: " + command;
  }
  const std::string upgrade = shell_line(provider_upgrade(seen, want, values.path).argv);
  const std::string file = values.file_exists
                               ? ""
                               : "(umask 077; helm get values " + want.provider.release.value +
                                     " -n " + k_akash_ns + " --revision " +
                                     std::to_string(seen.provider.values_revision) + " -o yaml >" +
                                     shell_quote(values.path) + ") && ";
  return command + ", or by hand: " + file + upgrade;
}

Finding release_deployed(const Observation& seen, const Settings& want)
{
  if (!seen.provider.release.found()) {
    return not_applicable("no release");
  }
  const ReleaseSeen& release = seen.provider.release.value;
  const std::string state = "release " + release.name + " is " + release.status + " (revision " +
                            std::to_string(release.revision) + ")";
  if (release.status == "deployed") {
    return ok(state);
  }
  if (stages::held_by_others(seen, release)) {
    return follows("IPL-HELM-002");
  }
  const std::string damage = damage_of(seen.provider);
  const std::string saw = damage.empty() ? "helm list -A -a" : damage;
  return stages::left_by_us(seen, release)
             ? warn(state + ", left so by a run of ours that was interrupted or failed",
                    saw,
                    "run the same command again, or iplease resume")
             : fail(state + "; nothing is changed on top of that", saw, cure_of_failed(seen, want));
}

Finding lease_namespace(const Observation& seen, const Settings&)
{
  if (seen.namespaces.contains("lease")) {
    return ok("namespace lease exists");
  }
  return fail("namespace lease is missing; the IP operator exits without it",
              "kubectl get namespace lease",
              "kubectl create namespace lease");
}

Finding leased_ip_crd(const Observation& seen, const Settings&)
{
  if (seen.crds.contains("providerleasedips.akash.network")) {
    return ok("the CRD providerleasedips.akash.network is served");
  }
  return fail("the CRD providerleasedips.akash.network is missing");
}

Finding upgrade_accepted(const Observation& seen, const Settings& want)
{
  if (!seen.provider.release.found()) {
    return not_applicable("no release");
  }
  if (auto blind = not_read(seen, Fact::release_values)) {
    return *std::move(blind);
  }
  const ValuesDecision values = decide_values(seen, want);
  if (values.problems.empty()) {
    if (const auto refused = upgrade_refusal(seen, want, values)) {
      return with_id(refused->id, fail(refused->what, refused->saw));
    }
  }
  if (!seen.upgrade_trial.found() && seen.upgrade_trial.look != Look::not_looked) {
    return could_not_look("the upgrade could not be tried: " + seen.upgrade_trial.why);
  }
  return ok("the upgrade renders and the API server would take it");
}

Finding wallet_address(const Observation& seen, const Settings& want)
{
  if (!seen.provider.release.found()) {
    return not_applicable("no release");
  }
  const std::string& address = want.provider.address.value;
  if (address.empty() && !known_values(seen, want).known) {
    return could_not_look("the provider's address is not known: its values cannot be read");
  }
  if (address.empty()) {
    return fail("the provider's address is not known: `from` of the values is no address",
                want.provider.address.where,
                "give it: --provider-address akash1...");
  }
  if (const auto why = why_not_akash_address(address)) {
    return fail("the provider's address " + address + " cannot be right: " + *why,
                want.provider.address.where);
  }
  const std::string& status = seen.provider.status_address;
  if (!status.empty() && status != address) {
    return fail("the provider says its address is " + status + ", the settings say " + address,
                "8443/status and " + want.provider.address.where);
  }
  return ok(address);
}

/// Only `enable` needs the values file, and reports its problems as errors.
Finding values_file(const Observation& seen, const Settings& want)
{
  const KnownValues values = known_values(seen, want);
  if (values.unread.empty()) {
    return ok(values.known ? values.where : "no values file");
  }
  const Problem& problem = values.unread.front();
  const std::string place = problem.place.line == 0
                                ? ""
                                : problem.place.file + ":" + std::to_string(problem.place.line) +
                                      ":" + std::to_string(problem.place.column);
  return with_id(
      problem.id,
      warn("the provider's values file cannot be read: " + problem.what, place, problem.fix));
}

} // namespace

std::vector<Check> provider_checks()
{
  return {
      {"IPL-PRV-001",
       "provider release",
       "helm list -A -a",
       true,
       true,
       ExitCode::blocked,
       helm_release},
      {"IPL-HELM-002",
       "releases are free",
       "helm list -A -a",
       true,
       true,
       ExitCode::locked,
       releases_free},
      {"IPL-PRV-002",
       "release is deployed",
       "helm list -A -a",
       true,
       true,
       ExitCode::blocked,
       release_deployed},
      {"IPL-PRV-003",
       "namespace lease",
       "kubectl get namespaces",
       true,
       true,
       ExitCode::blocked,
       lease_namespace},
      {"IPL-PRV-004",
       "CRD of leased addresses",
       "kubectl get crd",
       true,
       true,
       ExitCode::blocked,
       leased_ip_crd},
      with_ids({"IPL-PRV-005",
                "upgrade would be taken",
                "helm template | kubectl apply --dry-run=server",
                true,
                false,
                ExitCode::blocked,
                upgrade_accepted},
               {"IPL-HELM-053", "IPL-HELM-054", "IPL-HELM-057"}),
      {"IPL-PRV-008",
       "provider address",
       "helm -n akash-services get values akash-provider",
       true,
       true,
       ExitCode::blocked,
       wallet_address},
      with_ids({"IPL-VAL-001",
                "values file",
                "provider.yaml",
                true,
                true,
                ExitCode::blocked,
                values_file},
               {"IPL-VAL-003",
                "IPL-VAL-004",
                "IPL-VAL-005",
                "IPL-VAL-007",
                "IPL-VAL-011",
                "IPL-VAL-012"}),
  };
}

} // namespace iplease::checks
