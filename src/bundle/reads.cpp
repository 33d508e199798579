// SPDX-License-Identifier: Apache-2.0
#include <iplease/bundle/bundle.hpp>
#include <iplease/cluster/kubectl.hpp>
#include <iplease/core/names.hpp>

#include <fmt/format.h>

#include <set>

namespace iplease {
namespace {

constexpr std::chrono::seconds k_limit{15};
constexpr const char* k_proxies = "k8s-app=kube-proxy";

std::string selector_text(const WorkloadSeen& workload)
{
  std::string text;
  for (const auto& [name, value] : workload.selector) {
    text += (text.empty() ? "" : ",") + name + "=" + value;
  }
  return text;
}

class Reads {
public:
  explicit Reads(Target target)
      : m_target(std::move(target))
  {
  }

  void ask(std::string name, std::vector<std::string> words)
  {
    words.insert(words.begin(), "--request-timeout=10s");
    all.push_back({std::move(name), kubectl(m_target, std::move(words), k_limit)});
  }

  /// The logs of all its pods. In a crash loop, kubectl prints the log of the last run.
  void logs(const std::string& name, const WorkloadSeen& of)
  {
    const std::string selector = selector_text(of);
    if (!selector.empty()) {
      ask("logs/" + name + ".txt",
          {"-n",
           of.name_space,
           "logs",
           "-l",
           selector,
           "--all-containers",
           "--prefix",
           "--ignore-errors",
           "--tail=200"});
    }
  }

  std::vector<BundleRead> all{};

private:
  Target m_target;
};

} // namespace

std::vector<BundleRead> bundle_reads(const Observation& seen, const Settings& want)
{
  if (seen.tools.server.empty()) {
    return {};
  }
  Reads reads(target_of(seen, want));
  std::set<std::string> places{k_metallb_ns, k_akash_ns};
  for (const auto* workloads : {&seen.metallb.controllers, &seen.metallb.speakers}) {
    for (const WorkloadSeen& one : *workloads) {
      places.insert(one.name_space);
    }
  }
  for (const std::string& place : places) {
    reads.ask("pods/" + place + ".txt", {"-n", place, "get", "pods", "-o", "wide"});
    reads.ask("events/" + place + ".txt",
              {"-n", place, "get", "events", "--sort-by=.lastTimestamp"});
  }
  reads.ask("pods/kube-proxy.txt",
            {"-n", "kube-system", "get", "pods", "-l", k_proxies, "-o", "wide"});
  reads.logs("kube-proxy", {.name_space = "kube-system", .selector = {{"k8s-app", "kube-proxy"}}});
  int number = 0;
  for (const WorkloadSeen& one : seen.metallb.controllers) {
    reads.logs(fmt::format("metallb-controller-{}", ++number), one);
  }
  number = 0;
  for (const WorkloadSeen& one : seen.metallb.speakers) {
    reads.logs(fmt::format("metallb-speaker-{}", ++number), one);
  }
  reads.logs("ip-operator", seen.ip_operator.deployment.value);
  reads.logs("provider", seen.provider.stateful_set.value);
  return std::move(reads.all);
}

} // namespace iplease
