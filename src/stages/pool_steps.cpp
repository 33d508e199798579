// SPDX-License-Identifier: Apache-2.0
// The writes of stage pool: an existing object is changed field by field, a missing one is created.
#include <iplease/facts/announcement.hpp>
#include <iplease/yaml/manifest.hpp>
#include <iplease/yaml/templates.hpp>

#include "change.hpp"
#include "metallb.hpp"
#include "pool.hpp"
#include "subjects.hpp"
#include "support.hpp"
#include "undo.hpp"
#include <optional>
#include <set>

namespace iplease::stages {

namespace {

constexpr const char* k_advertisement = "l2advertisement1";

nlohmann::ordered_json texts_of(const std::vector<AddressRange>& ranges)
{
  nlohmann::ordered_json texts = nlohmann::ordered_json::array();
  for (const AddressRange& range : ranges) {
    texts.push_back(range.text);
  }
  return texts;
}

std::string new_pool(const Settings& want)
{
  std::string text = fill_template(template_text("ip_address_pool"),
                                   {{"addresses", texts_of(want.pool.addresses.value)}});
  // Omitted if false: 0.13.2 and 0.13.3 do not know it.
  if (want.pool.avoid_buggy_ips.value.value_or(false)) {
    text += "  avoidBuggyIPs: true\n";
  }
  return text;
}

Change pool_change(const PoolSeen& live,
                   const Observation& seen,
                   const Settings& want,
                   const std::string& version)
{
  Change change("IPAddressPool default", version);
  if (!same_addresses(parsed(live.addresses), want.pool.addresses.value)) {
    change.set({"spec", "addresses"}, texts_of(want.pool.addresses.value), joined(live.addresses));
  }
  if (!live.auto_assign) {
    change.set({"spec", "autoAssign"}, true, "false");
  }
  if (const bool avoid = wanted_avoid(seen, want); avoid != live.avoid_buggy_ips) {
    change.set({"spec", "avoidBuggyIPs"}, avoid, live.avoid_buggy_ips ? "true" : "false");
  }
  return change;
}

/// The interfaces that the operator asked for; nothing if they set none.
std::optional<std::vector<std::string>> asked_interfaces(const Settings& want)
{
  return want.pool.interfaces.given() ? want.pool.interfaces.value : std::nullopt;
}

std::string new_advertisement(const Settings& want)
{
  std::string text(template_text("l2_advertisement"));
  const auto& interfaces = want.pool.interfaces.value;
  if (interfaces && !interfaces->empty()) {
    text += "  interfaces:\n";
    for (const std::string& name : *interfaces) {
      text += "    - " + emit_scalar(name) + "\n";
    }
  }
  return text;
}

Change
advertisement_change(const AdvertisementSeen& live, const Observation& seen, const Settings& want)
{
  Change change(std::string("L2Advertisement ") + k_advertisement, live.resource_version);
  if (!facts::announcement(seen).value.covered()) {
    nlohmann::ordered_json pools = live.pools;
    pools.push_back("default");
    change.set({"spec", "ipAddressPools"}, std::move(pools), joined(live.pools));
  }
  if (const auto wanted = asked_interfaces(want); wanted && *wanted != live.interfaces) {
    nlohmann::ordered_json interfaces = *wanted;
    change.set({"spec", "interfaces"},
               wanted->empty() ? nullptr : std::move(interfaces),
               joined(live.interfaces));
  }
  return change;
}

Run written(Command command, const Observation& seen, const Settings& want)
{
  return {.command = std::move(command),
          .retry = Retry::webhook,
          .retry_limit = want.timeout("pool"),
          .watch = controller_pods(seen, want)};
}

std::string state_text(const std::vector<AddressRange>& ranges, bool auto_assign, bool avoid)
{
  std::set<std::string> pieces;
  for (const AddressRange& range : ranges) {
    for (const std::string& piece : prefixes(range)) {
      pieces.insert(piece);
    }
  }
  return joined({pieces.begin(), pieces.end()}) + (auto_assign ? "" : " autoAssign=false") +
         (avoid ? " avoidBuggyIPs" : "");
}

std::string advertised_text(bool advertised, const std::vector<std::string>& interfaces)
{
  return (advertised ? "advertised" : "not advertised") +
         (interfaces.empty() ? "" : " on " + joined(interfaces));
}

} // namespace

std::string joined(const std::vector<std::string>& words)
{
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ",") + word;
  }
  return text;
}

