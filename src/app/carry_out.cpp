// SPDX-License-Identifier: Apache-2.0
#include "carry_out.hpp"

#include <iplease/core/plain_text.hpp>
#include <iplease/core/plan_difference.hpp>
#include <iplease/engine/apply.hpp>
#include <iplease/platform/run_lock.hpp>
#include <iplease/report/json_view.hpp>
#include <iplease/report/live_view.hpp>
#include <iplease/report/log.hpp>
#include <iplease/report/plain_view.hpp>
#include <iplease/report/plan_view.hpp>
#include <iplease/report/quiet_view.hpp>
#include <iplease/stages/undo.hpp>

#include <fmt/format.h>

#include "explaining_view.hpp"
#include "reached.hpp"
#include <algorithm>

namespace iplease {

namespace {

/// Records the debts of earlier runs that this look shows to be paid.
void settle_debts(const Session& session, Journal& journal)
{
  for (const Debt& debt : session.seen.memory.debts) {
    const bool gone = debt.id == "remove-verify-service" && session.seen.verify_service.absent();
    const bool counted = debt.id == "ip-operator-look" &&
                         session.seen.ip_operator.available.has_value() &&
                         *session.seen.ip_operator.available ==
                             static_cast<std::int64_t>(count(session.want.pool.addresses.value));
    if (gone || counted) {
      journal.paid(debt.id);
    }
  }
}

/// "a, b, c": the stages with work to do, either from `from` on or before it.
std::string stage_names(const Plan& plan, const std::string& from, bool before)
{
  std::string names;
  bool reached = false;
  for (const StagePlan& stage : plan.stages) {
    reached = reached || stage.stage == from;
    if (reached != before && stage.verdict == Verdict::needed) {
      names += (names.empty() ? "" : ", ") + stage.stage;
    }
  }
  return names.empty() ? "nothing" : names;
}

/// A finished run.
struct Over {
  const Plan& plan;
  const Applied& applied;
  const RunPlace& place;
};

/// The command to continue with, including the options that decide where it looks.
std::string again_words(const RunExtras& extras, const RawOptions& options)
{
  std::string words = extras.again;
  for (const char* name : {"state-dir", "address", "keep"}) {
    words += as_given(options, name);
  }
  return words;
}

ExitCode finish(const Over& run, const std::string& again, World& world)
{
  ExitCode exit = run.applied.exit;
  if (exit == ExitCode::failed && run.applied.stage == "verify") {
    exit = ExitCode::not_verified;
  }
  world.note_run({.changed = run.applied.commands > 0, .run = run.place.id});
  const std::string done = "done: " + stage_names(run.plan, run.applied.stage, true);
  if (exit == ExitCode::done) {
    world.err(fmt::format("{}   (run {})\n", done, run.place.id));
    return exit;
  }
  world.err(fmt::format("{}; left: {}\nResume with:  {}   (run {}, exit {})\n",
                        done,
                        stage_names(run.plan, run.applied.stage, false),
                        again,
                        run.place.id,
                        static_cast<int>(exit)));
  return exit;
}

/// Whether the cluster may differ from what was seen. The lock is held, so no other run works on it
/// from this machine now. But one may have worked since the look began, or a killed one may have
/// left a command that ended only now.
bool may_be_old(const Session& session, const RunExtras& extras)
{
  const auto before = session.written_before.find(session.cluster_directory);
  const std::uintmax_t seen = before == session.written_before.end() ? 0 : before->second;
  return extras.confirmed || !read_memory(session.cluster_directory).in_flight_step.empty() ||
         journal_bytes(session.cluster_directory) != seen;
}

/// Looks again under the lock. Returns an exit code if the plan may no longer be carried out.
std::optional<ExitCode>
look_under_lock(Session& session, const RawOptions& options, World& world, const RunExtras& extras)
{
  const std::string cluster = session.seen.cluster_uid.value;
  const Plan before = session.plan;
  if (!options.has("quiet") && options.value("output", "text") == "text") {
    world.err("Looking once more ...\n");
  }
  if (extras.look_again) {
    extras.look_again();
  } else {
    look_again(session, options, world);
  }
  if (!session.seen.cluster_uid.found()) {
    const Problem unknown{.id = "IPL-CLU-001",
                          .what = "the cluster cannot be reached any more",
                          .saw = session.seen.cluster_uid.why,
                          .exit = ExitCode::unreachable};
    return refuse(session, {why_not_reached(session).value_or(unknown)}, world);
  }
  if (session.seen.cluster_uid.value != cluster) {
    return refuse(session,
                  {{.id = "IPL-CLU-005",
                    .what = "the kubeconfig leads to another cluster than at the first look; "
                            "nothing was done",
                    .saw = "the UID of kube-system was " + cluster + " and is " +
                           session.seen.cluster_uid.value,
                    .cause = "the kubeconfig, or the context that is in force in it, was changed "
                             "after iplease had looked",
                    .fix = "choose the context that you mean and run the same command again: "
                           "--context NAME (kubectl config get-contexts lists them)",
                    .exit = ExitCode::other_cluster}},
                  world);
  }
  const auto differs = extras.confirmed ? other_than_confirmed(before, session.plan, extras.moved)
                                        : std::optional<Problem>();
  if (differs) {
    return refuse(session, {*differs}, world);
  }
  if (session.plan.blocked()) {
    return refuse(session, blocking_problems(session.plan), world);
  }
  return std::nullopt;
}

std::unique_ptr<Journal> begin_journal(const Session& session,
                                       const RunPlace& place,
                                       const RawOptions& options,
                                       World& world,
                                       const RunExtras& extras)
{
  return open_journal(
      session.cluster_directory,
      {.cluster_uid = session.seen.cluster_uid.value,
       .command = extras.command.empty() ? std::string(options.command->name) : extras.command,
       .only = extras.only,
       .settings_json = replayable_settings(session.want),
       .plan_json = plain_json(plan_json(session.plan, session.seen, session.want), 2),
       .kept = session.kept_digest,
       .keeps = extras.command == "undo" ? undo_keeps(session.seen, session.plan)
                                         : std::map<std::string, std::vector<std::string>>()},
      place,
      world.clock());
}

} // namespace

std::optional<Problem> other_than_confirmed(const Plan& confirmed, const Plan& now, Problem moved)
{
  for (const std::string& line : plan_differences(confirmed, now)) {
    moved.saw += (moved.saw.empty() ? "" : "\n") + line;
  }
  return moved.saw.empty() ? std::nullopt : std::optional<Problem>(std::move(moved));
}

std::string as_given(const RawOptions& options, const std::string& name)
{
  std::string words;
  for (const std::string& value : options.all(name)) {
    words += " --" + name + (value.empty() ? "" : " " + shell_line({value}));
  }
  return words;
}

std::string found_by(const Applied& applied, std::string_view step)
{
  const auto proof = std::ranges::find(applied.proofs, step, &Proof::step);
  return proof == applied.proofs.end() ? "" : proof->found;
}

std::string stages_to_do(const Plan& plan)
{
  return stage_names(plan, "", true);
}

void close_unfinished(const Session& session,
                      const RawOptions& options,
                      World& world,
                      const RunExtras& extras)
{
  const MemorySeen& memory = session.seen.memory;
  // What an undo kept is forgotten once somebody else has removed it.
  const bool forgets = extras.command == "undo" && !memory.made.empty();
  if (memory.unfinished_run.empty() && memory.debts.empty() && !forgets) {
    return;
  }
  const RunPlace place = new_run(session.cluster_directory, world.clock());
  const RunLock lock(session.cluster_directory, place.id, world.clock());
  if (read_memory(session.cluster_directory) != memory) {
    return; // another run worked meanwhile, so what was seen may be outdated
  }
  const std::unique_ptr<Journal> journal = begin_journal(session, place, options, world, extras);
  settle_debts(session, *journal);
  journal->close("done");
}

StyleWish style_wish(const RawOptions& options)
{
  const std::string colour = options.value("color", "auto");
  return {.colour = colour == "always"  ? When::always
                    : colour == "never" ? When::never
                                        : When::automatic,
          .plain = options.has("plain"),
          .accessible = options.has("accessible")};
}

std::unique_ptr<View> make_view(const RawOptions& options, World& world)
{
  if (options.value("output", "text") == "json") {
    return std::make_unique<JsonView>(world.out_writer(), world.clock(), false);
  }
  if (options.has("quiet")) {
    return std::make_unique<QuietView>(world.err_writer());
  }
  const Style style = choose_style(style_wish(options), process_environment(), is_terminal(k_talk));
  if (style.live) {
    return std::make_unique<LiveView>(
        world.painted_err_writer(), style, [] { return terminal_width(k_talk); });
  }
  return std::make_unique<PlainView>(world.err_writer(), world.clock(), style);
}

ExitCode
carry_out(Session& session, const RawOptions& options, World& world, const RunExtras& extras)
{
  const RunPlace place = new_run(session.cluster_directory, world.clock());
  const RunLock lock(session.cluster_directory, place.id, world.clock());
  if (may_be_old(session, extras)) {
    if (const auto stopped = look_under_lock(session, options, world, extras)) {
      return *stopped;
    }
  }
  const std::unique_ptr<Journal> journal = begin_journal(session, place, options, world, extras);
  settle_debts(session, *journal);
  world.stop().arm();
  world.runner().hold(lock.busy_fd());
  Effects effects = world.effects();
  const std::unique_ptr<View> view = make_view(options, world);
  if (world.events() != nullptr) {
    world.events()->plan(plan_json(session.plan, session.seen, session.want));
  }
  LogView logged(*view, place.directory + "/debug.log");
  ExplainingView explaining(logged, extras.explain);
  const Applied applied = apply(session.plan, effects, *journal, explaining);
  journal->close(outcome_of(applied));
  const ExitCode exit = finish({session.plan, applied, place}, again_words(extras, options), world);
  if (exit == ExitCode::done && extras.tell) {
    extras.tell(applied);
  }
  return exit;
}

} // namespace iplease
