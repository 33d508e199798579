// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/fill.hpp>
#include <iplease/cluster/inventory.hpp>
#include <iplease/cluster/observe.hpp>
#include <iplease/cluster/read_commands.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/engine/effects.hpp>

#include <fmt/format.h>

#include "evidence.hpp"
#include "json_access.hpp"
#include <utility>

namespace iplease {
namespace {

constexpr const char* k_akash = "akash-services";

// Asks, and with each answer asks what has become possible: no read waits for one that it does
// not need.
class Observer {
public:
  Observer(const Settings& want, const Access& access, Effects& effects, const MemorySeen& memory)
      : m_want(want),
        m_access(access),
        m_effects(effects)
  {
    m_seen.kubeconfig = access.kubeconfig;
    m_seen.context = access.context;
    m_seen.memory = memory;
    m_target = target_of(m_seen, want);
  }

  Observation look()
  {
    ask(read_kubectl_version(m_target), &Observer::on_kubectl_version);
    ask(read_helm_version(m_target), &Observer::on_helm_version);
    (void)run_all(
        m_effects.runner, take(), 2, [this](std::size_t index, const CommandResult& answer) {
          (this->*m_handlers[index])(answer);
          return take();
        });
    read_values_files();
    m_seen.kubespray = read_inventory(m_want, m_effects.files);
    finish();
    return std::move(m_seen);
  }

private:
  using Handler = void (Observer::*)(const CommandResult&);

  void ask(Command command, Handler handler)
  {
    m_seen.evidence.push_back(evidence_line(command));
    m_handlers.push_back(handler);
    m_next.push_back(std::move(command));
  }

  std::vector<Command> take() { return std::exchange(m_next, {}); }

  void on_kubectl_version(const CommandResult& answer);
  void on_helm_version(const CommandResult& answer);
  void on_named(const CommandResult& answer);
  void on_releases(const CommandResult& answer);
  void on_lists(const CommandResult& answer);
  void on_history(const CommandResult& answer);
  void on_values(const CommandResult& answer);
  void on_metallb_resources(const CommandResult& answer) { fill_metallb_resources(m_seen, answer); }
  void on_legacy(const CommandResult& answer);
  void on_old_workloads(const CommandResult& answer);
  void on_usage(const CommandResult& answer) { fill_usage(m_seen, answer); }
  void on_environment(const CommandResult& answer) { fill_environment(m_seen, answer); }

  void ask_releases();
  void ask_values(int revision);
  void ask_lists();
  void read_values_files();
  void finish();

