// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/version.hpp>
#include <iplease/facts/metallb.hpp>
#include <iplease/facts/provider_values.hpp>
#include <iplease/facts/service_proxy.hpp>

#include "../stages/legacy.hpp"
#include "../stages/metallb.hpp"
#include "session.hpp"

namespace iplease {

ResolveFacts resolve_facts(const Observation& seen, const Settings& asked)
{
  ResolveFacts facts;
  const KnownValues values = known_values(seen, asked);
  facts.from = values.facts.from;
  facts.domain = values.facts.domain;
  facts.where = values.where;
  if (const auto old = stages::migrated_default(seen)) {
    facts.old_pool = PoolSeen{.addresses = old->addresses, .avoid_buggy_ips = old->avoid_buggy_ips};
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): what was migrated was seen
    facts.old_pool_where = "pool default of ConfigMap " + seen.metallb.legacy->name;
  }
  const WorkloadSeen* controller = stages::metallb_controller(seen);
  const facts::Metallb now = facts::metallb(seen).value;
  if (controller != nullptr && now.made_by != facts::MetallbMadeBy::its_chart &&
      version_within(seen.metallb.version, stages::k_metallb_oldest, stages::k_metallb_newest)) {
    // Helm could not take it over.
    facts.adopt_because =
        now.made_by == facts::MetallbMadeBy::other_chart
            ? "chart " + now.chart + " is another vendor's"
            : "deployment " + controller->name + " is there without a Helm release";
  }
  facts.kube_proxy = facts::to_words(facts::service_proxy(seen));
  return facts;
}

} // namespace iplease
