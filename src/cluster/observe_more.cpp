// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/chart_index.hpp>
#include <iplease/cluster/fill.hpp>
#include <iplease/cluster/held.hpp>
#include <iplease/cluster/kubectl.hpp>
#include <iplease/cluster/observe.hpp>
#include <iplease/cluster/parse.hpp>
#include <iplease/cluster/read_commands.hpp>
#include <iplease/cluster/rights.hpp>
#include <iplease/core/names.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/engine/effects.hpp>
#include <iplease/facts/provider.hpp>
#include <iplease/yaml/values_edit.hpp>

#include <fmt/format.h>

#include "asker.hpp"
#include "json_access.hpp"
#include <algorithm>
#include <utility>

namespace iplease {
namespace {

constexpr const char* k_chart = "akash-ip-operator";
constexpr std::chrono::seconds k_status{10}; // a slow provider still answers within it

bool unsettled(const Plan& plan, std::string_view stage)
{
  return std::ranges::any_of(plan.stages, [&](const StagePlan& one) {
    return one.stage == stage && one.verdict != Verdict::satisfied;
  });
}

class MoreObserver {
public:
  MoreObserver(Observation& seen,
               const Settings& want,
               const Plan& plan,
               const MoreWanted& more,
               Effects& effects)
      : m_seen(seen),
        m_want(want),
        m_plan(plan),
        m_more(more),
        m_effects(effects),
        m_target(target_of(seen, want))
  {
  }

  void look()
  {
    ask_helm_version();
    ask_rights();
    ask_running_address();
    ask_status();
    ask_held();
    ask_trial();
    ask_local_chart();
    ask_values_json();
    m_asker.hear(m_effects.runner);
    read_index();
  }

private:
  using Handler = void (MoreObserver::*)(const CommandResult&);

  void ask(Command command, Handler handler)
  {
    m_seen.evidence.push_back(evidence_line(command));
    m_asker.ask(std::move(command),
                [this, handler](const CommandResult& answer) { (this->*handler)(answer); });
  }

  void ask_helm_version();
  void on_helm_version(const CommandResult& answer) { fill_helm_version(m_seen, m_want, answer); }
  void ask_rights();
  void on_rights(const CommandResult& answer);
  void ask_running_address();
  void on_running_address(const CommandResult& answer);
  void ask_status();
  void ask_status_once();
  void on_status(const CommandResult& answer);
  void ask_held();
  void ask_held_objects();
  void on_held(const CommandResult& answer);
  void ask_trial();
  void on_render(const CommandResult& answer);
  void on_trial(const CommandResult& answer);
  void ask_values_json();
  void on_values_json(const CommandResult& answer);
  [[nodiscard]] bool wants_chart() const;
  void ask_local_chart();
  void on_local_chart(const CommandResult& answer);
  void read_index();

