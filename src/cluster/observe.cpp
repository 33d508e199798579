// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/fill.hpp>
#include <iplease/cluster/inventory.hpp>
#include <iplease/cluster/observe.hpp>
#include <iplease/cluster/read_commands.hpp>
#include <iplease/core/names.hpp>
#include <iplease/core/reads.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/engine/effects.hpp>
#include <iplease/facts/provider.hpp>
#include <iplease/facts/service_proxy.hpp>

#include <fmt/format.h>

#include "asker.hpp"
#include "values_files.hpp"
#include <algorithm>
#include <optional>
#include <utility>

namespace iplease {
namespace {

/// How an answer without MetalLB's objects counts.
Looked unread_answer(const CommandResult& answer)
{
  return answer.ok() ? Looked(Look::failed, "kubectl printed something that is not its JSON")
                     : Looked(classify(answer), why(answer));
}

// Asks, and after each answer asks what has become possible.
class Observer {
public:
  Observer(const Settings& want, const Access& access, Effects& effects, bool thorough)
      : m_want(want),
        m_access(access),
        m_effects(effects),
        m_thorough(thorough)
  {
    m_seen.kubeconfig = access.kubeconfig;
    m_seen.context = access.context;
    m_target = target_of(m_seen, want);
  }

  Observation look()
  {
    ask(read_kubectl_version(m_target), &Observer::on_kubectl_version);
    if (m_thorough) {
      ask(read_helm_version(m_target), &Observer::on_helm_version);
    }
    m_asker.hear(m_effects.runner);
    m_seen.provider.files = read_values_files(m_want, m_access.home, m_effects.files);
    m_seen.gateways = parse_gateways(m_effects.files.read("/proc/net/route").text);
    m_seen.kubespray = read_inventory(m_want, m_effects.files);
    finish();
    return std::move(m_seen);
  }

private:
  void ask(Command command, Asker::Handler handler)
  {
    m_seen.evidence.push_back(evidence_line(command));
    m_asker.ask(std::move(command), std::move(handler));
  }
  void ask(Command command, void (Observer::*handler)(const CommandResult&))
  {
    ask(std::move(command),
        [this, handler](const CommandResult& answer) { (this->*handler)(answer); });
  }

  void on_kubectl_version(const CommandResult& answer);
  void on_helm_version(const CommandResult& answer) { fill_helm_version(m_seen, m_want, answer); }
  void on_named(const CommandResult& answer);
  void on_releases(const CommandResult& answer);
  void on_lists(const CommandResult& answer);
  void on_history(const ReleaseSeen& of, const CommandResult& answer);
  void on_empty_keys(const CommandResult& answer) { fill_empty_keys(m_seen, answer); }
  void on_load_balancers(const CommandResult& answer);
  void on_all_services(const CommandResult& answer) { fill_load_balancers(m_seen, answer); }
  void on_controllers(const CommandResult& answer);
  void on_values(const CommandResult& answer) { fill_release_values(m_seen, answer); }
  void on_metallb_resources(const CommandResult& answer) { fill_metallb_resources(m_seen, answer); }
  void on_legacy(const CommandResult& answer);
  void on_old_workloads(const CommandResult& answer);
  void on_system_pods(const CommandResult& answer) { fill_system_pods(m_seen, answer); }
  void on_usage(const CommandResult& answer) { fill_usage(m_seen, answer); }
  void on_environment(const CommandResult& answer) { fill_environment(m_seen, answer); }

  void ask_provider();
  void on_labelled_provider(const CommandResult& answer);
  void ask_environment();
  void ask_values(int revision);
  void ask_lists();
  void ask_pods();
  void find_controllers();
  void controllers_known();
  void finish();

