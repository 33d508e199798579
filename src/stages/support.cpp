// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <algorithm>

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
                        .watch = pods_of(target, of.name_space, of.pod_selector)}};
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

std::string
release_state(const Observation& seen, const std::string& name_space, const std::string& name)
{
  for (const ReleaseSeen& release : seen.releases) {
    if (release.name == name && release.name_space == name_space) {
      return release.status + " " + release.chart + " revision " + std::to_string(release.revision);
    }
  }
  return "absent";
}

std::string release_after(const Observation& seen,
                          const std::string& name_space,
                          const std::string& name,
                          const std::string& chart)
{
  int revision = 1;
  for (const ReleaseSeen& release : seen.releases) {
    if (release.name == name && release.name_space == name_space) {
      revision = release.revision + 1;
    }
  }
  return "deployed " + chart + " revision " + std::to_string(revision);
}

} // namespace iplease::stages
