// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <algorithm>
#include <cctype>

namespace iplease::stages {

bool any_change(std::span<const StagePlan> done)
{
  return std::any_of(done.begin(), done.end(), [](const StagePlan& stage) {
    return std::any_of(stage.steps.begin(), stage.steps.end(), writes);
  });
}

const StagePlan* find_stage(std::span<const StagePlan> done, std::string_view id)
{
  const auto at = std::find_if(
      done.begin(), done.end(), [&](const StagePlan& stage) { return stage.stage == id; });
  return at == done.end() ? nullptr : &*at;
}

std::string selector_of(const WorkloadSeen& workload, std::string otherwise)
{
  std::string text;
  for (const auto& [label, value] : workload.selector) {
    text += (text.empty() ? "" : ",") + label + "=" + value;
  }
  return text.empty() ? std::move(otherwise) : text;
}

Problem scaled_to_zero(const WorkloadSeen& workload)
{
  std::string kind = workload.kind;
  std::ranges::transform(kind, kind.begin(), [](char one) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(one)));
  });
  const std::string name = kind + "/" + workload.name;
  return {.id = "IPL-CLU-065",
          .what = name + " is scaled to 0: no pod of it will come",
          .saw = "kubectl -n " + workload.name_space + " get " + name,
          .fix = "kubectl -n " + workload.name_space + " scale " + name +
                 " --replicas=1, then run the same command again",
          .exit = ExitCode::blocked};
}

Command pods_of(const Target& target, const std::string& name_space, const std::string& selector)
{
  std::vector<std::string> words{"--namespace", name_space, "get", "pods", "-o", "json"};
  if (!selector.empty()) {
    words.insert(words.end(), {"-l", selector});
  }
  return kubectl(target, std::move(words), std::chrono::seconds{15});
}

Step rollout(const Target& target, std::string id, const Rollout& of)
{
  const std::string seconds = std::to_string(of.limit.count()) + "s";
  Command wait = kubectl(
      target,
      {"--namespace", of.name_space, "rollout", "status", of.workload, "--timeout=" + seconds},
      of.limit + std::chrono::seconds{10});
  return {.id = std::move(id),
          .reason = "wait until " + of.workload + " is ready",
          .action = Run{.command = std::move(wait),
                        .reads_only = true,
                        .watch = pods_of(target, of.name_space, of.pod_selector)},
          .proves = of.workload.substr(of.workload.find('/') + 1) + " ready"};
}

std::uint64_t pool_count(const Settings& want)
{
  return count(want.pool.addresses.value, want.pool.avoid_buggy_ips.value.value_or(false));
}

std::string metric_number(std::uint64_t number)
{
  constexpr std::uint64_t exponent_from = 1'000'000;
  std::string digits = std::to_string(number);
  if (number < exponent_from) {
    return digits;
  }
  const std::size_t exponent = digits.size() - 1;
  digits.erase(digits.find_last_not_of('0') + 1);
  std::string text = digits.substr(0, 1);
  if (digits.size() > 1) {
    text += "." + digits.substr(1);
  }
  return text + (exponent < 10 ? "e+0" : "e+") + std::to_string(exponent);
}

const ReleaseSeen*
find_release(const Observation& seen, std::string_view name_space, std::string_view name)
{
  const auto at = std::ranges::find_if(seen.releases, [&](const ReleaseSeen& release) {
    return release.name == name && release.name_space == name_space;
  });
  return at == seen.releases.end() ? nullptr : &*at;
}

} // namespace iplease::stages