  Observation& m_seen;
  const Settings& m_want;
  const Plan& m_plan;
  const MoreWanted& m_more;
  Effects& m_effects;
  Target m_target;
  std::vector<Right> m_rights{};
  bool m_addressed = false; ///< the address is known without 8443/status
  bool m_status_doubted = false;
  Asker m_asker{};
};

void MoreObserver::ask_helm_version()
{
  if (m_seen.tools.helm.empty() && m_seen.tools.helm_error.empty()) {
    ask(read_helm_version(m_target), &MoreObserver::on_helm_version);
  }
}

void MoreObserver::ask_rights()
{
  m_rights = rights_for(m_plan);
  if (m_more.ours && !m_rights.empty()) {
    ask(read_access(m_target, access_manifest(m_rights)), &MoreObserver::on_rights);
  }
}

void MoreObserver::on_rights(const CommandResult& answer)
{
  const auto denied = answer.truncated ? std::nullopt : parse_access(answer.out, m_rights.size());
  m_seen.rights_look = denied ? Looked(Look::seen)
                              : Looked(answer.ok() ? Look::failed : classify(answer),
                                       answer.ok() ? "not every right was answered" : why(answer));
  for (const std::string& right : denied.value_or(std::vector<std::string>{})) {
    if (std::ranges::find(m_seen.denied, right) == m_seen.denied.end()) {
      m_seen.denied.push_back(right);
    }
  }
}

void MoreObserver::ask_running_address()
{
  const IpOperatorSeen& ip = m_seen.ip_operator;
  if (ip.running_address.look == Look::not_looked && ip.deployment.found() &&
      ip.deployment.value.ready > 0) {
    ask(read_exec(m_target,
                  k_akash_ns,
                  "deployment/" + ip.deployment.value.name,
                  ip.deployment.value.name,
                  {"printenv", "AP_PROVIDER"}),
        &MoreObserver::on_running_address);
  }
}

void MoreObserver::on_running_address(const CommandResult& answer)
{
  m_seen.ip_operator.running_address = whole_lines(answer);
}

// 8443/status gives the address if the values lack it. For a pod that stays, it shows whether the
// pod looked for the IP operator too early and hangs.
void MoreObserver::ask_status()
{
  const auto facts = read_values(m_seen.provider.release_values.value, "values");
  const ValuesFacts* known = std::get_if<ValuesFacts>(&facts);
  const bool in_values = known != nullptr && known->from.starts_with("akash1");
  m_addressed = m_want.provider.address.given() || in_values;
  const bool stays = m_seen.provider.env_ip_operator.value == "true" && !m_more.edited_values;
  if (m_seen.provider.pod_ready && (!m_addressed || stays)) {
    ask_status_once();
  }
}

void MoreObserver::ask_status_once()
{
  const std::string service = facts::provider_names(m_seen, m_want).status();
  ask(read_raw(m_target, service_proxy(k_akash_ns, service, "status"), k_status),
      &MoreObserver::on_status);
}

// Asks twice: one silence may be the API server's or a busy moment's, the second costs the pod.
void MoreObserver::on_status(const CommandResult& answer)
{
  const Seen<std::string> status = status_of_provider(answer);
  ProviderSeen& provider = m_seen.provider;
  if (!m_addressed) {
    provider.status_address =
        json_access::text(parsed_json(status.found() ? status.value : ""), {"address"});
  }
  if (status.look != Look::failed && status.look != Look::unreachable) {
    return;
  }
  if (!m_status_doubted) {
    m_status_doubted = true;
    ask_status_once();
    return;
  }
  provider.pod_ready = false;
  provider.pod_waiting = "it does not answer on 8443/status";
  if (!unsettled(m_plan, "provider")) {
    ask_held_objects();
  }
}

// A restarted pod must be able to start. An upgrade writes these objects itself.
void MoreObserver::ask_held()
{
  if (unsettled(m_plan, "provider") && !m_more.edited_values) {
    ask_held_objects();
  }
}

void MoreObserver::ask_held_objects()
{
  if (std::vector<std::string> words = held_words(m_seen); !words.empty()) {
    words.insert(words.begin(), "--request-timeout=30s");
    ask(kubectl(m_target, std::move(words), std::chrono::seconds{60}), &MoreObserver::on_held);
  }
}

void MoreObserver::on_held(const CommandResult& answer)
{
  m_seen.provider.held = {
      .look = classify(answer), .value = parse_held(answer.out), .why = why(answer)};
}

void MoreObserver::ask_trial()
{
  const Seen<ReleaseSeen>& release = m_seen.provider.release;
  if (!m_more.edited_values || !release.found() || !unsettled(m_plan, "provider")) {
    return;
  }
  const std::string& wanted = m_want.provider.chart_version.value;
  const ChartRef chart{.repository = m_want.repositories.akash.value,
                       .name = release.value.chart_name,
                       .version = wanted == "installed" ? release.value.chart_version : wanted};
  ask(read_helm_render(m_target,
                       {.name_space = k_akash_ns,
                        .release = release.value.name,
                        .chart = chart,
                        .values = m_more.edited_values->reveal(),
                        .kube_version = m_seen.tools.server}),
      &MoreObserver::on_render);
}

void MoreObserver::on_render(const CommandResult& answer)
{
  if (answer.ok() && !answer.truncated) {
    m_seen.upgrade_render = Look::seen;
    fill_rendered(m_seen, answer.out);
    ask(try_apply(m_target, answer.out, true), &MoreObserver::on_trial);
    return;
  }
  if (answer.ended == Ended::exited || answer.ended == Ended::timed_out) {
    m_seen.upgrade_render = Looked(chart_look(answer), why(answer));
  } else {
    m_seen.upgrade_trial = {.look = Look::failed, .why = why(answer)};
  }
}

void MoreObserver::on_trial(const CommandResult& answer)
{
  Seen<std::string>& out = m_seen.upgrade_trial;
  const std::string said = why(answer);
  const Look look = classify(answer);
  if (look == Look::seen) {
    out = {.look = Look::seen};
  } else if (look == Look::forbidden && !missing_rights(answer).empty()) {
    if (m_more.ours) {
      note_denials(m_seen, answer);
    }
    out = {.look = Look::forbidden, .why = said};
  } else if (look == Look::unreachable || answer.ended != Ended::exited) {
    out = {.look = Look::unreachable, .why = said};
  } else {
    out = {.look = Look::seen, .value = said.empty() ? "refused without a word" : said};
  }
}

// iplease edits the YAML text; JSON shows without doubt how Helm reads it.
void MoreObserver::ask_values_json()
{
  const ProviderSeen& provider = m_seen.provider;
  if (provider.release_values.found() && unsettled(m_plan, "provider-values")) {
    ask(read_helm_values(m_target,
                         {.name_space = k_akash_ns,
                          .release = m_want.provider.release.value,
                          .revision = provider.values_revision},
                         "json"),
        &MoreObserver::on_values_json);
  }
}

void MoreObserver::on_values_json(const CommandResult& answer)
{
  ProviderSeen& provider = m_seen.provider;
  const nlohmann::json whole = parsed_json(answer.out);
  if (!answer.ok() || answer.truncated || whole.is_discarded()) {
    provider.release_values = {.look = Look::failed,
                               .why = answer.ok() ? "helm's JSON of the values is not whole"
                                                  : why(answer)};
    return;
  }
  provider.values_doubts =
      values_difference(provider.release_values.value, Secret(answer.out), "YAML", "JSON");
}

bool MoreObserver::wants_chart() const
{
  return m_want.ip_operator_chart_version.value == "auto" && m_seen.provider.release.found() &&
         unsettled(m_plan, "ip-operator") &&
         m_seen.ip_operator.chart_version.look == Look::not_looked;
}

// A folder without an index: try the chart with the provider's version, as both are released
// together.
void MoreObserver::ask_local_chart()
{
  const std::string& repository = m_want.repositories.akash.value;
  if (!wants_chart() || repository.find("://") != std::string::npos) {
    return;
  }
  const FileRead index = m_effects.files.read(repository + "/index.yaml");
  if (index.kind == FileRead::Kind::ok) {
    choose_operator_chart(m_seen, index.text, repository + "/index.yaml");
  } else {
    ask(read_helm_chart(m_target,
                        {.repository = repository,
                         .name = k_chart,
                         .version = m_seen.provider.release.value.chart_version}),
        &MoreObserver::on_local_chart);
  }
}

void MoreObserver::on_local_chart(const CommandResult& answer)
{
  const std::string& version = m_seen.provider.release.value.chart_version;
  if (!answer.ok()) {
    m_seen.ip_operator.chart_version = {.look = Look::absent, .why = why(answer)};
    return;
  }
  if (answer.truncated || !answer.out.ends_with('\n')) {
    m_seen.ip_operator.chart_version = {.look = Look::failed,
                                        .why = "helm show chart was cut before its end"};
    return;
  }
  const auto entries = parse_chart_index(index_of_one(answer.out), "chart");
  const std::string& app = m_seen.provider.release.value.app_version;
  if (entries && newest_chart(*entries, app) != nullptr) {
    m_seen.ip_operator.chart_version = {.look = Look::seen, .value = version};
  } else {
    m_seen.ip_operator.chart_version = {
        .look = Look::absent,
        .why = fmt::format("{} {} is not of appVersion {}", k_chart, version, app)};
  }
}

void MoreObserver::read_index()
{
  const std::string& repository = m_want.repositories.akash.value;
  if (!wants_chart()) {
    return;
  }
  if (repository.starts_with("oci://")) {
    m_seen.ip_operator.chart_version = {
        .look = Look::failed, .why = "an OCI registry has no index: set ipOperator.chartVersion"};
    return;
  }
  constexpr std::chrono::seconds limit{30};
  const std::string url = repository + (repository.ends_with('/') ? "index.yaml" : "/index.yaml");
  m_seen.evidence.push_back("GET " + url);
  const HttpAnswer answer = m_effects.http.get(url, limit, true);
  constexpr int good = 200;
  if (answer.status == good) {
    choose_operator_chart(m_seen, answer.body, url);
  } else {
    m_seen.ip_operator.chart_version = {
        .look = Look::unreachable,
        .why =
            fmt::format("{}: {}",
                        url,
                        answer.status == 0 ? answer.error : fmt::format("HTTP {}", answer.status))};
  }
}

} // namespace

void observe_more(Observation& seen,
                  const Settings& want,
                  const Plan& plan,
                  const MoreWanted& more,
                  Effects& effects)
{
  const bool needed = std::ranges::any_of(
      plan.stages, [](const StagePlan& stage) { return stage.verdict != Verdict::satisfied; });
  if (needed && !seen.tools.server.empty() && !seen.assumed) {
    MoreObserver(seen, want, plan, more, effects).look();
  }
}

} // namespace iplease
