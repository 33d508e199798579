// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/diagnose.hpp>
#include <iplease/cluster/held.hpp>
#include <iplease/cluster/kubectl.hpp>
#include <iplease/cluster/observe.hpp>
#include <iplease/cluster/parse.hpp>
#include <iplease/cluster/read_commands.hpp>
#include <iplease/core/names.hpp>
#include <iplease/engine/effects.hpp>
#include <iplease/facts/provider.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "asker.hpp"
#include "diagnose_parse.hpp"
#include <algorithm>
#include <utility>

namespace iplease {
namespace {

// The end of a log counts, since errors repeat. A container runtime cuts lines at 16 KiB, so this
// many lines fit into the 8 MiB that are kept of an answer.
constexpr const char* k_log_end = "--tail=500";
constexpr std::size_t k_most_services = 300; // whose endpoints one command asks for

// Only for a dry run. A denial ("overlaps", ...) also proves that the webhook answers.
constexpr const char* k_trial = "apiVersion: metallb.io/v1beta1\nkind: IPAddressPool\n"
                                "metadata:\n  name: iplease-trial\n  namespace: metallb-system\n"
                                "spec:\n  autoAssign: false\n  addresses: [192.0.2.255/32]\n";

/// The command as a person would type it, without kubeconfig, context and timeout.
std::string typed(const Command& command)
{
  std::vector<std::string> words;
  for (std::size_t at = 0; at < command.argv.size(); ++at) {
    const std::string& word = command.argv[at];
    const bool list_of_files = word == "env" && at == 0 && command.argv.size() > 1;
    if (word == "--kubeconfig" || word == "--context" || list_of_files) {
      ++at; // skip its value; for `env` KUBECONFIG=
    } else if (!word.starts_with("--request-timeout=")) {
      words.push_back(word);
    }
  }
  return shell_line(words);
}

// Asks what is wanted; an answer may lead to another question.
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
    // The pods decide whose log to read.
    if (wanted.contains(Extra::operator_log) || wanted.contains(Extra::operator_address)) {
      m_wanted.insert(Extra::akash_objects);
    }
    if (wanted.contains(Extra::speaker_log)) {
      m_wanted.insert(Extra::metallb_objects);
    }
  }

  Diagnosis look()
  {
    ask_objects();
    ask_metallb();
    ask_leases();
    ask_provider();
    m_asker.hear(m_effects.runner);
    return std::move(m_out);
  }

private:
  using Handler = void (Diagnoser::*)(Extra, const CommandResult&);

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
    m_asker.ask(std::move(command), [this, extra, handler](const CommandResult& answer) {
      (this->*handler)(extra, answer);
    });
  }

  void ask_objects();
  void ask_metallb();
  void ask_speaker_log();
  void ask_leases();
  void ask_operator();
  void ask_provider();
  void keep(Extra extra, const CommandResult& answer);
  void on_answer(Extra extra, const CommandResult& answer) { keep(extra, answer); }
  void became_facts(Extra extra, bool whole);
  void on_objects(Extra extra, const CommandResult& answer);
  void on_webhook(Extra extra, const CommandResult& answer);
  void on_status(Extra extra, const CommandResult& answer);
  void on_announcers(Extra extra, const CommandResult& answer);
  void on_held(Extra extra, const CommandResult& answer);

  const Observation& m_seen;
  const Settings& m_want;
  std::set<Extra> m_wanted;
  Effects& m_effects;
  Target m_target;
  Diagnosis m_out{};
  Asker m_asker{};
};

