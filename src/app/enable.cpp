// SPDX-License-Identifier: Apache-2.0
#include "enable.hpp"

#include <iplease/cli/command_table.hpp>
#include <iplease/cli/flags_file.hpp>
#include <iplease/core/mask.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/report/plan_view.hpp>

#include <fmt/format.h>

#include "commands.hpp"
#include "interview.hpp"
#include "kept.hpp"
#include "reached.hpp"
#include "session.hpp"
#include <algorithm>

namespace iplease {

namespace {

/// The settings of this command line, to append to another command. Empty if one may hold a secret,
/// which must not be printed again.
std::string given_again(const RawOptions& options)
{
  std::string words;
  for (const auto& table : {settings_options(), cluster_options()}) {
    for (const OptionSpec& option : table) {
      const std::string name(option.name);
      // Only --set takes free text; a path or a context may well have "auth" in its name.
      const auto secret = [&](const std::string& value) {
        return name == "set" ? may_hold_secret(value) : !url_credentials(value).empty();
      };
      if (std::ranges::any_of(options.all(name), secret)) {
        return {};
      }
      words += as_given(options, name);
    }
  }
  return words;
}

void show_plan(const Session& session, const RawOptions& options, World& world)
{
  const std::string format = options.value("output", "text");
  if (format == "json") {
    world.out(plain_json(plan_json(session.plan, session.seen, session.want), 2) + "\n");
    return;
  }
  if (format == "sh") {
    world.document(plan_script(session.plan, session.seen, session.want));
    return;
  }
  world.out(plan_text(session.plan, session.seen, session.want));
  if (options.has("out") && !session.plan.blocked()) {
    return; // keep_plan says how to go on
  }
  if (!session.plan.changes()) {
    world.out("Nothing was changed.\n");
    return;
  }
  const std::string given = given_again(options);
  world.out(fmt::format("Nothing was changed. To do it:\n  iplease enable{0}\n"
                        "The same as a script:\n  iplease plan -o sh{0}\n",
                        given));
}

} // namespace

std::optional<ExitCode>
nothing_to_enable(const Session& session, const RawOptions& options, World& world)
{
  if (std::ranges::any_of(session.plan.stages, [](const StagePlan& stage) {
        return stage.verdict != Verdict::satisfied;
      })) {
    return std::nullopt;
  }
  close_unfinished(session, options, world);
  world.tell_result("nothing to do: IP leases are on, " +
                    std::to_string(count(session.want.pool.addresses.value)) +
                    " addresses in pool default");
  return ExitCode::done;
}

void tell_enabled(const Applied& applied, const RawOptions& options, World& world)
{
  const std::string address = found_by(applied, "verify/address");
  const std::string node = found_by(applied, "verify/announced");
  if (address.empty()) {
    return;
  }
  if (world.events() != nullptr) {
    world.events()->emit("verified",
                         address + " is leased and announced",
                         {{"address", address}, {"announced_by", node}});
    return;
  }
  world.err(
      fmt::format("verified: {} from pool default, announced by {}, answers\n", address, node));
  if (options.has("quiet")) {
    return;
  }
  world.err("\nA tenant asks for an address in the SDL:\n"
            "  | endpoints: {web: {kind: ip}}\n"
            "  | services:\n"
            "  |   app:\n"
            "  |     expose: [{port: 80, as: 80, to: [{global: true, ip: web}]}]\n"
            "\nNext\n"
            "  iplease verify --keep  prove it from a host outside of the cluster\n"
            "  iplease status         what is on, and which addresses are in use\n"
            "  iplease doctor         look for what keeps leased addresses from answering\n");
}

namespace {

/// The part of enable and resume after the look; `terminal` is where to ask.
ExitCode enable_looked_at(Session& session, const RawOptions& options, World& world, int terminal)
{
  const bool asks = terminal >= 0;
  if (!asks && session.plan.blocked()) {
    return refuse(session, blocking_problems(session.plan), world);
  }
  if (const auto done = nothing_to_enable(session, options, world)) {
    return *done;
  }
  const auto stopped =
      asks ? interview(session, options, world, terminal) : confirm(session, options, world);
  if (stopped) {
    return *stopped;
  }
  return carry_out(
      session, options, world, {.confirmed = asks, .tell = [&](const Applied& applied) {
                                  tell_enabled(applied, options, world);
                                }});
}

} // namespace

ExitCode plan_command(const RawOptions& options, World& world)
{
  if (!options.positionals.empty()) {
    return show_kept_plan(options, world);
  }
  Session session;
  if (const auto problem = why_not_kept(options, world)) {
    return refuse(session, {*problem}, world);
  }
  if (const auto early = prepare(session, options, world, options.has("offline"))) {
    return *early;
  }
  if (options.has("offline") || !why_not_reached(session)) { // else there is nothing to plan for
    show_plan(session, options, world);
  }
  if (session.plan.blocked()) {
    return refuse(session, blocking_problems(session.plan), world);
  }
  if (options.has("out")) {
    if (const auto failed = keep_plan(session, options, world)) {
      return *failed;
    }
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
  const int terminal = terminal_for_questions(options, world);
  if (const auto early = terminal >= 0 ? prepare_to_ask(session, options, world)
                                       : prepare(session, options, world, false)) {
    return *early;
  }
  return enable_looked_at(session, options, world, terminal);
}

namespace {

ExitCode nothing_to_resume(World& world)
{
  world.tell_result("nothing to resume: no unfinished run is remembered here, and nothing is owed");
  return ExitCode::done;
}

void tell_resuming(const Session& session, World& world)
{
  const MemorySeen& memory = session.seen.memory;
  world.err(
      fmt::format("resuming run {}{}\nleft: {}\n",
                  memory.unfinished_run.empty() ? "(finished)" : memory.unfinished_run,
                  memory.in_flight_step.empty() ? "" : ", stopped in step " + memory.in_flight_step,
                  stages_to_do(session.plan)));
}

/// With several clusters, iplease may learn only after the look that the run was an undo.
bool is_undo(const MemorySeen& memory)
{
  return !memory.unfinished_run.empty() && memory.unfinished_command == "undo";
}

} // namespace

ExitCode resume_command(const RawOptions& options, World& world)
{
  const RunToResume only = only_unfinished(options, world);
  if (!only.anything) {
    const Session asked = read_asked(options, world);
    return asked.problems.empty() ? nothing_to_resume(world) : refuse(asked, asked.problems, world);
  }
  const std::string programs = programs_given(only.settings);
  if (!programs.empty() && !options.has("kubectl") && !options.has("helm")) {
    world.err("that run was given " + programs +
              ". A journal never decides which program runs: give it again where you need it\n");
  }
  if (only.command == "undo") {
    return resume_undo(only, options, world);
  }
  Session session;
  const int terminal = terminal_for_questions(options, world);
  const auto begin = [&](const std::string& settings) {
    return terminal >= 0 ? prepare_to_ask(session, options, world, settings)
                         : prepare(session, options, world, false, settings);
  };
  auto early = begin(only.settings);
  if (!only.cluster.empty() && session.seen.cluster_uid.found() &&
      session.seen.cluster_uid.value != only.cluster) {
    early = begin(""); // its settings belong to another cluster
  }
  const MemorySeen& memory = session.seen.memory;
  if (is_undo(memory)) {
    return resume_undo({.run = memory.unfinished_run,
                        .settings = memory.unfinished_settings,
                        .only = memory.unfinished_only},
                       options,
                       world);
  }
  if (early) {
    return *early;
  }
  if (memory.unfinished_run.empty() && memory.debts.empty()) {
    return nothing_to_resume(world);
  }
  session.kept_digest = memory.unfinished_kept;
  tell_resuming(session, world);
  return enable_looked_at(session, options, world, terminal);
}

} // namespace iplease
