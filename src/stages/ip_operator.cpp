// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/bech32.hpp>
#include <iplease/core/version.hpp>
#include <iplease/stages/values.hpp>
#include <iplease/yaml/emit.hpp>

#include "pool.hpp"
#include "release.hpp"
#include "restarts.hpp"
#include "support.hpp"
#include <algorithm>
#include <iterator>

namespace iplease {

namespace {

using namespace stages;

constexpr const char* k_release = "akash-ip-operator";
constexpr const char* k_chart = "akash-ip-operator";

const ReleaseSeen* release_of(const Observation& seen)
{
  return seen.ip_operator.release.found() ? &seen.ip_operator.release.value : nullptr;
}

/// The chart that was set. Otherwise the installed one if it matches the provider, else the newest
/// chart with the provider's appVersion (chart numbers do not always match).
std::string wanted_chart(const Observation& seen, const Settings& want)
{
  if (want.ip_operator_chart_version.value != "auto") {
    return want.ip_operator_chart_version.value;
  }
  const ReleaseSeen* release = release_of(seen);
  if (release != nullptr && seen.provider.release.found() &&
      release->app_version == seen.provider.release.value.app_version) {
    return release->chart_version;
  }
  return seen.ip_operator.chart_version.value;
}

/// The tag of the IP operator's image if the chart's own would differ from the provider's version:
/// both programs are one image. Empty if the chart's own is right.
std::string image_tag(const Observation& seen, const Settings& want)
{
  const std::string own = decide_values(seen, want).facts.image_tag;
  const bool of_older_chart = own.empty() && want.ip_operator_chart_version.value == "auto" &&
                              !seen.ip_operator.chart_app_version.empty();
  return of_older_chart ? seen.provider.release.value.app_version : own;
}

Step install_step(const Observation& seen,
                  const Settings& want,
                  const std::string& version,
                  const ReleaseStart& start,
                  const std::string& reason)
{
  nlohmann::ordered_json values = {{"provider_address", want.provider.address.value}};
  if (const std::string tag = image_tag(seen, want); !tag.empty()) {
    values["image"]["tag"] = tag;
  } else if (start.keeps_values) {
    values["image"]["tag"] = nullptr; // Helm removes the release's old override
  }
  const HelmUpgrade upgrade{.release = k_release,
                            .name_space = k_akash_ns,
                            .chart = {want.repositories.akash.value, k_chart, version},
                            .values_file = "-",
                            .values = emit_yaml(values),
                            .timeout = want.timeout("ip-operator")};
  Command command = helm_upgrade(target_of(seen, want), upgrade);
  if (start.keeps_values) {
    // The operator's chart values stay. iplease's are laid over them, and new defaults come in.
    command.argv.emplace_back("--reset-then-reuse-values");
  }
  return {.id = "ip-operator/install",
          .reason = reason,
          .action =
              Run{.command = std::move(command),
                  .watch = pods_of(
                      target_of(seen, want), k_akash_ns, operator_names(seen, version).selector)},
          .subject = std::string("release/akash-services/") + k_release,
          .before = start.before,
          .expect = start.after(std::string(k_chart) + "-" + version),
          .fields = {{.field = "provider_address",
                      .was = seen.ip_operator.provider_address.value,
                      .is = want.provider.address.value}},
          .proves = "chart " + version + " installed"};
}

std::vector<Problem> operator_problems(const Observation& seen, const Settings& want)
{
  std::vector<Problem> problems;
  if (auto other = operator_chart_problem(seen, want); other && !seen.assumed) {
    problems.push_back(std::move(*other));
  }
  const std::string& address = want.provider.address.value;
  const bool told = address.empty() && !known_values(seen, want).known; // stage provider-values
  if (const auto why = why_not_akash_address(address); why && !told) {
    problems.push_back({.id = "IPL-PRV-008",
                        .what = "the provider address " + address + " is not usable: " + *why,
                        .saw = want.provider.address.where,
                        .exit = ExitCode::blocked});
  }
  return problems;
}

/// What is already right in the live IP operator.
struct Standing {
  bool installed = false;     ///< the wanted chart is deployed, and its Deployment exists
  bool address_right = false; ///< of the release
  bool runs_right = false;    ///< of the running pod; true if it could not be seen
  bool ready = false;
  bool counts_pool = false;

