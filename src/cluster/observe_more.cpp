// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/chart_index.hpp>
#include <iplease/cluster/fill.hpp>
#include <iplease/cluster/observe.hpp>
#include <iplease/cluster/read_commands.hpp>
#include <iplease/cluster/rights.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/engine/effects.hpp>
#include <iplease/yaml/values_edit.hpp>

#include <fmt/format.h>

#include "evidence.hpp"
#include "json_access.hpp"
#include "said_masked.hpp"
#include <algorithm>
#include <utility>

namespace iplease {
namespace {

constexpr const char* k_akash = "akash-services";
constexpr const char* k_chart = "akash-ip-operator";

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
    ask_rights();
    ask_running_address();
    ask_status_address();
    ask_trial();
    ask_local_chart();
    ask_values_json();
    (void)run_all(
        m_effects.runner, take(), 2, [this](std::size_t index, const CommandResult& answer) {
          (this->*m_handlers[index])(answer);
          return take();
        });
    read_index();
  }

private:
  using Handler = void (MoreObserver::*)(const CommandResult&);

  void ask(Command command, Handler handler)
  {
    m_seen.evidence.push_back(evidence_line(command));
    m_handlers.push_back(handler);
    m_next.push_back(std::move(command));
  }
  std::vector<Command> take() { return std::exchange(m_next, {}); }

  void ask_rights();
  void on_rights(const CommandResult& answer);
  void ask_running_address();
  void on_running_address(const CommandResult& answer);
  void ask_status_address();
  void on_status(const CommandResult& answer);
  void ask_trial();
  void on_render(const CommandResult& answer);
  void on_trial(const CommandResult& answer);
  void ask_values_json();
  void on_values_json(const CommandResult& answer);
  [[nodiscard]] bool wants_chart() const;
  void ask_local_chart();
  void on_local_chart(const CommandResult& answer);
  void read_index();
  void choose_chart(const std::string& index, const std::string& place);

  Observation& m_seen;
  const Settings& m_want;
  const Plan& m_plan;
  const MoreWanted& m_more;
  Effects& m_effects;
  Target m_target;
  std::vector<Right> m_rights{};
  std::vector<Secret> m_secrets{};
  std::vector<Handler> m_handlers{};
  std::vector<Command> m_next{};
};

void MoreObserver::ask_rights()
{
  m_rights = rights_for(m_plan);
  if (!m_rights.empty()) {
    ask(read_access(m_target, access_manifest(m_rights)), &MoreObserver::on_rights);
  }
}

void MoreObserver::on_rights(const CommandResult& answer)
{
  for (std::string& right : parse_access(answer.out)) {
    if (std::ranges::find(m_seen.denied, right) == m_seen.denied.end()) {
      m_seen.denied.push_back(std::move(right));
    }
  }
}

void MoreObserver::ask_running_address()
{
  const IpOperatorSeen& ip = m_seen.ip_operator;
  if (ip.running_address.look == Look::not_looked && ip.deployment.found() &&
      ip.deployment.value.ready > 0) {
    ask(read_exec(m_target,
                  k_akash,
                  "deployment/" + ip.deployment.value.name,
                  ip.deployment.value.name,
                  {"printenv", "AP_PROVIDER"}),
        &MoreObserver::on_running_address);
  }
}

void MoreObserver::on_running_address(const CommandResult& answer)
{
  Seen<std::string>& out = m_seen.ip_operator.running_address;
  out = {.look = classify(answer), .value = answer.ok() ? answer.out : "", .why = why(answer)};
  while (out.value.ends_with('\n')) {
    out.value.pop_back();
  }
}

void MoreObserver::ask_status_address()
{
  const auto facts = read_values(m_seen.provider.release_values.value, "values");
  const ValuesFacts* known = std::get_if<ValuesFacts>(&facts);
  const bool in_values = known != nullptr && known->from.starts_with("akash1");
  const bool given = m_want.provider.address.given();
  if (!given && !in_values && m_seen.provider.pod_ready) {
    const std::string service =
        "https:" + provider_full_name(m_want.provider.release.value) + ":8443";
    ask(read_raw(m_target, service_proxy(k_akash, service, "status")), &MoreObserver::on_status);
  }
}

void MoreObserver::on_status(const CommandResult& answer)
{
  const nlohmann::json status =
      nlohmann::json::parse(answer.ok() ? answer.out : "", nullptr, false);
  m_seen.provider.status_address = json_access::text(status, {"address"});
}

