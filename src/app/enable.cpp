// SPDX-License-Identifier: Apache-2.0
#include <iplease/platform/terminal.hpp>
#include <iplease/report/plan_view.hpp>

#include <fmt/format.h>

#include "carry_out.hpp"
#include "commands.hpp"
#include "session.hpp"

#include <unistd.h>

namespace iplease {

namespace {

void show_plan(const Session& session, const RawOptions& options, World& world)
{
  const std::string format = options.value("output", "text");
  if (format == "json") {
    world.out(plan_json(session.plan, session.seen, session.want).dump(2) + "\n");
    return;
  }
  if (format == "sh") {
    world.out(plan_script(session.plan, session.seen, session.want));
    return;
  }
  world.out(plan_text(session.plan, session.seen, session.want));
  world.out(session.plan.changes()
                ? "Nothing was changed. As a script: iplease plan -o sh    Do it: iplease enable\n"
                : "Nothing was changed.\n");
}

} // namespace

std::optional<ExitCode> confirm(const Session& session, const RawOptions& options, World& world)
{
  if (options.has("yes")) {
    return std::nullopt;
  }
  const bool may_ask =
      is_terminal(STDIN_FILENO) && !options.has("no-input") && world.variable("CI").empty();
  if (!may_ask) {
    world.err(problems_text({{.id = "IPL-CLI-009",
                              .what = "there is something to change and nobody to confirm it",
                              .fix = "add --yes to do it, or --dry-run to see it",
                              .exit = ExitCode::usage}}));
    return ExitCode::usage;
  }
  world.err(plan_text(session.plan, session.seen, session.want));
  world.err("Do this? [y/N] ");
  std::string answer;
  char c = 0;
  while (::read(STDIN_FILENO, &c, 1) == 1 && c != '\n') {
    answer += c;
  }
  if (answer == "y" || answer == "yes" || answer == "Y") {
    return std::nullopt;
  }
  world.err("Nothing was changed.\n");
  return ExitCode::declined;
}

namespace {

/// What enable and resume do once the cluster was looked at.
ExitCode enable_looked_at(Session& session, const RawOptions& options, World& world)
{
  if (session.plan.blocked()) {
    return refuse(session, blocking_problems(session.plan), world);
  }
  const bool nothing =
      std::all_of(session.plan.stages.begin(),
                  session.plan.stages.end(),
                  [](const StagePlan& stage) { return stage.verdict == Verdict::satisfied; });
  if (nothing) {
    close_unfinished(session, options, world);
    world.out("nothing to do: IP leases are on, " +
              std::to_string(count(session.want.pool.addresses.value)) +
              " addresses in pool default\n");
    return ExitCode::done;
  }
  if (const auto stopped = confirm(session, options, world)) {
    return *stopped;
  }
  return carry_out(session, options, world);
}

} // namespace

ExitCode plan_command(const RawOptions& options, World& world)
{
  Session session;
  if (const auto early = prepare(session, options, world, options.has("offline"))) {
    return *early;
  }
  show_plan(session, options, world);
  if (session.plan.blocked()) {
    return refuse(session, blocking_problems(session.plan), world);
  }
  return options.has("detailed-exitcode") && session.plan.changes() ? ExitCode::differences
                                                                    : ExitCode::done;
}

ExitCode enable_command(const RawOptions& options, World& world)
{
  if (options.has("dry-run")) {
    return plan_command(options, world);
  }
  Session session;
  if (const auto early = prepare(session, options, world, false)) {
    return *early;
  }
  return enable_looked_at(session, options, world);
}

ExitCode resume_command(const RawOptions& options, World& world)
{
  const RunToResume only = only_unfinished(options, world);
  Session session;
  auto early = prepare(session, options, world, false, only.settings);
  if (!only.cluster.empty() && session.seen.cluster_uid.found() &&
      session.seen.cluster_uid.value != only.cluster) {
    early = prepare(session, options, world, false); // its settings are not this cluster's
  }
  if (early) {
    return *early;
  }
  const MemorySeen& memory = session.seen.memory;
  if (memory.unfinished_run.empty() && memory.debts.empty()) {
    world.out("nothing to resume: no run on this cluster is unfinished and nothing is owed\n");
    return ExitCode::done;
  }
  world.err(
      fmt::format("resuming run {}{}\nleft: {}\n",
                  memory.unfinished_run.empty() ? "(finished)" : memory.unfinished_run,
                  memory.in_flight_step.empty() ? "" : ", stopped in step " + memory.in_flight_step,
                  stages_to_do(session.plan)));
  return enable_looked_at(session, options, world);
}

} // namespace iplease
