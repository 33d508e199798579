// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/json.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/core/schema.hpp>
#include <iplease/platform/run_lock.hpp>
#include <iplease/report/words.hpp>
#include <iplease/status/status.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands.hpp"
#include "documents.hpp"
#include "last_applied.hpp"
#include "reached.hpp"
#include "session.hpp"
#include <algorithm>

namespace iplease {

namespace {

constexpr std::chrono::seconds k_look_again{3};

/// Makes the status of what was looked at.
Status status_of(const Session& session, World& world)
{
  StatusReads reads;
  if (session.seen.tools.server_error.empty() && session.seen.tools.kubectl_error.empty()) {
    Effects effects = world.effects();
    reads = read_status(session.seen, session.want, effects.runner);
  }
  StatusInput input{
      .seen = session.seen, .want = session.want, .plan = session.plan, .reads = reads};
  if (!session.cluster_directory.empty()) {
    input.applied = last_applied(session.cluster_directory, world.files());
    input.run_at_work = lock_owner(session.cluster_directory);
  }
  return make_status(input);
}

Status look_at_status(Session& session, const RawOptions& options, World& world)
{
  look(session, options, world, false, false);
  return status_of(session, world);
}

void show(const Status& status, const RawOptions& options, World& world)
{
  world.out(options.value("output", "text") == "json" ? plain_json(status_json(status), 2) + "\n"
                                                      : status_text(status));
}

/// Looks repeatedly until IP leases are on and healthy. False: time is up.
bool wait_until_healthy(Status& status,
                        Session& session,
                        const RawOptions& options,
                        World& world,
                        std::chrono::seconds limit)
{
  const auto until = world.clock().now() + limit;
  std::string told;
  const auto at_work = [&] { return status.unfinished && !status.unfinished->at_work.empty(); };
  while (!status.healthy() || status.state != LeaseState::on || at_work()) {
    std::vector<std::string> reasons = status.not_yet();
    if (at_work()) {
      reasons.insert(reasons.begin(), "run " + status.unfinished->id + " is at work");
    }
    const std::string why =
        reasons.empty() ? "IP leases are not on" : fmt::format("{}", fmt::join(reasons, "; "));
    if (why != told) {
      told = why;
      world.err(fmt::format("waiting (at most {}): {}\n", duration_text(limit), why));
    }
    const auto now = world.clock().now();
    if (now >= until) {
      return false;
    }
    world.pause_until(std::min(now + k_look_again, until));
    status = look_at_status(session, options, world);
  }
  return true;
}

ExitCode exit_of(const Status& status, const Session& session, bool detailed, World& world)
{
  if (const auto problem = why_not_reached(session)) {
    world.refuse({*problem});
    return problem->exit;
  }
  if (!status.unread.empty()) {
    world.refuse({{.id = "IPL-CLU-080",
                   .what = "what is on the cluster could not be read",
                   .saw = fmt::format("{}", fmt::join(status.unread, "\n")),
                   .exit = ExitCode::blocked}});
    return ExitCode::blocked;
  }
  if (status.state == LeaseState::unknown) {
    world.refuse({{.id = "IPL-CLU-002",
                   .what = "the rights on the cluster are not enough to tell",
                   .saw = fmt::format("{}", fmt::join(status.could_not_look, "\n")),
                   .exit = ExitCode::blocked}});
    return ExitCode::blocked;
  }
  const bool differs = !status.drift.empty() || !status.owed.empty() || status.unfinished;
  return detailed && differs ? ExitCode::differences : ExitCode::done;
}

} // namespace

nlohmann::ordered_json status_document(const Session& session, World& world)
{
  return status_json(status_of(session, world));
}

ExitCode status_command(const RawOptions& options, World& world)
{
  Session session = read_asked(options, world);
  const std::string wait = options.value("wait");
  const std::optional<std::chrono::seconds> limit = parse_duration(wait);
  if (options.has("wait") && !limit) {
    session.problems.push_back({.id = "IPL-CLI-003",
                                .what = "--wait does not take `" + wait + "`",
                                .fix = "a duration such as 90s, 5m or 1h30m",
                                .exit = ExitCode::usage});
  }
  if (!session.problems.empty()) {
    world.refuse(session.problems);
    return session.problems.front().exit;
  }
  Status status = look_at_status(session, options, world);
  const auto wrong = why_not_reached(session);
  if (wrong && wrong->exit == ExitCode::other_cluster) {
    world.refuse({*wrong}); // not the intended cluster: say nothing about it
    return wrong->exit;
  }
  const bool in_time = !limit || !session.seen.tools.kubectl_error.empty() ||
                       wait_until_healthy(status, session, options, world, *limit);
  show(status, options, world);
  if (!in_time && status.state != LeaseState::unreachable) {
    world.refuse({{.id = "IPL-RUN-006",
                   .what = "not on and healthy within " + duration_text(*limit),
                   .saw = fmt::format("{}", fmt::join(status.not_yet(), "\n")),
                   .fix = "see why: iplease doctor",
                   .exit = ExitCode::timed_out}});
    return ExitCode::timed_out;
  }
  return exit_of(status, session, options.has("detailed-exitcode"), world);
}

} // namespace iplease
