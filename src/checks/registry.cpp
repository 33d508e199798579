// SPDX-License-Identifier: Apache-2.0
#include "checks.hpp"
#include <algorithm>

namespace iplease {

namespace {

Finding settled(Finding finding, const Check& check, std::string_view group, const Settings& want)
{
  if (finding.id.empty()) {
    finding.id = check.id;
  }
  finding.check = check.title;
  finding.group = group;
  if (finding.saw.empty() && finding.outcome != Outcome::ok) {
    finding.saw = check.reads;
  }
  if (finding.outcome == Outcome::fail && want.accepts(finding.id)) {
    finding.outcome = Outcome::warn;
    finding.accepted = true;
    finding.what += " (risk accepted)";
  }
  return finding;
}

bool chosen(const Check& check, const DoctorChoice& choice)
{
  if (!choice.only.empty()) {
    const auto named = [&](std::string_view id) {
      return std::ranges::find(choice.only, id) != choice.only.end();
    };
    return named(check.id) || std::ranges::any_of(check.also, named);
  }
  if (choice.whether_on && check.id == "IPL-PRV-025") {
    return true;
  }
  return (choice.before && check.before) || (choice.after && check.after);
}

} // namespace

namespace {

/// A check says nothing about what its own command could not read.
std::optional<Finding> blind(const Check& check, const Observation& seen)
{
  for (const FactRead& fact : facts_read(seen)) {
    if (fact.unread() && fact.command.starts_with(check.reads)) {
      return checks::not_read(seen, fact.fact);
    }
  }
  return std::nullopt;
}

} // namespace

std::vector<CheckGroup> check_groups()
{
  std::vector<CheckGroup> groups{{"cluster", checks::cluster_checks()},
                                 {"provider", checks::provider_checks()},
                                 {"MetalLB", checks::metallb_checks()},
                                 {"pool", checks::pool_checks()},
                                 {"IP operator", checks::ip_operator_checks()}};
  const auto add = [](CheckGroup& group, std::vector<Check> more) {
    group.checks.insert(group.checks.end(),
                        std::make_move_iterator(more.begin()),
                        std::make_move_iterator(more.end()));
  };
  add(groups[0], checks::network_checks());
  add(groups[1], checks::provider_pod_checks());
  add(groups[2], checks::speaker_checks());
  add(groups[2], checks::expose_checks());
  add(groups[3], checks::live_pool_checks());
  add(groups[4], checks::operator_pod_checks());
  return groups;
}

std::vector<Check> all_checks()
{
  std::vector<Check> all;
  for (const CheckGroup& group : check_groups()) {
    all.insert(all.end(), group.checks.begin(), group.checks.end());
  }
  return all;
}

std::vector<Finding> run_checks(const Observation& seen, const Settings& want, bool before)
{
  std::vector<Finding> findings;
  for (const CheckGroup& group : check_groups()) {
    for (const Check& check : group.checks) {
      if (check.run != nullptr && (before ? check.before : check.after)) {
        const std::optional<Finding> unread = blind(check, seen);
        findings.push_back(
            settled(unread ? *unread : check.run(seen, want), check, group.title, want));
      }
    }
  }
  return findings;
}

bool leases_are_on(const Observation& seen)
{
  const IpOperatorSeen& ip = seen.ip_operator;
  return ip.deployment.found() || ip.release.found() ||
         seen.provider.env_ip_operator.value == "true" ||
         seen.provider.config_ip_operator.value == "true";
}

DoctorChoice usual_choice(const Observation& seen)
{
  const bool on = leases_are_on(seen);
  return {.before = !on, .after = on, .whether_on = true};
}

std::vector<std::string> check_ids()
{
  std::vector<std::string> ids;
  for (const Check& check : all_checks()) {
    ids.emplace_back(check.id);
    ids.insert(ids.end(), check.also.begin(), check.also.end());
  }
  std::ranges::sort(ids);
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

std::set<Extra> extras_of(const DoctorChoice& choice)
{
  std::set<Extra> extras;
  for (const Check& check : all_checks()) {
    if (chosen(check, choice)) {
      extras.insert(check.needs.begin(), check.needs.end());
    }
  }
  return extras;
}

std::vector<Finding> run_doctor(const Facts& facts, const DoctorChoice& choice)
{
  std::vector<Finding> findings;
  const bool on = leases_are_on(facts.seen);
  for (const CheckGroup& group : check_groups()) {
    for (const Check& check : group.checks) {
      if (!chosen(check, choice)) {
        continue;
      }
      Finding finding;
      const bool about_leases = check.run == nullptr && check.id != "IPL-PRV-025";
      if (facts.seen.tools.server.empty() && check.exit != ExitCode::unreachable) {
        finding = checks::could_not_look("the cluster was not reached",
                                         facts.seen.tools.kubectl_error.empty() ? "IPL-CLU-001"
                                                                                : "IPL-CLU-003");
      } else if (const auto unread = blind(check, facts.seen)) {
        finding = *unread;
      } else if (about_leases && !on) {
        finding = checks::follows("IPL-PRV-025");
      } else if (check.exit == ExitCode::usage) {
        finding = checks::not_applicable("a question of the settings, not of the cluster");
      } else {
        finding =
            check.diagnose != nullptr ? check.diagnose(facts) : check.run(facts.seen, facts.want);
      }
      findings.push_back(settled(std::move(finding), check, group.title, facts.want));
    }
  }
  return findings;
}

Problem to_problem(const Finding& finding, ExitCode exit)
{
  return {.id = finding.id,
          .what = finding.what,
          .saw = finding.saw,
          .cause = finding.cause,
          .fix = finding.fix,
          .exit = exit};
}

} // namespace iplease
