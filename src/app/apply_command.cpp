// SPDX-License-Identifier: Apache-2.0
#include <iplease/engine/journal.hpp>

#include <fmt/format.h>

#include "commands.hpp"
#include "enable.hpp"
#include "kept.hpp"
#include <algorithm>

namespace iplease {

namespace {

std::optional<Problem> another_cluster(const KeptPlan& kept, const Session& session)
{
  const std::string& uid = session.seen.cluster_uid.value;
  if (uid == kept.cluster) {
    return std::nullopt;
  }
  return Problem{.id = "IPL-RUN-086",
                 .what = "the plan is for another cluster",
                 .saw = "it was planned for kube-system with UID " + kept.cluster + " (context " +
                        kept.context + "), and here it has " + uid + " (context " +
                        session.seen.context + ")",
                 .exit = ExitCode::other_cluster};
}

std::optional<Problem> applied_before(const KeptPlan& kept, const Session& session)
{
  const std::vector<RunSummary> runs = list_runs(session.cluster_directory);
  const auto run = std::ranges::find(runs.rbegin(), runs.rend(), kept.digest, &RunSummary::kept);
  if (run == runs.rend()) {
    return std::nullopt;
  }
  return Problem{.id = "IPL-RUN-088",
                 .what = "the plan was applied before, by run " + run->id + " on " + run->started +
                         " (" + (run->outcome.empty() ? "unfinished" : run->outcome) + ")",
                 .exit = ExitCode::other_cluster};
}

Problem not_as_kept()
{
  return {.id = "IPL-RUN-087",
          .what = "the cluster is not as it was when the plan was kept; nothing was done",
          .exit = ExitCode::other_cluster};
}

/// Why the kept plan no longer matches the cluster.
std::vector<Problem> why_not_applied(const KeptPlan& kept, const Session& session)
{
  if (auto other = another_cluster(kept, session)) {
    return {*std::move(other)};
  }
  if (auto before = applied_before(kept, session)) {
    return {*std::move(before)};
  }
  if (session.plan.blocked()) {
    return blocking_problems(session.plan);
  }
  if (auto moved = other_than_confirmed(kept.plan, portable_plan(session), not_as_kept())) {
    return {*std::move(moved)};
  }
  return {};
}

} // namespace

ExitCode apply_command(const RawOptions& options, World& world)
{
  const auto read = kept_plan_of(options, world);
  if (const auto* failed = std::get_if<ExitCode>(&read)) {
    return *failed;
  }
  const auto& kept = std::get<KeptPlan>(read);
  Session session;
  if (const auto early = prepare_to_ask(session, options, world, {}, kept.settings)) {
    return *early;
  }
  session.kept_digest = kept.digest;
  if (const auto problems = why_not_applied(kept, session); !problems.empty()) {
    return refuse(session, problems, world);
  }
  if (const auto done = nothing_to_enable(session, options, world)) {
    return *done;
  }
  tell_warnings(session, world);
  world.err(
      fmt::format("applying the plan of {}\nto do: {}\n", kept.made, stages_to_do(session.plan)));
  return carry_out(session,
                   options,
                   world,
                   {.confirmed = true, .moved = not_as_kept(), .tell = [&](const Applied& applied) {
                      tell_enabled(applied, options, world);
                    }});
}

} // namespace iplease
