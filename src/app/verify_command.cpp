// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/kubectl.hpp>

#include <fmt/format.h>

#include "carry_out.hpp"
#include "commands.hpp"
#include "session.hpp"

namespace iplease {

namespace {

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

} // namespace

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
    return refuse(session, blocking_problems(session.plan), world);
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
