// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/diagnose.hpp>
#include <iplease/cluster/parse.hpp>
#include <iplease/cluster/target.hpp>
#include <iplease/core/catalogue.hpp>
#include <iplease/core/json.hpp>
#include <iplease/stages/verify.hpp>

#include <fmt/format.h>

#include "../stages/legacy.hpp"
#include "../stages/pool.hpp"
#include "carry_out.hpp"
#include "commands.hpp"
#include "reached.hpp"
#include "session.hpp"

namespace iplease {

namespace {

SmokeEvents read_events(const Session& session, World& world)
{
  Effects effects = world.effects();
  return parse_smoke_events(
      run(effects.runner, smoke_events(target_of(session.seen, session.want), session.seen)).out);
}

/// Commands to type on a host outside the cluster, one per port.
std::vector<std::string> outside_commands(const SmokeBackend& backend, const std::string& address)
{
  std::vector<std::string> lines;
  for (const int port : {backend.port, backend.shared_port}) {
    lines.push_back(fmt::format(
        "curl {}://{}:{}{}", backend.tls ? "-k https" : "http", address, port, backend.path));
  }
  return lines;
}

/// What was not proved, and the leases that the IP operator gave up on, unlike this one.
std::vector<std::string> remarks(const Session& session, World& world)
{
  std::vector<std::string> lines;
  const ProviderSeen& provider = session.seen.provider;
  if (provider.stateful_set.absent()) {
    lines.emplace_back("there is no provider here: that one bids on IP leases was not proved");
  } else if (!provider.env_ip_operator.found()) {
    lines.push_back("whether the provider bids on IP leases could not be seen: " +
                    provider.env_ip_operator.why);
  }
  Effects effects = world.effects();
  const Diagnosis more = diagnose(session.seen, session.want, {Extra::ignored_leases}, effects);
  const Seen<std::string>& answer = more.read(Extra::ignored_leases).answer;
  const auto ignored = parse_ignored_leases(answer.value);
  if (answer.look != Look::not_looked && (!answer.found() || !ignored)) {
    lines.push_back("which leases the IP operator ignores could not be read: " + answer.why);
  } else if (ignored) {
    for (const IgnoredLeaseSeen& lease : *ignored) {
      lines.push_back("the IP operator ignores " + to_text(lease));
    }
  }
  return lines;
}

void tell_json(const Session& session,
               const SmokeEvents& events,
               bool kept,
               const std::vector<std::string>& outside,
               World& world)
{
  const SmokeBackend backend = smoke_backend(session.seen);
  if (world.events() != nullptr) {
    world.events()->emit("verified",
                         events.address + " is leased and announced",
                         {{"address", events.address},
                          {"announced_by", events.node},
                          {"namespace", backend.name_space},
                          {"services", {k_verify_service, k_verify_shared}},
                          {"ports", {backend.port, backend.shared_port}},
                          {"kept", kept},
                          {"outside", outside},
                          {"remarks", remarks(session, world)}});
  }
}

void tell(const Session& session, const Applied& applied, const RawOptions& options, World& world)
{
  const SmokeEvents events{.address = found_by(applied, "verify/address"),
                           .node = found_by(applied, "verify/announced")};
  const SmokeBackend backend = smoke_backend(session.seen);
  const std::vector<std::string> outside = outside_commands(backend, events.address);
  const bool kept = options.has("keep");
  if (options.value("output", "text") == "json") {
    tell_json(session, events, kept, outside, world);
    return;
  }
  world.out(fmt::format("verified: {} from pool default, one address for two ports, announced by "
                        "{}, answers\n",
                        events.address,
                        events.node));
  for (const std::string& remark : remarks(session, world)) {
    world.out("but: " + remark + "\n");
  }
  if (!kept) {
    world.out("Traffic from outside was not tried. To try it: iplease verify --keep\n");
    return;
  }
  world.out(fmt::format("Services {} and {} in {} stay. On a host outside the cluster:\n",
                        k_verify_service,
                        k_verify_shared,
                        backend.name_space));
  for (const std::string& line : outside) {
    world.out("  " + line + "\n");
  }
  world.out("They go with the next: iplease verify\n");
}

/// Plans only the smoke lease; anything that prevents it blocks the plan.
void plan_verification(Session& session, const SmokeWish& wish)
{
  StagePlan stage{.verdict = Verdict::blocked};
  stage.problems = smoke_problems(session.seen, wish);
  if (stage.problems.empty()) {
    // Verify the existing pool, not one that a flags file would make.
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): without one there was a problem
    const PoolSeen pool = *stages::pool_in_force(session.seen);
    session.want.pool.addresses.value = stages::parsed(pool.addresses);
    stage = plan_smoke(session.seen, session.want, wish);
    stage.reason = "asked for";
  }
  stage.stage = "verify";
  session.plan.stages = {std::move(stage)};
}

} // namespace

ExitCode verify_command(const RawOptions& options, World& world)
{
  Session session = read_asked(options, world);
  if (!session.problems.empty()) {
    return refuse(session, session.problems, world);
  }
  look(session, options, world, false, false);
  if (const auto problem = why_not_reached(session)) {
    return refuse(session, {*problem}, world);
  }
  const SmokeWish wish{.address = options.value("address"), .keep = options.has("keep")};
  plan_verification(session, wish);
  if (session.plan.blocked()) {
    return refuse(session, blocking_problems(session.plan), world);
  }
  return carry_out(session,
                   options,
                   world,
                   {.look_again =
                        [&] {
                          look(session, options, world, false, false);
                          plan_verification(session, wish);
                        },
                    .explain =
                        [&](const Problem& problem) {
                          return with_catalogue(
                              explain_smoke(problem, session.seen, read_events(session, world)));
                        },
                    .tell = [&](const Applied& applied) { tell(session, applied, options, world); },
                    .again = "iplease verify"});
}

} // namespace iplease
