// SPDX-License-Identifier: Apache-2.0
#include "release.hpp"

#include <iplease/cluster/helm.hpp>
#include <iplease/cluster/kubectl.hpp>

#include <fmt/format.h>

#include <chrono>
#include <cstdio>

namespace iplease::stages {

namespace {

constexpr const char* k_absent = "absent";

/// The labels of Helm's record of this revision while it is pending, whatever HELM_DRIVER stores it
/// in.
std::string record_of(const ReleaseSeen& release)
{
  return fmt::format(
      "owner=helm,name={},version={},status={}", release.name, release.revision, release.status);
}

/// The number at the end of a release_line(); 0 for "absent".
int revision_in(const std::string& line)
{
  const std::size_t blank = line.rfind(' ');
  return blank == std::string::npos ? 0 : std::atoi(line.c_str() + blank);
}

Step heal_step(const std::string& stage, const ReleaseSeen& release)
{
  return {.id = stage + "/heal",
          .reason = "our own interrupted helm left the release " + release.status,
          .action = Run{},
          .subject = "release/" + release.name_space + "/" + release.name,
          .before = release_line(release),
          .expect = k_absent};
}

/// Removes a first install whole. Of any other release it removes only the dead helm's revision, by
/// Helm's record of it: the next upgrade counts from the revision before. (`helm rollback` is
/// refused if a chart makes an object only conditionally, as the provider's does; and a MetalLB
/// before 0.13 that is rolled back without its ConfigMap drops every address.)
void add_heal(ReleaseStart& start,
              const Target& target,
              const std::string& stage,
              const ReleaseSeen& release)
{
  Step step = heal_step(stage, release);
  if (release.past->before == k_absent || release.status == "uninstalling") {
    step.action = Run{
        .command = helm(target, {"uninstall", release.name, "--namespace", release.name_space})};
    start.before = k_absent;
    start.revision = 0;
  } else {
    step.action = Run{.command = kubectl(target,
                                         {"--namespace",
                                          release.name_space,
                                          "delete",
                                          "secrets,configmaps",
                                          "-l",
                                          record_of(release)})};
    start.before = release.past->before;
    start.revision = revision_in(start.before);
    step.expect = start.before;
  }
  start.heal.push_back(std::move(step));
}

} // namespace

std::string helm_time(std::string_view text)
{
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  double second = 0;
  int zone = 0;
  const std::string words(text);
  // NOLINTNEXTLINE(cert-err34-c): all seven numbers are checked to be there
  if (std::sscanf(words.c_str(),
                  "%d-%u-%u %d:%d:%lf %d",
                  &year,
                  &month,
                  &day,
                  &hour,
                  &minute,
                  &second,
                  &zone) != 7) {
    return {};
  }
  using namespace std::chrono;
  const year_month_day date{
      std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (!date.ok()) {
    return {};
  }
  const auto time = sys_days(date) + hours{hour - zone / 100} + minutes{minute - zone % 100} +
                    milliseconds{static_cast<long>(second * 1000)};
  const auto midnight = floor<days>(time);
  const year_month_day utc(midnight);
  const hh_mm_ss clock(time - midnight);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                     static_cast<int>(utc.year()),
                     static_cast<unsigned>(utc.month()),
                     static_cast<unsigned>(utc.day()),
                     clock.hours().count(),
                     clock.minutes().count(),
                     clock.seconds().count(),
                     duration_cast<milliseconds>(clock.subseconds()).count());
}

bool within(const ReleaseWrite& write, const ReleaseSeen& release)
{
  const std::string written = helm_time(release.updated);
  return write.ended.empty() || (write.began <= written && written <= write.ended);
}

bool is_pending(const ReleaseSeen& release)
{
  return release.status.starts_with("pending-") || release.status == "uninstalling";
}

bool left_by_us(const Observation& seen, const ReleaseSeen& release)
{
  const auto at = seen.memory.release_writes.find(release.name_space + "/" + release.name);
  if (at == seen.memory.release_writes.end() || release.status == "deployed") {
    return false;
  }
  const ReleaseWrite& write = at->second;
  const std::string line = release_line(release);
  if (line == write.before || line == write.expect) {
    return true; // it never happened, or ended as planned: it is iplease's either way
  }
  const std::string revision = line.substr(release.status.size());
  if (release.status == "uninstalling") {
    return write.expect == k_absent && write.before.ends_with(revision);
  }
  return write.expect == "deployed" + revision && within(write, release);
}

std::optional<Problem> held_by_others(const Observation& seen, const ReleaseSeen& release)
{
  if (!is_pending(release) || left_by_us(seen, release)) {
    return std::nullopt;
  }
  return Problem{.id = "IPL-HELM-002",
                 .what = "release " + release.name + " is " + release.status +
                         " by another helm since " + release.updated,
                 .saw = "helm list -A -a",
                 .exit = ExitCode::locked};
}

std::string ReleaseStart::after(const std::string& chart) const
{
  return fmt::format("deployed {} revision {}", chart, revision + 1);
}

ReleaseStart start_of(const Observation& seen,
                      const Target& target,
                      const std::string& stage,
                      const ReleaseSeen* release)
{
  if (release == nullptr) {
    return {.before = k_absent};
  }
  ReleaseStart start{.ours = left_by_us(seen, *release),
                     .before = release_line(*release),
                     .revision = release->revision};
  if (const auto others = held_by_others(seen, *release)) {
    start.problems.push_back(*others);
  } else if (release->status != "deployed" && !release->past) {
    start.problems.push_back({.id = "IPL-HELM-060",
                              .what = "release " + release->name + " is " + release->status +
                                      ", and its history cannot be read",
                              .saw = "helm history " + release->name + " -n " + release->name_space,
                              .exit = ExitCode::blocked});
  } else if (is_pending(*release)) {
    add_heal(start, target, stage, *release);
  }
  start.keeps_values =
      release->status == "deployed" || (release->past && release->past->deployed != 0);
  return start;
}

} // namespace iplease::stages
