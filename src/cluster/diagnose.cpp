// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/diagnose.hpp>
#include <iplease/cluster/kubectl.hpp>
#include <iplease/cluster/observe.hpp>
#include <iplease/cluster/parse.hpp>
#include <iplease/cluster/read_commands.hpp>
#include <iplease/engine/effects.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "diagnose_parse.hpp"
#include <algorithm>
#include <utility>

namespace iplease {
namespace {

constexpr const char* k_metallb = "metallb-system";
constexpr const char* k_akash = "akash-services";
constexpr std::size_t k_most_services = 300; // whose endpoints are asked for in one command

// Tried, never stored. A denial ("overlaps", ...) is an answer of the webhook like any other.
constexpr const char* k_trial = "apiVersion: metallb.io/v1beta1\nkind: IPAddressPool\n"
                                "metadata:\n  name: iplease-trial\n  namespace: metallb-system\n"
                                "spec:\n  autoAssign: false\n  addresses: [192.0.2.255/32]\n";

/// The command as a person would type it; kubeconfig and context are the same for all of them.
std::string typed(const Command& command)
{
  std::vector<std::string> words;
  for (std::size_t at = 0; at < command.argv.size(); ++at) {
    const std::string& word = command.argv[at];
    const bool list_of_files = word == "env" && at == 0 && command.argv.size() > 1;
    if (word == "--kubeconfig" || word == "--context" || list_of_files) {
      ++at; // its value; of env: KUBECONFIG=
    } else if (!word.starts_with("--request-timeout=")) {
      words.push_back(word);
    }
  }
  return shell_line(words);
}

// Asks for what is wanted; an answer may bring a further question.
class Diagnoser {
public:
  Diagnoser(const Observation& seen,
            const Settings& want,
            const std::set<Extra>& wanted,
            Effects& effects)
      : m_seen(seen),
        m_want(want),
        m_wanted(wanted),
        m_effects(effects),
        m_target(target_of(seen, want))
  {
  }

  Diagnosis look()
  {
    ask_objects();
    ask_metallb();
    ask_operator();
    ask_provider();
    (void)run_all(
        m_effects.runner, take(), 2, [this](std::size_t index, const CommandResult& answer) {
          const Asked asked = m_asked[index];
          (this->*asked.handler)(asked.extra, answer);
          return take();
        });
    return std::move(m_out);
  }

private:
  using Handler = void (Diagnoser::*)(Extra, const CommandResult&);
  struct Asked {
    Extra extra;
    Handler handler;
  };

  std::vector<Command> take() { return std::exchange(m_next, {}); }

  void ask(Extra extra, std::vector<std::string> words, Handler handler, std::string input = {})
  {
    if (!m_wanted.contains(extra)) {
      return;
    }
    const std::chrono::seconds limit = deadline_of(extra);
    words.insert(words.begin(), fmt::format("--request-timeout={}s", limit.count()));
    Command command = kubectl(m_target, std::move(words), limit + std::chrono::seconds{2});
    command.input = std::move(input);
    m_out.reads[extra].command = typed(command);
    m_asked.push_back({.extra = extra, .handler = handler});
    m_next.push_back(std::move(command));
  }

  void ask_objects();
  void ask_metallb();
  void ask_operator();
  void ask_provider();
  void keep(Extra extra, const CommandResult& answer);
  void on_answer(Extra extra, const CommandResult& answer) { keep(extra, answer); }
  void on_objects(Extra extra, const CommandResult& answer);
  void on_webhook(Extra extra, const CommandResult& answer);
  void on_status(Extra extra, const CommandResult& answer);
  void on_announcers(Extra extra, const CommandResult& answer);

