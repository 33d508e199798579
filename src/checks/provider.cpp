// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/bech32.hpp>
#include <iplease/stages/values.hpp>

#include "checks.hpp"
#include <algorithm>

namespace iplease::checks {

namespace {

constexpr const char* k_namespace = "akash-services";

Finding helm_release(const Observation& seen, const Settings& want)
{
  if (seen.provider.release.found()) {
    return ok("release " + want.provider.release.value + " " + seen.provider.release.value.chart);
  }
  if (seen.releases_look == Look::forbidden) {
    return could_not_look("the releases may not be read: " + seen.provider.release.why);
  }
  return fail("there is no Helm release " + want.provider.release.value + " in " + k_namespace);
}

Finding release_deployed(const Observation& seen, const Settings& want)
{
  if (!seen.provider.release.found()) {
    return not_applicable("no release");
  }
  const ReleaseSeen& release = seen.provider.release.value;
  const bool ours =
      seen.memory.helm_in_flight.contains(std::string(k_namespace) + "/" + release.name);
  if (release.status == "deployed" || ours) {
    return ok("revision " + std::to_string(release.revision) + " is " + release.status);
  }
  return fail("release " + want.provider.release.value + " is " + release.status + " (revision " +
              std::to_string(release.revision) + "); nothing is changed on top of that");
}

/// Whether the cluster said that things of this kind may not be read: then nothing is missing.
bool is_denied(const Observation& seen, std::string_view kind)
{
  return std::ranges::any_of(
      seen.denied, [&](const std::string& right) { return right.find(kind) != std::string::npos; });
}

Finding lease_namespace(const Observation& seen, const Settings&)
{
  if (seen.namespaces.contains("lease")) {
    return ok("namespace lease exists");
  }
  if (is_denied(seen, "get namespaces")) {
    return could_not_look("the namespaces may not be read");
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
  if (is_denied(seen, "customresourcedefinitions")) {
    return could_not_look("the resource types may not be read");
  }
  return fail("the CRD providerleasedips.akash.network is missing");
}

Finding upgrade_accepted(const Observation& seen, const Settings& want)
{
  if (!seen.provider.release.found()) {
    return not_applicable("no release");
  }
  const ValuesDecision values = decide_values(seen, want);
  const std::string version = seen.provider.release.value.chart_version;
  if (values.problems.empty() && values.upgrade_release &&
      chart_refuses(version, values.facts.lets_encrypt.value_or(true))) {
    return fail(
        "chart " + version +
            " cannot be upgraded with letsEncrypt off: the API server refuses its StatefulSet",
        "letsEncrypt.enabled: false in " + values.path);
  }
  if (seen.upgrade_trial.found() && !seen.upgrade_trial.value.empty()) {
    return fail("the API server would refuse the provider upgrade", seen.upgrade_trial.value);
  }
  return ok("the upgrade renders and the API server would take it");
}

Finding wallet_address(const Observation& seen, const Settings& want)
{
  if (!seen.provider.release.found()) {
    return not_applicable("no release");
  }
  const std::string& address = want.provider.address.value;
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
      {"IPL-PRV-005",
       "upgrade would be taken",
       "helm template | kubectl apply --dry-run=server",
       true,
       false,
       ExitCode::blocked,
       upgrade_accepted},
      {"IPL-PRV-008",
       "provider address",
       "helm get values",
       true,
       true,
       ExitCode::blocked,
       wallet_address},
  };
}

} // namespace iplease::checks