  [[nodiscard]] bool good() const
  {
    return installed && address_right && runs_right && ready && counts_pool;
  }
};

Standing standing_of(const Observation& seen, const Settings& want, const std::string& version)
{
  const ReleaseSeen* release = release_of(seen);
  const IpOperatorSeen& live = seen.ip_operator;
  const std::string& address = want.provider.address.value;
  return {.installed = release != nullptr && release->status == "deployed" &&
                       release->chart_version == version && !live.deployment.absent(),
          .address_right = live.provider_address.found() && live.provider_address.value == address,
          .runs_right = !live.running_address.found() || live.running_address.value == address,
          .ready = live.deployment.found() && live.deployment.value.ready > 0,
          .counts_pool = live.available == static_cast<std::int64_t>(pool_count(want))};
}

std::string why_install(const Observation& seen, const Settings& want, const Standing& standing)
{
  const ReleaseSeen* release = release_of(seen);
  if (release == nullptr) {
    return "the IP operator is not installed";
  }
  if (seen.ip_operator.deployment.absent()) {
    return "release " + release->name + " is there, its Deployment is not";
  }
  return !standing.installed
             ? "release " + release->name + " is " + release->status + " " + release->chart
             : "provider_address of the IP operator is not " + want.provider.address.value;
}

/// A restart if the running pod keeps something wrong, else only another look; then the proof.
void add_new_look(StagePlan& plan,
                  const Observation& seen,
                  const Settings& want,
                  const Standing& standing,
                  const std::string& version)
{
  const OperatorNames names = operator_names(seen, version);
  const std::string restart = why_restart_operator(seen, want, !standing.address_right);
  if (!restart.empty()) {
    plan.steps.push_back(restart_operator(seen, want, names, restart));
  } else if (standing.ready && standing.installed) {
    std::ranges::move(refresh_operator(seen, want), std::back_inserter(plan.steps));
  }
  std::ranges::move(operator_proof(seen, want, names, pool_count(want)),
                    std::back_inserter(plan.steps));
}

} // namespace

std::optional<Problem> operator_chart_problem(const Observation& seen, const Settings& want)
{
  const IpOperatorSeen& ip = seen.ip_operator;
  if (ip.chart_version.look == Look::unreachable && wanted_chart(seen, want).empty()) {
    return silent_repository(want.repositories.akash.value, ip.chart_version.why);
  }
  const std::string& older = ip.chart_app_version;
  const bool there = ip.release.found() && ip.release.value.chart_version == ip.chart_version.value;
  if (!wanted_chart(seen, want).empty() &&
      (older.empty() || there || want.ip_operator_chart_version.value != "auto" ||
       want.accepts("IPL-IPO-001"))) {
    return std::nullopt;
  }
  Problem problem{.id = "IPL-IPO-001",
                  .what = "no akash-ip-operator chart has the provider's appVersion " +
                          seen.provider.release.value.app_version,
                  .saw = ip.chart_version.why,
                  .exit = ExitCode::blocked};
  if (!older.empty()) {
    problem.saw = "the nearest older chart is " + ip.chart_version.value + ", appVersion " + older;
    problem.fix = "take that chart, with the provider's own image: --accept-risk IPL-IPO-001";
  }
  return problem;
}

std::string stages::operator_service(const Observation& seen, const Settings& want)
{
  return operator_names(seen, wanted_chart(seen, want)).service;
}

StagePlan
plan_ip_operator(const Observation& seen, const Settings& want, std::span<const StagePlan> done)
{
  const std::string version = wanted_chart(seen, want);
  const Target target = target_of(seen, want);
  const ReleaseSeen* release = release_of(seen);
  ReleaseStart start = start_of(seen, target, "ip-operator", release);
  std::vector<Problem> problems = operator_problems(seen, want);
  problems.insert(problems.begin(), start.problems.begin(), start.problems.end());
  if (!problems.empty()) {
    return blocked(std::move(problems));
  }
  if (want.provider.address.value.empty()) {
    StagePlan plan = blocked({});
    plan.reason = "the provider's values cannot be read (stage provider-values)";
    return plan;
  }
  const Standing standing = standing_of(seen, want, version);
  const StagePlan* pool = find_stage(done, "pool");
  const bool pool_settled = pool == nullptr || pool->verdict == Verdict::satisfied;
  if (standing.good() && pool_settled) {
    return satisfied("chart " + version + ", /usage counts " + std::to_string(pool_count(want)) +
                     " addresses");
  }
  const Seen<WorkloadSeen>& live = seen.ip_operator.deployment;
  StagePlan plan{.verdict = Verdict::needed};
  if (!standing.installed || !standing.address_right) {
    plan.change = release == nullptr ? "create" : "change";
    plan.reason = why_install(seen, want, standing);
    plan.steps = std::move(start.heal);
    plan.steps.push_back(install_step(seen, want, version, start, plan.reason));
  } else if (live.found() && live.value.wanted == 0) {
    return blocked({scaled_to_zero(live.value)});
  } else {
    plan.reason = seen.ip_operator.barrier ? "the IP operator's barrier is locked"
                                           : "/usage does not count the pool yet";
  }
  add_new_look(plan, seen, want, standing, version);
  return plan;
}

} // namespace iplease