  const Settings& m_want;
  const Access& m_access;
  Effects& m_effects;
  bool m_thorough;
  Observation m_seen{};
  Target m_target{};
  NamedHints m_hints{};
  bool m_lists_in = false;
  bool m_releases_in = false;
  int m_controllers_open = 0; ///< answers still to come
  bool m_named = false;       // the named objects were read
  bool m_provider_asked = false;
  Asker m_asker{};
};

void Observer::on_kubectl_version(const CommandResult& answer)
{
  const bool by_env = m_target.kubeconfig.find(':') != std::string::npos && answer.exit_code == 127;
  if (answer.ended == Ended::not_found || answer.ended == Ended::not_started || by_env) {
    m_seen.tools.kubectl_error =
        fmt::format("{}: {}", m_want.tools.kubectl.value.front(), why(answer));
    give_up(m_seen, Look::failed, m_seen.tools.kubectl_error);
    return;
  }
  const KubectlVersions versions = parse_kubectl_version(answer.out);
  m_seen.tools.kubectl = versions.client;
  m_seen.tools.server = versions.server;
  const Look look = classify(answer);
  // Some clusters hide /version from everyone. A refusal still proves that the server is alive.
  const bool hidden = look == Look::forbidden && answer.err.find("orbidden") != std::string::npos;
  const bool foreign = look == Look::seen && (answer.truncated || versions.server.empty());
  if ((look != Look::seen && !hidden) || foreign) {
    m_seen.tools.server_error =
        foreign ? "kubectl version printed something that is not its JSON" : why(answer);
    m_seen.tools.kubeconfig_error = m_access.problem;
    give_up(m_seen, foreign ? Look::failed : look, m_seen.tools.server_error);
    return;
  }
  ask(read_named(m_target, named_manifest(m_want)), &Observer::on_named);
  ask(read_helm_list(m_target), &Observer::on_releases);
}

void Observer::on_named(const CommandResult& answer)
{
  Objects objects;
  const std::string manifest = named_manifest(m_want);
  if (const std::string reason = distrust_named(answer, manifest, objects); !reason.empty()) {
    give_up(m_seen, Look::failed, reason);
    return;
  }
  m_hints = fill_named(m_seen, m_want, objects, answer);
  if (m_seen.cluster_uid.look == Look::unreachable) {
    give_up(m_seen, Look::unreachable, m_seen.cluster_uid.why);
    return;
  }
  ask_lists();
  ask_pods();
}

/// Asks the programs inside pods.
void Observer::ask_pods()
{
  const IpOperatorSeen& ip = m_seen.ip_operator;
  if (ip.deployment.found() && !ip.service.empty()) {
    // It answers at once or never.
    ask(read_raw(m_target, service_proxy(k_akash_ns, ip.service, "usage"), std::chrono::seconds{5}),
        &Observer::on_usage);
  } else {
    m_seen.ip_operator.usage_text = {.look =
                                         ip.deployment.found() ? Look::absent : ip.deployment.look,
                                     .why = ip.deployment.why};
  }
  m_named = true;
  ask_provider();
}

// Looks for the usual name, else for the release's label, for which the release must be known.
void Observer::ask_provider()
{
  const Seen<ReleaseSeen>& release = m_seen.provider.release;
  if (m_provider_asked || !m_named || (!m_hints.provider_found && !m_releases_in)) {
    return;
  }
  m_provider_asked = true;
  if (!m_hints.provider_found && release.found()) {
    ask(read_selected(m_target, k_akash_ns, labelled_provider(release.value.name)),
        &Observer::on_labelled_provider);
    return;
  }
  ask_environment();
}

void Observer::on_labelled_provider(const CommandResult& answer)
{
  const PodSeen pod = fill_labelled_provider(m_seen, answer);
  m_hints.pod = pod.container.empty() ? m_hints.pod : pod;
  ask_environment();
}

void Observer::ask_environment()
{
  Seen<std::string>& environment = m_seen.provider.env_ip_operator;
  const std::string pod = facts::provider_names(m_seen, m_want).pod;
  if (m_hints.pod.running) {
    ask(read_exec(
            m_target, k_akash_ns, pod, m_hints.pod.container, {"printenv", "AKASH_IP_OPERATOR"}),
        &Observer::on_environment);
  } else if (m_seen.provider.pod_revision.found()) {
    environment = {.look = Look::failed, .why = "the pod does not run: " + m_hints.pod.waiting};
  } else {
    environment = {.look = m_seen.provider.pod_revision.look,
                   .why = m_seen.provider.pod_revision.why};
  }
}

// Tenants have thousands of Services and Deployments, so the server filters these.
void Observer::ask_lists()
{
  std::vector<std::string> kinds{"nodes", "daemonsets.apps"};
  // One unknown kind would empty the whole answer, so ask only for kinds that are served.
  for (const char* crd : {"ipaddresspools.metallb.io",
                          "l2advertisements.metallb.io",
                          "bgpadvertisements.metallb.io",
                          "helmcharts.helm.cattle.io",
                          "charts.helm.k0sproject.io",
                          "ciliumloadbalancerippools.cilium.io"}) {
    if (m_seen.crds.contains(crd)) {
      kinds.emplace_back(crd);
    }
  }
  ask(read_lists(m_target, kinds, lists_template()), &Observer::on_lists);
  ask(read_lists(
          m_target, {"services"}, lists_template(), {"--field-selector", "spec.type=LoadBalancer"}),
      &Observer::on_load_balancers);
}

void Observer::on_load_balancers(const CommandResult& answer)
{
  // An old server without this selector (kubernetes/kubernetes, registry/core/service/strategy.go).
  const bool unknown =
      !answer.ok() && answer.err.find("field label not supported") != std::string::npos;
  if (unknown) {
    ask(read_lists(m_target, {"services"}, lists_template()), &Observer::on_all_services);
  } else {
    fill_load_balancers(m_seen, answer);
  }
}

void Observer::on_lists(const CommandResult& answer)
{
  fill_lists(m_seen, answer, m_hints);
  m_lists_in = true;
  find_controllers();
  // Spares one process in a second run on most clusters.
  const bool on = m_seen.ip_operator.deployment.found() && !m_seen.metallb.controllers.empty();
  if (m_thorough || !on || m_hints.kube_vip || facts::system_pods_tell(m_seen)) {
    ask(read_system_pods(m_target, lists_template()), &Observer::on_system_pods);
  }
}

void Observer::find_controllers()
{
  if (!m_lists_in || !m_releases_in) {
    return;
  }
  // Only labels reveal a second controller without speakers. That takes two more reads, so skip
  // them if leases are on already.
  const bool on = m_seen.ip_operator.deployment.found();
  if (controllers_suffice(m_seen) && (on || m_seen.metallb.controllers.empty())) {
    m_seen.metallb.controllers_look = Look::seen;
    controllers_known();
    return;
  }
  // Neither label family covers every installation, and a selector has no "or".
  for (const char* label : {"app.kubernetes.io/name=metallb", "app=metallb"}) {
    ++m_controllers_open;
    ask(read_lists(m_target, {"deployments.apps"}, lists_template(), {"-l", label}),
        &Observer::on_controllers);
  }
}

void Observer::on_controllers(const CommandResult& answer)
{
  fill_controllers(m_seen, answer);
  if (--m_controllers_open == 0) {
    controllers_known();
  }
}

void Observer::controllers_known()
{
  settle_controllers(m_seen);
  if (!m_hints.crds_readable && !m_seen.metallb.controllers.empty()) {
    ask(read_lists(m_target,
                   {"ipaddresspools.metallb.io",
                    "l2advertisements.metallb.io",
                    "bgpadvertisements.metallb.io"},
                   lists_template()),
        &Observer::on_metallb_resources);
  }
  const LegacyName legacy = unread_legacy(m_seen);
  if (!legacy.name.empty()) {
    ask(read_json(m_target, legacy.name_space, {"configmap/" + legacy.name}), &Observer::on_legacy);
  }
  if (const std::vector<std::string> old = old_workload_names(m_seen); !old.empty()) {
    ask(read_json(m_target, "metallb-system", old), &Observer::on_old_workloads);
  }
}

void Observer::on_old_workloads(const CommandResult& answer)
{
  Objects objects;
  const std::size_t wanted = old_workload_names(m_seen).size();
  const bool whole = answer.ok() && !answer.truncated && objects.read(answer.out);
  if (whole && objects.all("Deployment").size() + objects.all("DaemonSet").size() == wanted) {
    m_seen.metallb.old_workloads_json = list_text(objects);
  } else {
    m_seen.metallb.controllers_look = unread_answer(answer);
  }
}

void Observer::on_legacy(const CommandResult& answer)
{
  Objects objects;
  if (!answer.ok() || answer.truncated || !objects.read(answer.out)) {
    m_seen.metallb.controllers_look = unread_answer(answer);
    return;
  }
  for (const nlohmann::json* object : objects.all("ConfigMap")) {
    fill_legacy(m_seen, *object);
  }
}

void Observer::on_releases(const CommandResult& answer)
{
  fill_releases(m_seen, m_want, answer);
  m_releases_in = true;
  find_controllers();
  ask_provider();
  // The values of a failed revision are not in force, and repairing what a dead helm left needs the
  // revision before it. The history has both.
  for (const ReleaseSeen& release : undeployed(m_seen)) {
    ask(read_helm_history(m_target, release.name_space, release.name),
        [this, release](const CommandResult& past) { on_history(release, past); });
  }
  const Seen<ReleaseSeen>& release = m_seen.provider.release;
  if (!release.found()) {
    m_seen.provider.release_values = {.look = release.look, .why = release.why};
  } else if (release.value.status == "deployed") {
    ask_values(release.value.revision);
  } else {
    ask(read_key_sizes(
            m_target, k_akash_ns, facts::usual_provider_name(release.value.name) + "-keys"),
        &Observer::on_empty_keys);
  }
}

void Observer::on_history(const ReleaseSeen& of, const CommandResult& answer)
{
  fill_history(m_seen, of, answer);
  const Seen<ReleaseSeen>& release = m_seen.provider.release;
  if (!release.found() || release.value.name != of.name) {
    return;
  }
  const std::optional<ReleasePast>& past = release.value.past;
  if (past && past->deployed != 0) {
    ask_values(past->deployed);
    return;
  }
  m_seen.provider.release_values = {
      .look = past          ? Look::absent
              : answer.ok() ? Look::failed
                            : classify(answer),
      .why = past          ? "no revision was ever deployed"
             : answer.ok() ? "helm history printed something that is not its JSON"
                           : why(answer)};
}

void Observer::ask_values(int revision)
{
  m_seen.provider.values_revision = revision;
  ask(read_helm_values(m_target,
                       {.name_space = k_akash_ns,
                        .release = m_seen.provider.release.value.name,
                        .revision = revision}),
      &Observer::on_values);
}

void Observer::finish()
{
  settle_legacy(m_seen);
}

} // namespace

Observation observe(const Settings& want, const Access& access, Effects& effects, bool thorough)
{
  return Observer(want, access, effects, thorough).look();
}

} // namespace iplease