  const Observation& m_seen;
  const Settings& m_want;
  const std::set<Extra>& m_wanted;
  Effects& m_effects;
  Target m_target;
  Diagnosis m_out{};
  std::vector<Asked> m_asked{};
  std::vector<Command> m_next{};
};

void Diagnoser::ask_objects()
{
  ask(Extra::metallb_objects,
      {"-n", k_metallb, "get", "pods,events,endpoints,networkpolicies", "-o", "json"},
      &Diagnoser::on_objects);
  ask(Extra::akash_objects,
      {"-n", k_akash, "get", "pods,events", "-o", "json"},
      &Diagnoser::on_objects);
  // kubeadm and k3s call the Service kube-dns, Kubespray coredns.
  ask(Extra::cluster_dns,
      {"-n",
       "kube-system",
       "get",
       "configmap/coredns",
       "endpoints/kube-dns",
       "endpoints/coredns",
       "--ignore-not-found",
       "-o",
       "json"},
      &Diagnoser::on_objects);
  ask(Extra::service_events,
      {"get", "events", "-A", "--field-selector", "involvedObject.kind=Service", "-o", "json"},
      &Diagnoser::on_objects);
}

void Diagnoser::ask_metallb()
{
  if (m_seen.metallb.expose.found()) {
    ask(Extra::metrics,
        {"get", "--raw", service_proxy(k_metallb, "controller:monitoring", "metrics")},
        &Diagnoser::on_answer);
  }
  if (m_seen.crds.contains("ipaddresspools.metallb.io")) {
    ask(Extra::webhook,
        {"apply", "--dry-run=server", "-o", "name", "-f", "-"},
        &Diagnoser::on_webhook,
        k_trial);
  }
  const auto has_address = [](const ServiceSeen& one) { return !one.addresses.empty(); };
  if (m_seen.crds.contains("ipaddresspools.metallb.io") &&
      std::ranges::any_of(m_seen.load_balancers, has_address)) {
    ask(Extra::announcers,
        {"get", "servicel2statuses.metallb.io", "-A", "-o", "json"},
        &Diagnoser::on_announcers);
  }
  if (m_seen.nodes.size() > 1 && !m_seen.metallb.speakers.empty()) {
    const WorkloadSeen& speaker = m_seen.metallb.speakers.front();
    ask(Extra::speaker_log,
        {"-n", speaker.name_space, "logs", "daemonset/" + speaker.name, "--tail=400"},
        &Diagnoser::on_answer);
  }
}

void Diagnoser::ask_operator()
{
  const IpOperatorSeen& ip = m_seen.ip_operator;
  if (!ip.deployment.found()) {
    return;
  }
  const std::string name = "deployment/" + ip.deployment.value.name;
  if (ip.barrier || !ip.available || ip.deployment.value.ready == 0) {
    // Without --tail a selector would print ten lines only, and the line that decides is early.
    ask(Extra::operator_log,
        {"-n", k_akash, "logs", name, "--timestamps", "--tail=-1", "--limit-bytes=200000"},
        &Diagnoser::on_answer);
  }
  if (ip.deployment.value.ready > 0 && !ip.running_address.found()) {
    ask(Extra::operator_address,
        {"-n", k_akash, "exec", name, "--", "printenv", "AP_PROVIDER"},
        &Diagnoser::on_answer);
  }
}

void Diagnoser::ask_provider()
{
  if (m_seen.provider.stateful_set.found()) {
    const std::string service =
        "https:" + provider_full_name(m_want.provider.release.value) + ":8443";
    ask(Extra::provider_status,
        {"get", "--raw", service_proxy(k_akash, service, "status")},
        &Diagnoser::on_status);
  }
}

void Diagnoser::keep(Extra extra, const CommandResult& answer)
{
  Seen<std::string>& out = m_out.reads[extra].answer;
  out = {.look = answer.ended == Ended::exited ? classify(answer) : Look::unreachable,
         .value = answer.ok() ? answer.out : "",
         .why = answer.ended == Ended::timed_out ? "no answer within the deadline" : why(answer)};
  while (extra != Extra::metrics && out.value.ends_with('\n')) {
    out.value.pop_back();
  }
}

void Diagnoser::on_objects(Extra extra, const CommandResult& answer)
{
  keep(extra, answer);
  m_out.reads[extra].answer.value.clear(); // read into facts below
  // kubectl prints what it may read even where it exits 1 for a kind that it may not.
  if (extra == Extra::cluster_dns) {
    fill_cluster_dns(m_out, answer.out);
  } else if (extra == Extra::service_events) {
    fill_service_events(m_out, answer.out);
  } else if (extra == Extra::silent_endpoints) {
    fill_silent_endpoints(m_out, answer.out);
  } else if (extra == Extra::akash_objects) {
    fill_akash_objects(m_out, answer.out);
  } else {
    fill_metallb_objects(m_out, m_seen, answer.out);
  }
}

void Diagnoser::on_webhook(Extra extra, const CommandResult& answer)
{
  keep(extra, answer);
  Seen<std::string>& out = m_out.reads[extra].answer;
  if (answer.err.find("denied the request") != std::string::npos) {
    out = {.look = Look::seen, .value = why(answer)};
  }
}

void Diagnoser::on_status(Extra extra, const CommandResult& answer)
{
  keep(extra, answer);
  if (!answer.ok()) {
    ask(Extra::provider_log,
        {"-n",
         k_akash,
         "logs",
         provider_full_name(m_want.provider.release.value) + "-0",
         "-c",
         "provider",
         "--tail=200"},
        &Diagnoser::on_answer);
  }
}

void Diagnoser::on_announcers(Extra extra, const CommandResult& answer)
{
  keep(extra, answer);
  m_out.reads[extra].answer.value.clear(); // read into facts
  if (answer.err.find("the server doesn't have a resource type") != std::string::npos) {
    m_out.reads[extra].answer.look = Look::absent; // a MetalLB of before
  }
  fill_announcers(m_out, answer.out);
  std::set<std::string> silent;
  for (const ServiceSeen& service : m_seen.load_balancers) {
    const bool told = m_out.announcers.contains(service.name_space + "/" + service.name);
    if (!service.addresses.empty() && !told && silent.size() < k_most_services) {
      silent.insert(service.name);
    }
  }
  if (!silent.empty() && m_out.read(extra).answer.found()) {
    ask(Extra::silent_endpoints,
        {"get",
         "endpointslices",
         "-A",
         "-l",
         fmt::format("kubernetes.io/service-name in ({})", fmt::join(silent, ",")),
         "-o",
         "json"},
        &Diagnoser::on_objects);
  }
}

} // namespace

Diagnosis diagnose(const Observation& seen,
                   const Settings& want,
                   const std::set<Extra>& wanted,
                   Effects& effects)
{
  if (seen.assumed || seen.tools.server.empty()) {
    return {};
  }
  return Diagnoser(seen, want, wanted, effects).look();
}

void look_again_who_announces(Diagnosis& more,
                              const Observation& seen,
                              const Settings& want,
                              Effects& effects)
{
  Diagnosis later = diagnose(seen, want, {Extra::announcers, Extra::silent_endpoints}, effects);
  for (auto& [extra, read] : later.reads) {
    more.reads[extra] = std::move(read);
  }
  more.announcers.merge(later.announcers);
  for (auto& [service, ready] : more.silent_endpoints) {
    const auto now = later.silent_endpoints.find(service);
    ready = now == later.silent_endpoints.end() ? 0 : std::min(ready, now->second);
  }
}

} // namespace iplease