void Diagnoser::ask_objects()
{
  ask(Extra::metallb_objects,
      {"-n", k_metallb_ns, "get", "pods,events,endpoints,networkpolicies", "-o", "json"},
      &Diagnoser::on_objects);
  ask(Extra::akash_objects,
      {"-n", k_akash_ns, "get", "pods,events", "-o", "json"},
      &Diagnoser::on_objects);
  // kubeadm and k3s call the Service kube-dns, Kubespray calls it coredns.
  ask(Extra::cluster_dns,
      {"-n",
       "kube-system",
       "get",
       "configmap/coredns",
       "endpoints/kube-dns",
       "endpoints/coredns",
       "namespace/kube-system", // always exists: an empty answer is a failure
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
        {"get", "--raw", service_proxy(k_metallb_ns, "controller:monitoring", "metrics")},
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
}

/// One speaker is enough: all of them log the same.
void Diagnoser::ask_speaker_log()
{
  if (m_seen.nodes.size() > 1 && !m_seen.metallb.speakers.empty()) {
    const WorkloadSeen& speaker = m_seen.metallb.speakers.front();
    const std::string pod = pod_with_the_log(m_out.metallb_pods, speaker.selector);
    ask(Extra::speaker_log,
        {"-n",
         speaker.name_space,
         "logs",
         pod.empty() ? "daemonset/" + speaker.name : "pod/" + pod,
         "--tail=400"},
        &Diagnoser::on_answer);
  }
}

/// How the IP operator handles the leases. These reads need no pod name.
void Diagnoser::ask_leases()
{
  const IpOperatorSeen& ip = m_seen.ip_operator;
  if (ip.barrier && m_seen.crds.contains("providerleasedips.akash.network")) {
    ask(Extra::leased_ips,
        {"get", "providerleasedips.akash.network", "-A", "-o", "json"},
        &Diagnoser::on_objects);
  }
  if (ip.available && !ip.service.empty()) {
    ask(Extra::ignored_leases,
        {"get", "--raw", service_proxy(k_akash_ns, ip.service, "ignored-leases")},
        &Diagnoser::on_answer);
  }
}

void Diagnoser::ask_operator()
{
  const IpOperatorSeen& ip = m_seen.ip_operator;
  if (!ip.deployment.found()) {
    return;
  }
  // `deployment/NAME` may pick a pod that is terminating or never started.
  const std::string pod = pod_with_the_log(m_out.akash_pods, ip.deployment.value.selector);
  const std::string name = pod.empty() ? "deployment/" + ip.deployment.value.name : "pod/" + pod;
  if (ip.barrier || !ip.available || ip.deployment.value.ready == 0) {
    ask(Extra::operator_log,
        {"-n", k_akash_ns, "logs", name, "--timestamps", k_log_end},
        &Diagnoser::on_answer);
  }
  if (ip.deployment.value.ready > 0 && !ip.running_address.found()) {
    ask(Extra::operator_address,
        {"-n", k_akash_ns, "exec", name, "--", "printenv", "AP_PROVIDER"},
        &Diagnoser::on_answer);
  }
}

void Diagnoser::ask_provider()
{
  if (std::vector<std::string> words = held_words(m_seen); !words.empty()) {
    ask(Extra::held_objects, std::move(words), &Diagnoser::on_held);
  }
  if (m_seen.provider.stateful_set.found()) {
    const std::string service = facts::provider_names(m_seen, m_want).status();
    ask(Extra::provider_status,
        {"get", "--raw", service_proxy(k_akash_ns, service, "status")},
        &Diagnoser::on_status);
  }
}

void Diagnoser::keep(Extra extra, const CommandResult& answer)
{
  Seen<std::string>& out = m_out.reads[extra].answer;
  out = {.look = answer.ended == Ended::exited ? classify(answer) : Look::unreachable,
         .value = answer.ok() ? answer.out : "",
         .why = answer.ended == Ended::timed_out ? "no answer within the deadline" : why(answer)};
  const bool of_lines = extra == Extra::metrics || extra == Extra::operator_address;
  if (answer.ok() && of_lines && !whole_lines(answer).found()) {
    out = {.look = Look::failed, .why = whole_lines(answer).why};
  }
  while (extra != Extra::metrics && out.value.ends_with('\n')) {
    out.value.pop_back();
  }
}

void Diagnoser::on_held(Extra extra, const CommandResult& answer)
{
  keep(extra, answer);
  m_out.held = parse_held(answer.out);
  m_out.reads[extra].answer.value.clear(); // parsed into `held`
}

void Diagnoser::on_objects(Extra extra, const CommandResult& answer)
{
  keep(extra, answer);
  // kubectl prints the kinds that it may read even if it exits 1 for a forbidden one.
  const bool whole = extra == Extra::cluster_dns        ? fill_cluster_dns(m_out, answer.out)
                     : extra == Extra::service_events   ? fill_service_events(m_out, answer.out)
                     : extra == Extra::silent_endpoints ? fill_silent_endpoints(m_out, answer.out)
                     : extra == Extra::akash_objects    ? fill_akash_objects(m_out, answer.out)
                     : extra == Extra::leased_ips       ? fill_leased_ips(m_out, answer.out)
                                                  : fill_metallb_objects(m_out, m_seen, answer.out);
  became_facts(extra, whole && !answer.truncated);
  if (extra == Extra::akash_objects) {
    ask_operator();
  } else if (extra == Extra::metallb_objects) {
    ask_speaker_log();
  }
}

/// Drops the parsed text. If it was not whole, the read counts as failed.
void Diagnoser::became_facts(Extra extra, bool whole)
{
  Seen<std::string>& out = m_out.reads[extra].answer;
  out.value.clear();
  if (out.found() && !whole) {
    out.look = Look::failed;
    out.why = "kubectl printed something that is not its JSON";
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
  m_out.status_address = status_address(answer.out);
  if (!answer.ok()) {
    const std::string& init = m_seen.provider.pod_init;
    ask(Extra::provider_log,
        {"-n",
         k_akash_ns,
         "logs",
         facts::provider_names(m_seen, m_want).pod,
         "-c",
         init.empty() ? "provider" : init,
         "--tail=200"},
        &Diagnoser::on_answer);
  }
}

void Diagnoser::on_announcers(Extra extra, const CommandResult& answer)
{
  keep(extra, answer);
  became_facts(extra, fill_announcers(m_out, answer.out) && !answer.truncated);
  if (answer.err.find("the server doesn't have a resource type") != std::string::npos) {
    m_out.reads[extra].answer.look = Look::absent; // an older MetalLB
  }
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
