// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/json.hpp>
#include <iplease/facts/announcement.hpp>
#include <iplease/status/status.hpp>
#include <iplease/yaml/values_edit.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

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

/// The words of a pool in a plan, such as "a, b, 21 addresses", without the count.
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
    charts();
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
      const PoolSeen* live = default_pool(m_seen);
      if (live == nullptr) {
        add("pool default", fmt::format("{}", fmt::join(m_applied.pool, ", ")), "absent");
      } else {
        pool_is(live->addresses, live->auto_assign);
        const std::optional<bool>& avoid = m_applied.avoid_buggy_ips;
        if (avoid && *avoid != live->avoid_buggy_ips) {
          add("avoidBuggyIPs of pool default",
              *avoid ? "true" : "false",
              *avoid ? "false" : "true");
        }
      }
    }
    interfaces();
    const auto who = facts::announcement(m_seen);
    if (who.known() && m_seen.metallb.advertisements.look != Look::not_looked &&
        !who.value.covered()) {
      add("advertisement of pool default", "there", "absent");
    }
  }

  void interfaces()
  {
    const AdvertisementSeen* live = stages::our_advertisement(m_seen);
    if (live != nullptr && m_applied.interfaces && *m_applied.interfaces != live->interfaces) {
      const auto told = [](const std::vector<std::string>& names) {
        return names.empty() ? "all" : fmt::format("{}", fmt::join(names, ", "));
      };
      add("interfaces of the L2Advertisement", told(*m_applied.interfaces), told(live->interfaces));
    }
  }

  /// Only installed releases: a release that is gone shows in the objects it made.
  void charts()
  {
    for (const ReleaseSeen& live : m_seen.releases) {
      const auto at = m_applied.charts.find(live.name_space + "/" + live.name);
      if (at != m_applied.charts.end() && at->second != live.chart_version) {
        add("chart of release " + live.name, at->second, live.chart_version);
      }
    }
  }

  void values_of(const Secret& text, const std::string& where)
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
        return; // the first one counts
      }
    }
  }

  void provider()
  {
    const Seen<std::string>& live = m_seen.provider.env_ip_operator;
    // Without a pod (provider scaled to 0) the switch is unknown, not off.
    const bool unset = live.absent() && m_seen.provider.pod_revision.found();
    if ((live.found() && live.value != "true") || unset) {
      add("AKASH_IP_OPERATOR in the provider's pod", "true", unset ? "not set" : live.value);
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

namespace {

/// The members of an array; empty if it is missing or not an array.
std::vector<Json> list_at(const Json& json, const char* key)
{
  const auto at = json.is_object() ? json.find(key) : json.end();
  return json.is_object() && at != json.end() && at->is_array() ? at->get<std::vector<Json>>()
                                                                : std::vector<Json>{};
}

std::vector<std::string> texts_at(const Json& json, const char* key)
{
  std::vector<std::string> texts;
  for (const Json& one : list_at(json, key)) {
    texts.push_back(one.is_string() ? one.get<std::string>() : std::string{});
  }
  return texts;
}

/// The value of a setting. The first versions wrote a list as text for people.
std::vector<std::string> setting_texts(const Json& row)
{
  const Json value = row.value("value", Json());
  if (value.is_boolean()) {
    return {value.get<bool>() ? "true" : "false"};
  }
  return value.is_array() ? texts_at(row, "value") : words_of(text_at(row, "value"));
}

/// The chart that a planned `helm upgrade` installs.
void add_upgraded(AppliedRun& applied, const std::vector<std::string>& argv)
{
  const auto after = [&](const char* word) {
    const auto at = std::ranges::find(argv, word);
    return at == argv.end() || std::next(at) == argv.end() ? std::string{} : *std::next(at);
  };
  const std::string verb = after("upgrade");
  const std::string release = verb == "--install" ? after("--install") : verb;
  const std::string version = after("--version");
  if (!release.empty() && !version.empty()) {
    applied.charts[after("--namespace") + "/" + release] = version;
  }
}

/// The charts found before the run, then those that its steps install.
void add_charts(AppliedRun& applied, const Json& json)
{
  for (const Json& release : list_at(json["found"], "releases")) {
    applied.charts[text_at(release, "namespace") + "/" + text_at(release, "name")] =
        text_at(release, "version");
  }
  for (const Json& stage : list_at(json, "stages")) {
    for (const Json& step : list_at(stage, "steps")) {
      add_upgraded(applied, texts_at(step, "argv"));
    }
  }
}

void add_found(AppliedRun& applied, const Json& json)
{
  if (!json.contains("found") || !json["found"].is_object()) {
    return;
  }
  applied.avoid_buggy_ips = json["found"].value("avoidBuggyIPs", false);
  applied.interfaces = texts_at(json["found"], "interfaces");
  add_charts(applied, json);
}

} // namespace

std::optional<AppliedRun> read_applied(const std::string& plan_json)
{
  const Json json = Json::parse(plan_json, nullptr, false);
  if (!json.is_object() || !json.contains("stages") || !json.contains("settings")) {
    return std::nullopt;
  }
  // The plan of a verification has only two stages and changes nothing that lasts.
  const Json& stages = json["stages"];
  const bool whole = std::ranges::any_of(
      stages, [](const Json& stage) { return text_at(stage, "stage") == "pool"; });
  if (!whole) {
    return std::nullopt;
  }
  AppliedRun applied;
  add_found(applied, json);
  for (const Json& row : json["settings"]) {
    const std::string key = text_at(row, "key");
    const std::string value = text_at(row, "value");
    const std::string source = text_at(row, "source");
    if (key == "pool.addresses") {
      applied.pool = setting_texts(row);
    } else if (key == "pool.avoidBuggyIPs") {
      applied.avoid_buggy_ips = setting_texts(row) == std::vector<std::string>{"true"};
    } else if (key == "pool.interfaces") {
      applied.interfaces = setting_texts(row);
    } else if (key == "provider.attributes") {
      applied.attributes = setting_texts(row);
    } else if (key == "provider.address") {
      applied.provider_address = value;
    } else if (key == "metallb.version" && source != "default" && source != "cluster") {
      applied.metallb_version = value;
    }
  }
  return applied;
}

} // namespace iplease