  const Settings& m_want;
  const Access& m_access;
  Effects& m_effects;
  Observation m_seen{};
  Target m_target{};
  NamedHints m_hints{};
  bool m_server = false;
  bool m_helm = false;
  std::vector<Handler> m_handlers{}; // in the order of the commands, as run_all numbers them
  std::vector<Command> m_next{};
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
  // Some clusters hide /version from everybody; its refusal is an answer of a server that lives.
  const bool hidden = look == Look::forbidden && answer.err.find("orbidden") != std::string::npos;
  m_server = look == Look::seen || hidden;
  if (!m_server) {
    m_seen.tools.server_error = why(answer);
    give_up(m_seen, look, m_seen.tools.server_error);
    return;
  }
  ask(read_named(m_target, named_manifest(m_want)), &Observer::on_named);
  ask_releases();
}

void Observer::on_helm_version(const CommandResult& answer)
{
  m_seen.tools.helm = answer.ok() ? parse_helm_version(answer.out) : "";
  m_helm = !m_seen.tools.helm.empty();
  if (!m_helm) {
    m_seen.tools.helm_error = fmt::format(
        "{}: {}", m_want.tools.helm.value.front(), answer.ok() ? "no version" : why(answer));
  }
  ask_releases();
}

void Observer::ask_releases()
{
  if (m_server && m_helm) {
    ask(read_helm_list(m_target), &Observer::on_releases);
  }
}

void Observer::on_named(const CommandResult& answer)
{
  Objects objects;
  if (answer.truncated || !objects.read(answer.out)) {
    give_up(m_seen, Look::failed, "kubectl get -f - printed something that is not its JSON");
    return;
  }
  m_hints = fill_named(m_seen, m_want, objects, answer);
  if (m_seen.cluster_uid.look == Look::unreachable) {
    give_up(m_seen, Look::unreachable, m_seen.cluster_uid.why);
    return;
  }
  ask_lists();
  const IpOperatorSeen& ip = m_seen.ip_operator;
  if (ip.deployment.found() && !ip.service.empty()) {
    // It answers at once or hangs for ever.
    ask(read_raw(m_target, service_proxy(k_akash, ip.service, "usage"), std::chrono::seconds{5}),
        &Observer::on_usage);
  } else {
    m_seen.ip_operator.usage_text = {.look =
                                         ip.deployment.found() ? Look::absent : ip.deployment.look,
                                     .why = ip.deployment.why};
  }
  Seen<std::string>& environment = m_seen.provider.env_ip_operator;
  const std::string pod = provider_full_name(m_want.provider.release.value) + "-0";
  if (m_hints.pod.running) {
    ask(read_exec(m_target, k_akash, pod, m_hints.pod.container, {"printenv", "AKASH_IP_OPERATOR"}),
        &Observer::on_environment);
  } else if (m_seen.provider.pod_revision.found()) {
    environment = {.look = Look::failed, .why = "the pod does not run: " + m_hints.pod.waiting};
  } else {
    environment = {.look = m_seen.provider.pod_revision.look,
                   .why = m_seen.provider.pod_revision.why};
  }
}

void Observer::ask_lists()
{
  std::vector<std::string> kinds{"nodes", "services", "deployments.apps", "daemonsets.apps"};
  // One unknown kind would empty the whole answer, so only what is served is asked for.
  for (const char* crd : {"ipaddresspools.metallb.io",
                          "l2advertisements.metallb.io",
                          "ciliumloadbalancerippools.cilium.io"}) {
    if (m_seen.crds.contains(crd)) {
      kinds.emplace_back(crd);
    }
  }
  ask(read_lists(m_target, kinds, lists_template()), &Observer::on_lists);
}

void Observer::on_lists(const CommandResult& answer)
{
  fill_lists(m_seen, answer, m_hints);
  if (!m_hints.crds_readable && !m_seen.metallb.controllers.empty()) {
    ask(read_lists(m_target,
                   {"ipaddresspools.metallb.io", "l2advertisements.metallb.io"},
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
  if (answer.ok()) {
    m_seen.metallb.old_workloads_json = answer.out;
  }
}

void Observer::on_legacy(const CommandResult& answer)
{
  Objects objects;
  if (answer.ok() && objects.read(answer.out)) {
    for (const nlohmann::json* object : objects.all("ConfigMap")) {
      fill_legacy(m_seen, *object);
    }
  }
}

void Observer::on_releases(const CommandResult& answer)
{
  fill_releases(m_seen, m_want, answer);
  const Seen<ReleaseSeen>& release = m_seen.provider.release;
  if (!release.found()) {
    m_seen.provider.release_values = {.look = release.look, .why = release.why};
  } else if (release.value.status == "deployed") {
    ask_values(release.value.revision);
  } else {
    // After a failed upgrade `helm get values` shows the failed revision's: look further back.
    ask(read_helm_history(m_target, k_akash, release.value.name), &Observer::on_history);
  }
}

void Observer::on_history(const CommandResult& answer)
{
  const int revision = answer.ok() ? last_deployed_revision(answer.out) : 0;
  if (revision != 0) {
    ask_values(revision);
    return;
  }
  m_seen.provider.release_values = {.look = answer.ok() ? Look::absent : classify(answer),
                                    .why = answer.ok() ? "no revision was ever deployed"
                                                       : why(answer)};
}

void Observer::ask_values(int revision)
{
  m_seen.provider.values_revision = revision;
  ask(read_helm_values(
          m_target,
          {.name_space = k_akash, .release = m_want.provider.release.value, .revision = revision}),
      &Observer::on_values);
}

void Observer::on_values(const CommandResult& answer)
{
  Seen<SecretYaml>& values = m_seen.provider.release_values;
  values = {.look = classify(answer), .why = why(answer)};
  if (answer.truncated) {
    values = {.look = Look::failed, .why = "the values are too long to be read whole"};
  } else if (answer.ok()) {
    values.value = SecretYaml(answer.out);
  }
}

void Observer::read_values_files()
{
  const std::string& given = m_want.provider.values_file.value;
  std::vector<std::string> paths;
  if (!given.empty()) {
    paths = {given};
  } else {
    paths = {"/root/provider/provider.yaml"};
    for (const char* tail : {"/provider/provider.yaml", "/provider.yaml"}) {
      const std::string path = m_access.home + tail;
      if (!m_access.home.empty() && path != paths.front()) {
        paths.push_back(path);
      }
    }
  }
  for (const std::string& path : paths) {
    FileRead read = m_effects.files.read(path);
    m_seen.provider.files.push_back({.path = path,
                                     .exists = read.kind != FileRead::Kind::absent,
                                     .given = !given.empty(),
                                     .text = SecretYaml(std::move(read.text)),
                                     .error = std::move(read.error)});
  }
}

void Observer::finish()
{
  settle_legacy(m_seen);
  // Whatever was not asked for has a reason by now; helm's part may be missing alone.
  if (m_server && !m_helm) {
    give_up(m_seen, Look::failed, m_seen.tools.helm_error);
  }
}

} // namespace

Observation
observe(const Settings& want, const Access& access, Effects& effects, const MemorySeen& memory)
{
  return Observer(want, access, effects, memory).look();
}

} // namespace iplease
