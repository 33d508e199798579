// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/json.hpp>
#include <iplease/status/status.hpp>
#include <iplease/version.hpp>

#include <algorithm>

namespace iplease {

namespace {

using OrderedJson = nlohmann::ordered_json;

const char* word(Known known)
{
  return known == Known::yes ? "yes" : known == Known::no ? "no" : "unknown";
}

const char* word(LeaseState state)
{
  switch (state) {
  case LeaseState::off:
    return "off";
  case LeaseState::partly:
    return "partly";
  case LeaseState::on:
    return "on";
  case LeaseState::unreachable:
    return "unreachable";
  case LeaseState::unknown:
    break;
  }
  return "unknown";
}

/// Null if unknown, so that the key always exists.
OrderedJson text_or_null(const std::string& text)
{
  return text.empty() ? OrderedJson(nullptr) : OrderedJson(text);
}

OrderedJson release_json(const Seen<ReleaseSeen>& release, const std::string& tag)
{
  if (!release.found()) {
    return nullptr;
  }
  return {{"release", release.value.name},
          {"status", release.value.status},
          {"chart", release.value.chart_version},
          {"app", release.value.app_version},
          {"image_tag", text_or_null(tag)}};
}

OrderedJson versions_json(const Status& status)
{
  return {{"iplease", k_version},
          {"kubectl", text_or_null(status.tools.kubectl)},
          {"helm", text_or_null(status.tools.helm)},
          {"server", text_or_null(status.tools.server)},
          {"metallb", text_or_null(status.metallb_version)},
          {"provider", release_json(status.provider, status.provider_tag)},
          {"ip_operator", release_json(status.ip_operator, status.operator_tag)}};
}

OrderedJson parts_json(const Status& status)
{
  OrderedJson parts = OrderedJson::array();
  for (const StatusPart& part : status.parts) {
    parts.push_back({{"stage", part.stage},
                     {"title", part.title},
                     {"present", word(part.present)},
                     {"healthy", word(part.present == Known::yes ? part.healthy : part.present)},
                     {"detail", part.detail}});
  }
  return parts;
}

OrderedJson pools_json(const Status& status)
{
  OrderedJson pools = OrderedJson::array();
  for (const StatusPool& pool : status.pools) {
    pools.push_back({{"name", pool.name},
                     {"addresses", pool.addresses},
                     {"size", pool.size},
                     {"in_use", pool.in_use},
                     {"free", pool.size - std::min(pool.size, pool.in_use)},
                     {"auto_assign", pool.auto_assign}});
  }
  return pools;
}

OrderedJson services_json(const Status& status)
{
  OrderedJson services = OrderedJson::array();
  for (const StatusService& one : status.services) {
    services.push_back({{"namespace", one.name_space},
                        {"name", one.name},
                        {"addresses", one.addresses},
                        {"pool", text_or_null(one.pool)},
                        {"ports", one.ports},
                        {"announced", word(one.announced)},
                        {"announced_by", one.nodes},
                        {"lease", text_or_null(one.lease)},
                        {"manifest_service", text_or_null(one.manifest_service)}});
  }
  return services;
}

OrderedJson memory_json(const Status& status)
{
  OrderedJson json{{"applied", nullptr},
                   {"drift", OrderedJson::array()},
                   {"owed", OrderedJson::array()},
                   {"unfinished_run", nullptr}};
  if (status.applied) {
    json["applied"] = {{"run", status.applied->id},
                       {"command", status.applied->command},
                       {"started", status.applied->started},
                       {"pool", status.applied->pool}};
  }
  for (const Drift& one : status.drift) {
    json["drift"].push_back({{"what", one.what}, {"applied", one.applied}, {"live", one.live}});
  }
  for (const OwedAction& one : status.owed) {
    json["owed"].push_back(
        {{"id", one.id}, {"until", one.until}, {"since", text_or_null(one.since)}});
  }
  if (status.unfinished) {
    json["unfinished_run"] = {{"run", status.unfinished->id},
                              {"step", text_or_null(status.unfinished->step)},
                              {"at_work", text_or_null(status.unfinished->at_work)}};
  }
  return json;
}

} // namespace

nlohmann::ordered_json status_json(const Status& status)
{
  const auto number = [](const std::optional<std::int64_t>& value) {
    return value ? OrderedJson(*value) : OrderedJson(nullptr);
  };
  OrderedJson json{
      {"type", "status"},
      {"ui", "1.0"},
      {"cluster",
       {{"context", text_or_null(status.context)}, {"uid", text_or_null(status.cluster_uid)}}},
      {"state", word(status.state)},
      {"healthy", status.healthy()},
      {"not_yet", status.not_yet()},
      {"parts", parts_json(status)},
      {"versions", versions_json(status)},
      {"usage", {{"available", number(status.counted)}, {"in_use", number(status.leased)}}},
      {"pools", pools_json(status)},
      {"services", services_json(status)}};
  json.update(memory_json(status));
  json["could_not_look"] = status.could_not_look;
  json["next"] = OrderedJson::array();
  for (const NextCommand& next : next_commands(status)) {
    json["next"].push_back({{"command", next.command}, {"purpose", next.purpose}});
  }
  return json;
}

} // namespace iplease
