// SPDX-License-Identifier: Apache-2.0
#include <iplease/status/status.hpp>
#include <iplease/yaml/values_edit.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "../stages/legacy.hpp"
#include "../stages/pool.hpp"
#include "../stages/subjects.hpp"
#include <algorithm>

namespace iplease {

namespace {

using Json = nlohmann::json;

std::string text_at(const Json& json, const char* key)
{
  const auto at = json.find(key);
  return at != json.end() && at->is_string() ? at->get<std::string>() : std::string{};
}

/// "a, b, 21 addresses" as the plan shows a pool; the count is left out.
std::vector<std::string> words_of(const std::string& text)
{
  std::vector<std::string> words;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find(", ", from), text.size());
    std::string word = text.substr(from, end - from);
    if (!word.ends_with(" addresses") && word != "(none)") {
      words.push_back(std::move(word));
    }
    from = end + 2;
  }
  return words;
}

class Compare {
public:
  Compare(const Observation& seen, const AppliedRun& applied)
      : m_seen(seen),
        m_applied(applied)
  {
  }

  std::vector<Drift> all()
  {
    metallb();
    expose();
    pool();
    values();
    provider();
    ip_operator();
    return std::move(m_drift);
  }

private:
  void add(std::string what, std::string applied, std::string live)
  {
    m_drift.push_back({std::move(what), std::move(applied), std::move(live)});
  }

  void metallb()
  {
    if (m_seen.namespaces.contains("metallb-system") && namespace_state(m_seen) == "unlabelled") {
      add("pod-security labels of metallb-system", "privileged", "not all there");
    }
    const std::string& wanted = m_applied.metallb_version;
    if (!wanted.empty() && !m_seen.metallb.version.empty() && m_seen.metallb.version != wanted) {
      add("MetalLB's version", wanted, m_seen.metallb.version);
    }
  }

  void expose()
  {
    const Look look = m_seen.metallb.expose.look;
    const std::string state = expose_state(m_seen);
    if ((look == Look::seen || look == Look::absent) && state != "right") {
      add("Service controller", "port monitoring, the controller's selector", state);
    }
  }

  void pool_is(const std::vector<std::string>& addresses, bool auto_assign)
  {
    if (!stages::same_addresses(stages::parsed(m_applied.pool), stages::parsed(addresses))) {
      add("pool default",
          fmt::format("{}", fmt::join(m_applied.pool, ", ")),
          fmt::format("{}", fmt::join(addresses, ", ")));
    }
    if (!auto_assign) {
      add("autoAssign of pool default", "true", "false");
    }
  }

  void pool()
  {
    if (const auto kept = stages::configmap_default(m_seen)) {
      pool_is(kept->addresses, kept->auto_assign);
      return;
    }
    const Seen<std::vector<PoolSeen>>& pools = m_seen.metallb.pools;
    if (pools.look == Look::seen || pools.look == Look::absent) {
      const PoolSeen* live = stages::default_pool(m_seen);
      if (live == nullptr) {
        add("pool default", fmt::format("{}", fmt::join(m_applied.pool, ", ")), "absent");
      } else {
        pool_is(live->addresses, live->auto_assign);
      }
    }
    const Look advertisements = m_seen.metallb.advertisements.look;
    if ((advertisements == Look::seen || advertisements == Look::absent) &&
        !stages::default_is_advertised(m_seen)) {
      add("L2Advertisement", "covers pool default", "none covers it");
    }
  }

  void values_of(const SecretYaml& text, const std::string& where)
  {
    const auto read = read_values(text, where);
    const auto* facts = std::get_if<ValuesFacts>(&read);
    if (facts == nullptr) {
      add(where, "readable", "cannot be read");
      return;
    }
    const auto told = [](ValuesFacts::State state) {
      return state == ValuesFacts::State::absent ? "absent" : "not true";
    };
    if (facts->ipoperator != ValuesFacts::State::is_true) {
      add("ipoperator in " + where, "true", told(facts->ipoperator));
    }
    for (const std::string& key : m_applied.attributes) {
      const auto at = facts->attributes.find(key);
      const auto state = at == facts->attributes.end() ? ValuesFacts::State::absent : at->second;
      if (state != ValuesFacts::State::is_true) {
        add("attribute " + key + " in " + where, "true", told(state));
      }
    }
  }

  void values()
  {
    if (m_seen.provider.release_values.found()) {
      values_of(m_seen.provider.release_values.value, "the release's values");
    }
    for (const ValuesFileSeen& file : m_seen.provider.files) {
      if (file.exists && file.error.empty()) {
        values_of(file.text, file.path);
        return; // the first one rules
      }
    }
  }

  void provider()
  {
    const Seen<std::string>& live = m_seen.provider.env_ip_operator;
    if ((live.found() && live.value != "true") || live.absent()) {
      add("AKASH_IP_OPERATOR in the provider's pod",
          "true",
          live.absent() ? "not set" : live.value);
    }
  }

  void ip_operator()
  {
    if (m_seen.ip_operator.deployment.absent()) {
      add("the IP operator", "installed", "absent");
    }
    const Seen<std::string>& live = m_seen.ip_operator.provider_address;
    if (live.found() && !m_applied.provider_address.empty() &&
        live.value != m_applied.provider_address) {
      add("provider_address of the IP operator",
          m_applied.provider_address,
          live.value.empty() ? "empty" : live.value);
    }
  }

  const Observation& m_seen;
  const AppliedRun& m_applied;
  std::vector<Drift> m_drift{};
};

} // namespace

std::vector<Drift> find_drift(const Observation& seen, const AppliedRun& applied)
{
  return Compare(seen, applied).all();
}

std::optional<AppliedRun> read_applied(const std::string& plan_json)
{
  const Json json = Json::parse(plan_json, nullptr, false);
  if (!json.is_object() || !json.contains("stages") || !json.contains("settings")) {
    return std::nullopt;
  }
  // A verification's plan has two stages only and promises nothing.
  const Json& stages = json["stages"];
  const bool whole = std::ranges::any_of(
      stages, [](const Json& stage) { return text_at(stage, "stage") == "pool"; });
  if (!whole) {
    return std::nullopt;
  }
  AppliedRun applied;
  for (const Json& row : json["settings"]) {
    const std::string key = text_at(row, "key");
    const std::string value = text_at(row, "value");
    const std::string source = text_at(row, "source");
    if (key == "pool.addresses") {
      applied.pool = words_of(value);
    } else if (key == "provider.attributes") {
      applied.attributes = words_of(value);
    } else if (key == "provider.address") {
      applied.provider_address = value;
    } else if (key == "metallb.version" && source != "default" && source != "cluster") {
      applied.metallb_version = value;
    }
  }
  return applied;
}

} // namespace iplease
