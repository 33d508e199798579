// SPDX-License-Identifier: Apache-2.0
#include <iplease/checks/cures.hpp>
#include <iplease/cluster/diagnose.hpp>
#include <iplease/core/catalogue.hpp>
#include <iplease/core/nearest.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/report/doctor_view.hpp>

#include <fmt/format.h>

#include "../stages/pool.hpp"
#include "carry_out.hpp"
#include "commands.hpp"
#include "documents.hpp"
#include "last_applied.hpp"
#include "session.hpp"
#include <algorithm>

namespace iplease {

namespace {

constexpr int k_standard_output = 1;
constexpr std::chrono::seconds k_passing_moment{3};

/// The ids given to --only; adds a problem for each invalid one.
std::vector<std::string> chosen_ids(const RawOptions& options, std::vector<Problem>& problems)
{
  const std::vector<std::string> known = check_ids();
  std::vector<std::string> ids;
  for (const std::string& word : options.all("only")) {
    ids.push_back(as_id(word));
    if (std::ranges::find(known, ids.back()) == known.end()) {
      const std::string near = nearest(ids.back(), known);
      problems.push_back({.id = "IPL-CLI-011",
                          .what = "no check has the id `" + word + "`",
                          .fix = near.empty() ? "iplease doctor -o json lists all ids"
                                              : "did you mean `" + near + "`?",
                          .exit = ExitCode::usage});
    }
  }
  return ids;
}

DoctorChoice
choice_of(const RawOptions& options, const Observation& seen, const std::vector<std::string>& only)
{
  DoctorChoice choice{.before = options.has("pre"), .after = options.has("post"), .only = only};
  if (!choice.before && !choice.after) {
    choice = usual_choice(seen);
    choice.only = only;
  }
  return choice;
}

ExitCode exit_of(const std::vector<Finding>& findings, const Observation& seen, bool strict)
{
  if (seen.tools.server.empty()) {
    return ExitCode::unreachable;
  }
  const DoctorSum sum = sum_of(findings);
  const bool found = sum.failures > 0 || (strict && sum.warnings + sum.could_not_look > 0);
  return found ? ExitCode::not_verified : ExitCode::done;
}

Style style_of(const RawOptions& options)
{
  return choose_style(style_wish(options), process_environment(), is_terminal(k_standard_output));
}

/// One look: the observation, and the findings of the chosen checks.
struct Examined {
  std::vector<Finding> findings{};
  Cures cures{};
  std::chrono::milliseconds took{};
};

/// If neither settings nor cluster know a pool, --fix restores that of the last finished run.
void take_last_pool(Session& session, World& world)
{
  if (!session.want.pool.addresses.value.empty() || session.cluster_directory.empty()) {
    return;
  }
  if (const auto applied = last_applied(session.cluster_directory, world.files())) {
    session.asked.pool.addresses = {.value = stages::parsed(applied->pool),
                                    .from = From::unfinished_run,
                                    .where = "run " + applied->id};
    plan_again(session);
  }
}

bool writes_no_addresses(const Session& session)
{
  const auto& all = session.plan.stages;
  const auto pool = std::ranges::find(all, "pool", &StagePlan::stage);
  return session.want.pool.addresses.value.empty() && pool != all.end() && !pool->steps.empty();
}

/// Nobody announces an address that was assigned a moment ago or is moving to another node.
bool may_be_a_passing_moment(const Finding& finding)
{
  return finding.id == "IPL-POOL-048" && finding.outcome == Outcome::fail;
}

/// Keeps what only doctor read but planning uses too: the address that the provider reports, and
/// what its next pod would start with.
void take_what_was_read(Session& session, const Diagnosis& more)
{
  ProviderSeen& provider = session.seen.provider;
  const ExtraRead& held = more.read(Extra::held_objects);
  if (held.answer.look != Look::not_looked) {
    provider.held = {.look = held.answer.look, .value = more.held, .why = held.answer.why};
  }
  if (provider.status_address.empty()) {
    provider.status_address = more.status_address;
  }
  plan_again(session);
}

/// What to read: for a fix everything that speaks against it, whatever was chosen; if the values
/// have no address, the provider's status.
std::set<Extra>
wanted_reads(const Session& session, const DoctorChoice& choice, const DoctorChoice& everything)
{
  std::set<Extra> wanted = extras_of(choice);
  wanted.merge(extras_of(everything));
  if (session.want.provider.address.value.empty()) {
    wanted.insert(Extra::provider_status);
  }
  return wanted;
}

/// What the chosen checks find in the observation.
Examined examine_seen(Session& session,
                      const RawOptions& options,
                      World& world,
                      const std::vector<std::string>& only)
{
  const bool fixes = options.has("fix");
  const DoctorChoice choice = choice_of(options, session.seen, only);
  const DoctorChoice everything = fixes ? DoctorChoice{.before = true, .after = true} : choice;
  Effects effects = world.effects();
  Diagnosis more =
      diagnose(session.seen, session.want, wanted_reads(session, choice, everything), effects);
  take_what_was_read(session, more);
  const Facts facts{session.seen, session.want, more};
  Examined out{.findings = run_doctor(facts, choice)};
  if (std::ranges::any_of(out.findings, may_be_a_passing_moment)) {
    world.pause_until(world.clock().now() + k_passing_moment);
    look_again_who_announces(more, session.seen, session.want, effects);
    out.findings = run_doctor(facts, choice);
  }
  const std::vector<Finding> all = fixes ? run_doctor(facts, everything) : out.findings;
  out.cures = plan_cures(facts, session.plan, out.findings, all);
  tell_held(out.findings, out.cures);
  return out;
}

Examined examine(Session& session,
                 const RawOptions& options,
                 World& world,
                 const std::vector<std::string>& only)
{
  const auto started = world.clock().now();
  const bool fixes = options.has("fix");
  look(session, options, world, false, options.has("pre") || fixes);
  if (fixes) {
    take_last_pool(session, world);
  }
  Examined out = examine_seen(session, options, world, only);
  out.took = std::chrono::duration_cast<std::chrono::milliseconds>(world.clock().now() - started);
  return out;
}

ExitCode
show(const Examined& examined, const Session& session, const RawOptions& options, World& world)
{
  const ExitCode exit = exit_of(examined.findings, session.seen, options.has("strict"));
  if (options.value("output", "text") == "json") {
    const auto found = doctor_json(examined.findings, static_cast<int>(exit));
    if (world.events() != nullptr) { // with --fix
      const DoctorSum sum = sum_of(examined.findings);
      world.events()->nested(
          fmt::format("doctor: {} failures, {} warnings", sum.failures, sum.warnings), found);
    } else {
      world.out(plain_json(found, 2) + "\n");
    }
    return exit;
  }
  world.out(doctor_text(examined.findings,
                        examined.took,
                        {.style = style_of(options),
                         .quiet = options.has("quiet"),
                         // Whoever asks for a check by name is also shown that it does not apply.
                         .verbose = options.has("verbose") || options.has("only")}));
  return exit;
}

/// Carries out the fixes like enable, then looks again.
ExitCode fix(Session& session,
             const Examined& examined,
             const RawOptions& options,
             World& world,
             const std::vector<std::string>& only)
{
  if (options.value("output", "text") != "json") {
    (void)show(examined, session, options, world);
  }
  for (const HeldCure& held : examined.cures.held) {
    const std::string words = "is not cured: " + held_words(held) + ".";
    world.err(held.id + " " + words + "\n");
    if (world.events() != nullptr) {
      world.events()->warning({.id = held.id, .what = words});
    }
  }
  if (examined.cures.plan.stages.empty()) {
    if (examined.cures.held.empty()) {
      world.err("Nothing here that --fix can cure.\n");
    }
    return options.value("output", "text") == "json"
               ? show(examined, session, options, world)
               : exit_of(examined.findings, session.seen, options.has("strict"));
  }
  session.plan = examined.cures.plan;
  if (session.plan.blocked()) {
    return refuse(session, blocking_problems(session.plan), world);
  }
  if (writes_no_addresses(session)) {
    return refuse(session,
                  {with_catalogue({.id = "IPL-POOL-030",
                                   .what = "the pool is to be made again, and no addresses are "
                                           "given: neither --pool nor pool.addresses in a flags "
                                           "file, and no earlier run knows them",
                                   .exit = ExitCode::usage})},
                  world);
  }
  if (const auto stopped = confirm(session, options, world)) {
    return *stopped;
  }
  const RunExtras extras{.confirmed = !options.has("yes"), .look_again = [&] {
                           session.plan = examine(session, options, world, only).cures.plan;
                         }};
  if (const ExitCode exit = carry_out(session, options, world, extras); exit != ExitCode::done) {
    return exit;
  }
  return show(examine(session, options, world, only), session, options, world);
}

} // namespace

nlohmann::ordered_json doctor_document(Session& session, const RawOptions& options, World& world)
{
  const Examined examined = examine_seen(session, options, world, {});
  return doctor_json(examined.findings,
                     static_cast<int>(exit_of(examined.findings, session.seen, false)));
}

ExitCode doctor_command(const RawOptions& options, World& world)
{
  Session session = read_asked(options, world);
  const std::vector<std::string> only = chosen_ids(options, session.problems);
  if (!session.problems.empty()) {
    world.refuse(session.problems);
    return ExitCode::usage;
  }
  const Examined examined = examine(session, options, world, only);
  return options.has("fix") ? fix(session, examined, options, world, only)
                            : show(examined, session, options, world);
}

} // namespace iplease
