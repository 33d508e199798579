// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/version.hpp>
#include <iplease/yaml/values_edit.hpp>

#include "../stages/legacy.hpp"
#include "../stages/metallb.hpp"
#include "session.hpp"

namespace iplease {

namespace {

/// The operator's file when it exists, else the values of the release.
void read_provider(ResolveFacts& facts, const Observation& seen, const Settings& asked)
{
  facts.where = "values of the release";
  const SecretYaml* values = &seen.provider.release_values.value;
  for (const ValuesFileSeen& file : seen.provider.files) {
    if (file.exists && file.error.empty() &&
        asked.provider.values_from.value != ValuesFrom::release) {
      facts.where = file.path;
      values = &file.text;
      break;
    }
  }
  const auto read = read_values(*values, facts.where);
  if (const auto* known = std::get_if<ValuesFacts>(&read)) {
    facts.from = known->from;
    facts.domain = known->domain;
  }
}

} // namespace

ResolveFacts resolve_facts(const Observation& seen, const Settings& asked)
{
  ResolveFacts facts;
  read_provider(facts, seen, asked);
  if (const auto old = stages::migrated_default(seen)) {
    facts.old_pool = PoolSeen{.addresses = old->addresses, .avoid_buggy_ips = old->avoid_buggy_ips};
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): what was migrated was seen
    facts.old_pool_where = "pool default of ConfigMap " + seen.metallb.legacy->name;
  }
  const WorkloadSeen* controller = stages::metallb_controller(seen);
  if (controller != nullptr && stages::metallb_release(seen) == nullptr &&
      version_within(seen.metallb.version, stages::k_metallb_oldest, stages::k_metallb_newest)) {
    // Helm could not take it over.
    facts.adopt_because = "deployment " + controller->name + " is there without a Helm release";
  }
  return facts;
}

} // namespace iplease