bool wanted_avoid(const Observation& seen, const Settings& want)
{
  const PoolSeen* live = default_pool(seen);
  return want.pool.avoid_buggy_ips.value.value_or(live != nullptr && live->avoid_buggy_ips);
}

const AdvertisementSeen* our_advertisement(const Observation& seen)
{
  for (const AdvertisementSeen& one : seen.metallb.advertisements.value) {
    if (one.name == k_advertisement && one.name_space == k_metallb_ns) {
      return &one;
    }
  }
  return nullptr;
}

void add_pool_step(StagePlan& plan, const Observation& seen, const Settings& want, bool moves_on)
{
  const Target target = target_of(seen, want);
  const PoolSeen* live = default_pool(seen);
  Command command;
  std::vector<FieldChange> fields;
  if (live == nullptr) {
    command = kubectl_create(target, new_pool(want));
  } else {
    // MetalLB 0.15 and later write the pool's status, so installing one makes the version stale.
    const Change change = pool_change(*live, seen, want, moves_on ? "" : live->resource_version);
    plan.notes.push_back(change.words());
    fields = changed_fields(change, seen, "pool/default");
    command = kubectl_patch(
        target,
        {.resource = "ipaddresspools.metallb.io", .name_space = k_metallb_ns, .name = "default"},
        change.patch());
  }
  plan.steps.push_back(
      {.id = "pool/apply",
       .reason = plan.reason,
       .action = written(std::move(command), seen, want),
       .subject = "pool/default",
       .before = pool_state(seen),
       .expect = state_text(want.pool.addresses.value, true, wanted_avoid(seen, want)),
       .fields = std::move(fields)});
}

void add_advertisement_step(StagePlan& plan, const Observation& seen, const Settings& want)
{
  const Target target = target_of(seen, want);
  const AdvertisementSeen* live = our_advertisement(seen);
  Command command;
  std::vector<FieldChange> fields;
  if (live == nullptr) {
    command = kubectl_create(target, new_advertisement(want));
  } else {
    const Change change = advertisement_change(*live, seen, want);
    plan.notes.push_back(change.words());
    fields = changed_fields(change, seen, "advertisement/default");
    command = kubectl_patch(target,
                            {.resource = "l2advertisements.metallb.io",
                             .name_space = k_metallb_ns,
                             .name = k_advertisement},
                            change.patch());
  }
  const std::vector<std::string> kept =
      live == nullptr ? std::vector<std::string>{} : live->interfaces;
  plan.steps.push_back({.id = "pool/advertise",
                        .reason = facts::announcement(seen).value.covered()
                                      ? "the interfaces are not those that are wanted"
                                      : "no advertisement covers pool default",
                        .action = written(std::move(command), seen, want),
                        .subject = "advertisement/default",
                        .before = advertisement_state(seen),
                        .expect = advertised_text(true, asked_interfaces(want).value_or(kept)),
                        .fields = std::move(fields),
                        .proves = "announced on layer 2"});
}

} // namespace iplease::stages

namespace iplease {

std::string pool_state(const Observation& seen)
{
  const PoolSeen* live = default_pool(seen);
  return live == nullptr ? "absent"
                         : stages::state_text(stages::parsed(live->addresses),
                                              live->auto_assign,
                                              live->avoid_buggy_ips);
}

std::string advertisement_state(const Observation& seen)
{
  const AdvertisementSeen* live = stages::our_advertisement(seen);
  return stages::advertised_text(facts::announcement(seen).value.covered(),
                                 live == nullptr ? std::vector<std::string>{} : live->interfaces);
}

} // namespace iplease
