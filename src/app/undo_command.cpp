// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/observe.hpp>
#include <iplease/cluster/undo_reads.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/core/reads.hpp>
#include <iplease/report/plan_view.hpp>
#include <iplease/stages/undo.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "carry_out.hpp"
#include "commands.hpp"
#include "interview.hpp"
#include "reached.hpp"
#include "session.hpp"
#include <algorithm>

namespace iplease {

namespace {

/// What `undo` must revert: a run, a stage, or everything.
struct UndoWish {
  std::string only{}; ///< as given
  std::string stage{};
  std::string run{};
};

UndoWish wish_of_undo(const std::string& only)
{
  const auto stages = undo_registry();
  const bool is_stage = std::ranges::find(stages, only, &Stage::id) != stages.end();
  return {.only = only, .stage = is_stage ? only : "", .run = is_stage ? "" : only};
}

std::optional<Problem> unknown_run(const Session& session, const UndoWish& wish)
{
  const std::vector<RunSummary> runs = list_runs(session.cluster_directory);
  if (wish.run.empty() || std::ranges::find(runs, wish.run, &RunSummary::id) != runs.end()) {
    return std::nullopt;
  }
  return Problem{.id = "IPL-RUN-011",
                 .what = wish.run + " is neither a stage of undo nor a run of this cluster",
                 .saw = session.cluster_directory + "/runs",
                 .exit = ExitCode::usage};
}

/// Looks, and plans the undo.
void look_to_undo(Session& session, const RawOptions& options, World& world, const UndoWish& wish)
{
  look(session, options, world, false, false);
  if (!session.seen.cluster_uid.found()) {
    return;
  }
  if (!wish.run.empty()) {
    session.seen.memory.made = made_by(session.cluster_directory, wish.run);
    session.seen.memory.touched = session.seen.memory.made;
  }
  Effects effects = world.effects();
  session.want = undo_settings(session.seen, session.want);
  observe_undo(session.seen, session.want, effects);
  session.plan = plan_undo(session.seen, session.want, wish.stage);
  if (session.plan.changes()) {
    observe_more(session.seen,
                 session.want,
                 session.plan,
                 {.edited_values = undo_values(session.seen)},
                 effects);
    session.plan = plan_undo(session.seen, session.want, wish.stage);
  }
}

ExitCode show_undo(const Session& session, const RawOptions& options, World& world)
{
  const std::string format = options.value("output", "text");
  if (format == "json") {
    world.out(plain_json(plan_json(session.plan, session.seen, session.want), 2) + "\n");
  } else if (format == "sh") {
    world.document(plan_script(session.plan, session.seen, session.want));
  } else {
    world.out(plan_text(session.plan, session.seen, session.want) + "Nothing was changed.\n");
  }
  return session.plan.blocked() ? refuse(session, blocking_problems(session.plan), world)
                                : ExitCode::done;
}

std::string table_of(const std::vector<UndoRow>& rows)
{
  std::size_t what = 0;
  std::size_t before = 0;
  for (const UndoRow& row : rows) {
    what = std::max(what, row.what.size());
    before = std::max(before, row.before.size());
  }
  std::string text;
  for (const UndoRow& row : rows) {
    text += fmt::format("  {} {:<{}}  before: {:<{}}  now: {}\n",
                        row.as_before ? "=" : "!",
                        row.what,
                        what,
                        row.before,
                        before,
                        row.now);
  }
  return text;
}

void tell_rows(const std::vector<UndoRow>& rows, const std::vector<std::string>& kept, World& world)
{
  if (world.events() != nullptr) {
    nlohmann::ordered_json objects = nlohmann::ordered_json::array();
    for (const UndoRow& row : rows) {
      objects.push_back({{"what", row.what},
                         {"before", row.before},
                         {"now", row.now},
                         {"as_before", row.as_before}});
    }
    world.events()->emit("undone",
                         "looked at again after the undo",
                         {{"objects", std::move(objects)}, {"kept", kept}});
    return;
  }
  if (!rows.empty()) {
    world.out("Looked at again, against what was there before:\n" + table_of(rows));
  }
  for (const std::string& one : kept) {
    world.out("stays: " + one + "\n");
  }
}

/// What could not be read again is not known to be gone.
std::optional<Problem> not_seen_again(const Session& now)
{
  if (auto problem = why_not_reached(now)) {
    return problem;
  }
  const std::vector<std::string> unread = unbelieved(now.seen);
  if (unread.empty()) {
    return std::nullopt;
  }
  return Problem{.id = "IPL-CLU-080",
                 .what = "every step was done, but the result could not be read",
                 .saw = fmt::format("{}", fmt::join(unread, "\n")),
                 .exit = ExitCode::not_verified};
}

/// Looks again, compares everything that runs touched, and reports it.
ExitCode prove_undo(const Session& then, const RawOptions& options, World& world)
{
  Session now = then;
  look(now, options, world, false, false);
  if (const std::optional<Problem> problem = not_seen_again(now)) {
    return refuse(now, {*problem}, world);
  }
  MemorySeen memory = then.seen.memory;
  std::erase_if(memory.touched, [&](const auto& one) { // only the stages that were undone
    return std::ranges::find(then.plan.stages, one.second.stage, &StagePlan::stage) ==
           then.plan.stages.end();
  });
  const std::vector<UndoRow> rows = undo_rows(memory, now.seen);
  const std::vector<std::string> kept = kept_by(then.plan);
  tell_rows(rows, kept, world);
  if (!kept.empty()) {
    return ExitCode::kept;
  }
  const std::optional<Problem> other = other_than_before(rows);
  if (!other || then.seen.memory.migrated) {
    return ExitCode::done;
  }
  return refuse(now, {*other}, world);
}

/// There is nothing to do; still reports what stays.
ExitCode nothing_to_undo(const Session& session,
                         const RawOptions& options,
                         World& world,
                         const UndoWish& wish)
{
  const std::vector<std::string> kept = kept_by(session.plan);
  tell_rows({}, kept, world);
  if (wish.only.empty() && kept.empty()) {
    close_unfinished(session, options, world, {.command = "undo"});
  }
  world.tell_result("nothing to undo");
  return kept.empty() ? ExitCode::done : ExitCode::kept;
}

ExitCode undo_asked(Session& session, const RawOptions& options, World& world, const UndoWish& wish)
{
  if (!session.problems.empty()) {
    return refuse(session, session.problems, world);
  }
  tell_warnings(session, world);
  look_to_undo(session, options, world, wish);
  if (const auto problem = why_not_reached(session)) {
    return refuse(session, {*problem}, world);
  }
  if (const auto problem = unknown_run(session, wish)) {
    return refuse(session, {*problem}, world);
  }
  if (options.has("dry-run") || options.value("output", "text") == "sh") {
    return show_undo(session, options, world);
  }
  if (session.plan.blocked()) {
    return refuse(session, blocking_problems(session.plan), world);
  }
  if (!session.plan.changes()) {
    return nothing_to_undo(session, options, world, wish);
  }
  if (const auto stopped = confirm(session, options, world)) {
    return *stopped;
  }
  const ExitCode exit =
      carry_out(session,
                options,
                world,
                {.confirmed = !options.has("yes"),
                 .look_again = [&] { look_to_undo(session, options, world, wish); },
                 .command = "undo",
                 .only = wish.only});
  return exit == ExitCode::done ? prove_undo(session, options, world) : exit;
}

} // namespace

ExitCode undo_command(const RawOptions& options, World& world)
{
  Session session = read_asked(options, world);
  return undo_asked(session,
                    options,
                    world,
                    wish_of_undo(options.positionals.empty() ? "" : options.positionals.front()));
}

ExitCode resume_undo(const RunToResume& unfinished, const RawOptions& options, World& world)
{
  Session session = read_asked(options, world, unfinished.settings);
  world.err(fmt::format("resuming the undo of run {}\n", unfinished.run));
  return undo_asked(session, options, world, wish_of_undo(unfinished.only));
}

} // namespace iplease
