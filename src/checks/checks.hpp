// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/checks/check.hpp>
#include <iplease/core/reads.hpp>

#include <optional>
#include <string>
#include <utility>

namespace iplease::checks {

[[nodiscard]] inline Finding ok(std::string what)
{
  return {.outcome = Outcome::ok, .what = std::move(what)};
}
[[nodiscard]] inline Finding not_applicable(std::string what)
{
  return {.outcome = Outcome::not_applicable, .what = std::move(what)};
}
/// `why`: the id of the finding that explains it, if another check reports that.
[[nodiscard]] inline Finding could_not_look(std::string what, std::string_view why = {})
{
  return {.outcome = Outcome::could_not_look, .what = std::move(what), .follows = std::string(why)};
}
/// `saw` is the deciding part of the output. Without `fix` the catalogue's is used.
[[nodiscard]] inline Finding fail(std::string what, std::string saw = {}, std::string fix = {})
{
  return {.outcome = Outcome::fail,
          .what = std::move(what),
          .saw = std::move(saw),
          .fix = std::move(fix)};
}
[[nodiscard]] inline Finding warn(std::string what, std::string saw = {}, std::string fix = {})
{
  return {.outcome = Outcome::warn,
          .what = std::move(what),
          .saw = std::move(saw),
          .fix = std::move(fix)};
}

/// A fact that could not be read is neither ok nor missing. Nothing if it was read.
[[nodiscard]] inline std::optional<Finding> not_read(const Observation& seen, Fact fact)
{
  std::string why = unread(seen, fact);
  return why.empty() ? std::nullopt
                     : std::optional(could_not_look(std::move(why), told_by(seen, fact)));
}

/// Nothing is wrong, but the operator should know.
[[nodiscard]] inline Finding remark(std::string what)
{
  return {.outcome = Outcome::ok, .what = std::move(what), .remark = true};
}

/// A finding under another id than its check's.
[[nodiscard]] inline Finding with_id(std::string id, Finding finding)
{
  finding.id = std::move(id);
  return finding;
}

/// The result follows from another finding: cure that one first.
[[nodiscard]] inline Finding follows(const std::string& id)
{
  Finding finding = not_applicable("follows from " + id + ": cure that first, then look again");
  finding.follows = id;
  return finding;
}

/// A check that only `doctor` runs, of what must hold once IP leases are on.
[[nodiscard]] inline Check after(std::string_view id,
                                 std::string_view title,
                                 std::string_view reads,
                                 Finding (*look)(const Facts&),
                                 std::vector<Extra> needs = {})
{
  return {.id = id,
          .title = title,
          .reads = reads,
          .before = false,
          .after = true,
          .exit = ExitCode::not_verified,
          .run = nullptr,
          .diagnose = look,
          .needs = std::move(needs)};
}
/// The same check, which may also report these ids.
[[nodiscard]] inline Check with_ids(Check check, std::vector<std::string_view> also)
{
  check.also = std::move(also);
  return check;
}

[[nodiscard]] Check nodes_check();
[[nodiscard]] std::vector<Check> cluster_checks();
[[nodiscard]] std::vector<Check> network_checks();
[[nodiscard]] std::vector<Check> provider_checks();
[[nodiscard]] std::vector<Check> provider_pod_checks();
[[nodiscard]] std::vector<Check> metallb_checks();
[[nodiscard]] std::vector<Check> speaker_checks();
[[nodiscard]] std::vector<Check> expose_checks();
[[nodiscard]] std::vector<Check> pool_checks();
[[nodiscard]] std::vector<Check> live_pool_checks();
[[nodiscard]] std::vector<Check> ip_operator_checks();
[[nodiscard]] std::vector<Check> operator_pod_checks();

} // namespace iplease::checks