void MoreObserver::ask_trial()
{
  const Seen<ReleaseSeen>& release = m_seen.provider.release;
  if (!m_more.edited_values || !release.found() || !unsettled(m_plan, "provider")) {
    return;
  }
  m_secrets = m_more.secrets;
  const auto facts = read_values(*m_more.edited_values, "values");
  if (const ValuesFacts* known = std::get_if<ValuesFacts>(&facts)) {
    m_secrets.insert(m_secrets.end(), known->secrets.begin(), known->secrets.end());
  }
  const std::string& wanted = m_want.provider.chart_version.value;
  const ChartRef chart{.repository = m_want.repositories.akash.value,
                       .name = release.value.chart_name,
                       .version = wanted == "installed" ? release.value.chart_version : wanted};
  ask(read_helm_render(m_target,
                       {.name_space = k_akash,
                        .release = release.value.name,
                        .chart = chart,
                        .values = m_more.edited_values->reveal(),
                        .kube_version = m_seen.tools.server}),
      &MoreObserver::on_render);
}

void MoreObserver::on_render(const CommandResult& answer)
{
  if (answer.ok() && !answer.truncated) {
    ask(try_apply(m_target, answer.out, true), &MoreObserver::on_trial);
    return;
  }
  m_seen.upgrade_trial = {.look = answer.ended == Ended::exited ? Look::seen : Look::failed,
                          .value =
                              "helm cannot render the chart: " + said_masked(answer, m_secrets)};
}

void MoreObserver::on_trial(const CommandResult& answer)
{
  Seen<std::string>& out = m_seen.upgrade_trial;
  const std::string said = said_masked(answer, m_secrets);
  const Look look = classify(answer);
  if (look == Look::seen) {
    out = {.look = Look::seen};
  } else if (look == Look::forbidden && !missing_rights(answer).empty()) {
    note_denials(m_seen, answer);
    out = {.look = Look::forbidden, .why = said};
  } else if (look == Look::unreachable || answer.ended != Ended::exited) {
    out = {.look = Look::unreachable, .why = said};
  } else {
    out = {.look = Look::seen, .value = said.empty() ? "refused without a word" : said};
  }
}

// The YAML gives the text that is edited; JSON leaves no doubt about what it means to Helm.
void MoreObserver::ask_values_json()
{
  const ProviderSeen& provider = m_seen.provider;
  if (provider.release_values.found() && unsettled(m_plan, "provider-values")) {
    ask(read_helm_values(m_target,
                         {.name_space = k_akash,
                          .release = m_want.provider.release.value,
                          .revision = provider.values_revision},
                         "json"),
        &MoreObserver::on_values_json);
  }
}

void MoreObserver::on_values_json(const CommandResult& answer)
{
  ProviderSeen& provider = m_seen.provider;
  if (!answer.ok() || answer.truncated) {
    provider.release_values = {.look = Look::failed, .why = why(answer)};
    return;
  }
  provider.values_doubts =
      values_difference(provider.release_values.value, SecretYaml(answer.out), "YAML", "JSON");
}

bool MoreObserver::wants_chart() const
{
  return m_want.ip_operator_chart_version.value == "auto" && m_seen.provider.release.found() &&
         unsettled(m_plan, "ip-operator") &&
         m_seen.ip_operator.chart_version.look == Look::not_looked;
}

// A folder without an index: the chart of the provider's own version is tried, as the two are
// released together.
void MoreObserver::ask_local_chart()
{
  const std::string& repository = m_want.repositories.akash.value;
  if (!wants_chart() || repository.find("://") != std::string::npos) {
    return;
  }
  const FileRead index = m_effects.files.read(repository + "/index.yaml");
  if (index.kind == FileRead::Kind::ok) {
    choose_chart(index.text, repository + "/index.yaml");
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
  // Chart.yaml is one entry of an index, unindented.
  std::string index = "entries:\n  chart:\n  -\n";
  std::string_view rest = answer.out;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    index += "    " + std::string(rest.substr(0, end)) + "\n";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const auto entries = parse_chart_index(index, "chart");
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
    choose_chart(answer.body, url);
  } else {
    m_seen.ip_operator.chart_version = {
        .look = answer.status == 0 ? Look::unreachable : Look::failed,
        .why =
            fmt::format("{}: {}",
                        url,
                        answer.status == 0 ? answer.error : fmt::format("HTTP {}", answer.status))};
  }
}

void MoreObserver::choose_chart(const std::string& index, const std::string& place)
{
  Seen<std::string>& out = m_seen.ip_operator.chart_version;
  const auto entries = parse_chart_index(index, k_chart);
  if (!entries) {
    out = {.look = Look::failed, .why = place + " is not the index of a chart repository"};
    return;
  }
  const std::string& app = m_seen.provider.release.value.app_version;
  const ChartEntry* chart = newest_chart(*entries, app);
  const auto facts = read_values(m_seen.provider.release_values.value, "values");
  const ValuesFacts* known = std::get_if<ValuesFacts>(&facts);
  if (chart == nullptr && known != nullptr && !known->image_tag.empty()) {
    chart = newest_chart(*entries, known->image_tag); // what the provider really runs
  }
  if (chart != nullptr) {
    out = {.look = Look::seen, .value = chart->version};
  } else {
    out = {
        .look = Look::absent,
        .why = fmt::format(
            "{} lists {} charts {}, none of appVersion {}", place, entries->size(), k_chart, app)};
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
