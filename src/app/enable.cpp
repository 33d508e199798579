// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/kubectl.hpp>
#include <iplease/core/schema.hpp>
#include <iplease/engine/apply.hpp>
#include <iplease/platform/run_lock.hpp>
#include <iplease/report/json_view.hpp>
#include <iplease/report/live_view.hpp>
#include <iplease/report/plain_view.hpp>
#include <iplease/report/plan_view.hpp>

#include <fmt/format.h>

#include "commands.hpp"
#include "session.hpp"
#include <memory>

#include <unistd.h>

namespace iplease {

namespace {

ExitCode refuse(World& world, const std::vector<Problem>& problems)
{
  world.err(problems_text(problems));
  return problems.front().exit;
}

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

/// Reads settings and cluster; a problem with what was given ends it before anything is looked at.
std::optional<ExitCode>
prepare(Session& session, const RawOptions& options, World& world, bool offline)
{
  session = read_asked(options, world);
  if (!session.problems.empty()) {
    return refuse(world, session.problems);
  }
  for (const Problem& warning : session.warnings) {
    world.err(fmt::format("warning {}: {}\n", warning.id, warning.what));
  }
  look(session, options, world, offline, true);
  const bool reached = offline || session.seen.cluster_uid.found();
  const std::vector<Problem> missing = missing_settings(session.want);
  if (reached && !missing.empty()) {
    return refuse(world, missing);
  }
  return std::nullopt;
}

std::unique_ptr<View> make_view(const RawOptions& options, World& world)
{
  if (options.value("output", "text") == "json") {
    return std::make_unique<JsonView>(world.out_writer(), world.clock());
  }
  const std::string colour = options.value("color", "auto");
  const StyleWish wish{.colour = colour == "always"  ? When::always
                                 : colour == "never" ? When::never
                                                     : When::automatic,
                       .plain = options.has("plain"),
                       .accessible = options.has("accessible")};
  const Style style = choose_style(wish, process_environment(), is_terminal(STDERR_FILENO));
  if (style.live) {
    return std::make_unique<LiveView>(
        world.err_writer(), style, [] { return terminal_width(STDERR_FILENO); });
  }
  return std::make_unique<PlainView>(world.err_writer(), world.clock(), style);
}

std::string settings_json(const Settings& want)
{
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const SettingRow& row : setting_rows(want)) {
    json[row.key] = {{"value", row.value}, {"from", row.from}};
  }
  return json.dump();
}

/// Debts of earlier runs that this look shows to be paid.
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

ExitCode
finish(const Applied& applied, const RunPlace& place, const std::string& format, World& world)
{
  ExitCode exit = applied.exit;
  if (exit == ExitCode::failed && applied.stage == "verify") {
    exit = ExitCode::not_verified;
  }
  if (format == "json") {
    world.out(nlohmann::ordered_json{{"type", "result"},
                                     {"@message", exit == ExitCode::done ? "done" : "stopped"},
                                     {"exit", static_cast<int>(exit)},
                                     {"changed", applied.commands > 0},
                                     {"run", place.id}}
                  .dump() +
              "\n");
  }
  if (exit == ExitCode::done) {
    return exit;
  }
  if (applied.problem) {
    world.err("\n" + problems_text({*applied.problem}));
  }
  world.err(fmt::format("Stopped in stage {}. Resume with: iplease resume   (run {}, exit {})\n",
                        applied.stage,
                        place.id,
                        static_cast<int>(exit)));
  return exit;
}

ExitCode carry_out(Session& session, const RawOptions& options, World& world)
{
  const RunPlace place = new_run(session.cluster_directory, world.clock());
  RunLock lock(session.cluster_directory, place.id, world.clock());
  // Another run may have changed things while we looked; what the lock protects is looked at under
  // it.
  session.seen.memory = read_memory(session.cluster_directory);
  std::unique_ptr<Journal> journal =
      open_journal(session.cluster_directory,
                   {.cluster_uid = session.seen.cluster_uid.value,
                    .command = std::string(options.command->name),
                    .settings_json = settings_json(session.want),
                    .plan_json = plan_json(session.plan, session.seen, session.want).dump(2)},
                   place,
                   world.clock());
  settle_debts(session, *journal);
  world.stop().arm();
  world.runner().hold(lock.busy_fd());
  Effects effects = world.effects();
  const std::unique_ptr<View> view = make_view(options, world);
  const Applied applied = apply(session.plan, effects, *journal, *view);
  journal->close(outcome_of(applied));
  return finish(applied, place, options.value("output", "text"), world);
}

/// Yes, no, or the exit code of a run that may not ask.
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

/// --keep: the temporary Service stays, so its removal is neither planned nor owed.
void keep_service(Plan& plan)
{
  for (StagePlan& stage : plan.stages) {
    std::erase_if(stage.steps, [](const Step& step) { return step.id == "verify/remove"; });
    for (Step& step : stage.steps) {
      std::erase_if(step.owes, [](const Debt& debt) { return debt.id == "remove-verify-service"; });
    }
  }
}

void tell_kept(const Session& session, World& world)
{
  Effects effects = world.effects();
  const CommandResult address =
      run(effects.runner,
          kubectl_jsonpath(target_of(session.seen, session.want),
                           {"--namespace", "akash-services", "service", "iplease-verify"},
                           "{.status.loadBalancer.ingress[0].ip}"));
  world.out(fmt::format(
      "Service akash-services/iplease-verify stays at {0}. From a host outside the cluster:\n"
      "  curl -k https://{0}:8443/status\n"
      "The next iplease enable or verify removes it.\n",
      address.out));
}

/// What enable and resume do once the cluster was looked at.
ExitCode enable_looked_at(Session& session, const RawOptions& options, World& world)
{
  if (session.plan.blocked()) {
    return refuse(world, blocking_problems(session.plan));
  }
  const bool nothing =
      std::all_of(session.plan.stages.begin(),
                  session.plan.stages.end(),
                  [](const StagePlan& stage) { return stage.verdict == Verdict::satisfied; });
  if (nothing) {
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
    world.err(problems_text(blocking_problems(session.plan)));
    return blocked_exit(session.plan);
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
  Session session;
  if (const auto early = prepare(session, options, world, false)) {
    return *early;
  }
  const MemorySeen& memory = session.seen.memory;
  if (memory.unfinished_run.empty() && memory.debts.empty()) {
    world.out("nothing to resume: no run on this cluster is unfinished and nothing is owed\n");
    return ExitCode::done;
  }
  world.err(fmt::format(
      "resuming run {}{}\n",
      memory.unfinished_run.empty() ? "(finished)" : memory.unfinished_run,
      memory.in_flight_step.empty() ? "" : ", stopped in step " + memory.in_flight_step));
  return enable_looked_at(session, options, world);
}

/// The stage verify alone, as if something had changed.
ExitCode verify_command(const RawOptions& options, World& world)
{
  Session session;
  if (const auto early = prepare(session, options, world, false)) {
    return *early;
  }
  session.seen.memory.verify_owed = true;
  Plan whole = make_plan(registry(), session.seen, session.want);
  std::erase_if(whole.stages, [](const StagePlan& stage) {
    return stage.stage != "verify" && stage.stage != "preflight";
  });
  session.plan = std::move(whole);
  if (session.plan.blocked()) {
    return refuse(world, blocking_problems(session.plan));
  }
  if (!options.has("keep")) {
    return carry_out(session, options, world);
  }
  keep_service(session.plan);
  const ExitCode exit = carry_out(session, options, world);
  if (exit == ExitCode::done) {
    tell_kept(session, world);
  }
  return exit;
}

} // namespace iplease
