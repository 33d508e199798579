// SPDX-License-Identifier: Apache-2.0
#include "undo.hpp"

#include <iplease/core/json.hpp>
#include <iplease/core/pool_rules.hpp>
#include <iplease/stages/undo.hpp>

#include "pool.hpp"
#include "subjects.hpp"
#include "support.hpp"
#include <algorithm>
#include <optional>

namespace iplease::stages {

namespace {

using FieldJson = nlohmann::ordered_json;

FieldJson pool_field(const PoolSeen& pool, std::string_view field)
{
  return field == "addresses"       ? FieldJson(pool.addresses)
         : field == "autoAssign"    ? FieldJson(pool.auto_assign)
         : field == "avoidBuggyIPs" ? FieldJson(pool.avoid_buggy_ips)
                                    : FieldJson();
}

FieldJson advertisement_field(const AdvertisementSeen& one, std::string_view field)
{
  return field == "ipAddressPools" ? FieldJson(one.pools)
         : field == "interfaces"   ? FieldJson(one.interfaces)
                                   : FieldJson();
}

FieldJson service_field(const ServiceSeen& service, std::string_view field)
{
  if (field == "type") {
    return service.type;
  }
  if (field == "selector") {
    return service.selector;
  }
  FieldJson ports = FieldJson::array();
  for (const ServicePortSeen& port : service.ports) {
    ports.push_back({{"port", port.port},
                     {"name", port.name},
                     {"protocol", port.protocol},
                     {"targetPort", port.target}});
  }
  return field == "ports" ? ports : FieldJson();
}

FieldJson field_json(const Observation& seen, std::string_view subject, const std::string& field)
{
  if (subject == "pool/default") {
    const PoolSeen* pool = default_pool(seen);
    return pool == nullptr ? FieldJson() : pool_field(*pool, field);
  }
  if (subject == "advertisement/default") {
    const AdvertisementSeen* one = our_advertisement(seen);
    return one == nullptr ? FieldJson() : advertisement_field(*one, field);
  }
  if (subject == "service/controller") {
    return seen.metallb.expose.found() ? service_field(seen.metallb.expose.value, field)
                                       : FieldJson();
  }
  const auto labels = seen.namespaces.find(k_metallb_ns);
  if (subject != "namespace/metallb-system" || labels == seen.namespaces.end() ||
      !field.starts_with("labels/")) {
    return {};
  }
  const auto label = labels->second.find(field.substr(std::string_view("labels/").size()));
  return label == labels->second.end() ? FieldJson() : FieldJson(label->second);
}

} // namespace

std::string field_now(const Observation& seen, std::string_view subject, const std::string& field)
{
  const FieldJson value = field_json(seen, subject, field);
  return value.is_null() ? "" : value.dump();
}

const MadeSeen* find_made(const Observation& seen, const std::string& subject)
{
  const auto at = seen.memory.made.find(subject);
  return at == seen.memory.made.end() ? nullptr : &at->second;
}

MadeState made_state(const MadeSeen* made, const std::string& state)
{
  if (made == nullptr) {
    return MadeState::not_ours;
  }
  if (state == made->before) {
    return MadeState::before;
  }
  return std::ranges::count(made->expect, state) > 0 ? MadeState::ours : MadeState::changed;
}

MadeState made_state(const Observation& seen, const std::string& subject)
{
  return made_state(find_made(seen, subject), subject_state(seen, subject));
}

FieldsBack fields_back(const Observation& seen, const std::string& subject, const MadeSeen& made)
{
  FieldsBack out;
  for (const auto& [name, field] : made.fields) {
    const std::string now = field_now(seen, subject, name);
    if (now == field.was) {
      continue;
    }
    if (std::ranges::count(field.is, now) > 0) {
      out.back.push_back({.field = name, .was = now, .is = field.was});
    } else {
      out.kept.push_back(subject + ": " + name + " is " + (now.empty() ? "not there" : now) +
                         ", and we had made it " + field.is.back());
    }
  }
  if (made.fields.empty()) {
    out.kept.push_back(subject + ": what it was before was not written down by that iplease (" +
                       made.before + ")");
  }
  return out;
}

std::vector<FieldChange>
changed_fields(const Change& change, const Observation& seen, std::string_view subject)
{
  std::vector<FieldChange> fields;
  const FieldJson spec = change.spec(); // items() keeps a reference
  for (const auto& [name, value] : spec.items()) {
    fields.push_back({.field = name,
                      .was = field_now(seen, subject, name),
                      .is = value.is_null() ? "[]" : value.dump()});
  }
  return fields;
}

void set_back(Change& change, const std::vector<std::string>& path, const FieldChange& field)
{
  const bool gone = field.is.empty();
  change.set(path,
             gone ? FieldJson() : FieldJson::parse(field.is),
             field.was,
             gone ? "nothing" : field.is);
}

StagePlan stays(std::string what)
{
  StagePlan plan{.verdict = Verdict::satisfied, .reason = "stays as it is"};
  plan.kept.push_back(std::move(what));
  return plan;
}

std::string needed_still(const Observation& seen, std::span<const StagePlan> done)
{
  const StagePlan* above = find_stage(done, "ip-operator");
  const bool there = !seen.ip_operator.deployment.absent();
  return above != nullptr && there && !above->kept.empty()
             ? "the IP operator stays and needs it (stage ip-operator)"
             : "";
}

bool has_step(std::span<const StagePlan> done, std::string_view step)
{
  return std::ranges::any_of(done, [&](const StagePlan& stage) {
    return std::ranges::find(stage.steps, step, &Step::id) != stage.steps.end();
  });
}

std::string release_subject(const ReleaseSeen& release)
{
  return "release/" + release.name_space + "/" + release.name;
}

bool is_our_release(const MadeSeen& made, const ReleaseStart& start, const ReleaseSeen& release)
{
  const auto unsure = made.unsure.find(start.before);
  return start.ours || (made_state(&made, start.before) == MadeState::ours &&
                        (unsure == made.unsure.end() || within(unsure->second, release)));
}

} // namespace iplease::stages
