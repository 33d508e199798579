// SPDX-License-Identifier: Apache-2.0
#include "release.hpp"
#include "support.hpp"
#include "undo.hpp"
#include <algorithm>
#include <iterator>

namespace iplease {

namespace {

using namespace stages;

Step uninstall_operator(const Observation& seen,
                        const Settings& want,
                        const ReleaseSeen& release,
                        const std::string& before)
{
  const std::string limit = std::to_string(want.timeout("ip-operator").count()) + "s";
  Command command = helm(
      target_of(seen, want),
      {"uninstall", release.name, "--namespace", release.name_space, "--wait", "--timeout", limit},
      want.timeout("ip-operator") + std::chrono::seconds{30});
  return {.id = "ip-operator/uninstall",
          .reason = "release " + release.name + " is as we installed it",
          .action = Run{.command = std::move(command)},
          .subject = release_subject(release),
          .before = before,
          .expect = "absent",
          .pays = {"ip-operator-look"},
          .proves = "release " + release.name + " is gone"};
}

/// The number "3" of "deployed akash-ip-operator-19.0.2 revision 3"; empty if it was not deployed.
std::string revision_before(const MadeSeen& made)
{
  const std::size_t blank = made.before.rfind(' ');
  return made.before.starts_with("deployed ") ? made.before.substr(blank + 1) : std::string{};
}

Step roll_operator_back(const Observation& seen,
                        const Settings& want,
                        const ReleaseSeen& release,
                        const ReleaseStart& start,
                        const MadeSeen& made)
{
  const std::string limit = std::to_string(want.timeout("ip-operator").count()) + "s";
  const std::string revision = revision_before(made);
  std::string chart = made.before.substr(std::string_view("deployed ").size());
  chart.erase(chart.find(" revision "));
  return {.id = "ip-operator/roll-back",
          .reason = "release " + release.name + " was revision " + revision + " before us",
          .action = Run{.command = helm(target_of(seen, want),
                                        {"rollback",
                                         release.name,
                                         revision,
                                         "--namespace",
                                         release.name_space,
                                         "--wait",
                                         "--timeout",
                                         limit},
                                        want.timeout("ip-operator") + std::chrono::seconds{30})},
          .subject = release_subject(release),
          .before = start.before,
          .expect = start.after(chart),
          .proves = "release " + release.name + " is as in revision " + revision};
}

/// " with provider_address ..." if it is one that iplease did not set.
std::string other_address(const Observation& seen, const MadeSeen& made)
{
  const auto address = made.fields.find("provider_address");
  const Seen<std::string>& live = seen.ip_operator.provider_address;
  const bool other = address != made.fields.end() && live.found() &&
                     std::ranges::count(address->second.is, live.value) == 0;
  return other ? " with provider_address " + live.value : "";
}

} // namespace

StagePlan
undo_ip_operator(const Observation& seen, const Settings& want, std::span<const StagePlan>)
{
  if (!seen.ip_operator.release.found()) {
    return satisfied("no release of the IP operator is there");
  }
  const ReleaseSeen& release = seen.ip_operator.release.value;
  const MadeSeen* made = find_made(seen, release_subject(release));
  const std::string by_hand =
      "; helm uninstall " + release.name + " -n " + release.name_space + " removes it";
  if (made == nullptr) {
    return seen.memory.enabled ? satisfied("release " + release.name + " was there before")
                               : stays("release " + release.name +
                                       ": whether it was there before is not known here" + by_hand);
  }
  ReleaseStart start = start_of(seen, target_of(seen, want), "ip-operator", &release);
  if (!start.problems.empty()) {
    return blocked(std::move(start.problems));
  }
  const bool ours = start.before == "absent" || is_our_release(*made, start, release);
  if (!ours && made_state(made, start.before) == MadeState::before) {
    return satisfied("release " + release.name + " is as it was before us");
  }
  const std::string other = other_address(seen, *made);
  if (!ours || !other.empty()) {
    return stays("release " + release.name + " was changed since: it is " + start.before + other +
                 ", and we had made it " + made->expect.back() + by_hand);
  }
  StagePlan plan{.verdict = Verdict::needed,
                 .reason = "release " + release.name + " is as we made it",
                 .change = "delete",
                 .steps = std::move(start.heal)};
  if (start.before == "absent") {
    return plan; // healing removes it
  }
  if (made->before == "absent") {
    plan.steps.push_back(uninstall_operator(seen, want, release, start.before));
  } else if (!revision_before(*made).empty()) {
    plan.change = "change";
    plan.steps.push_back(roll_operator_back(seen, want, release, start, *made));
  } else {
    return stays("release " + release.name + " was " + made->before +
                 " before, which no way leads back to");
  }
  return plan;
}

} // namespace iplease
