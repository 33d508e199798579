// SPDX-License-Identifier: Apache-2.0
#include "reached.hpp"

#include <iplease/facts/access.hpp>

#include <algorithm>

namespace iplease {

std::optional<Problem> why_not_reached(const Session& session)
{
  const ToolVersions& tools = session.seen.tools;
  if (!tools.kubectl_error.empty()) {
    return Problem{.id = "IPL-CLU-003",
                   .what = "kubectl is not usable",
                   .saw = tools.kubectl_error,
                   .exit = ExitCode::unreachable};
  }
  if (auto problem = facts::kubeconfig_problem(session.seen)) {
    return problem;
  }
  if (!tools.server_error.empty() || session.seen.cluster_uid.look == Look::unreachable) {
    return Problem{.id = "IPL-CLU-001",
                   .what = "the cluster cannot be reached",
                   .saw = tools.server_error.empty() ? session.seen.cluster_uid.why
                                                     : tools.server_error,
                   .exit = ExitCode::unreachable};
  }
  const std::vector<Problem> problems = blocking_problems(session.plan);
  const auto other = std::ranges::find(problems, "IPL-CLU-005", &Problem::id);
  return other == problems.end() ? std::nullopt : std::optional(*other);
}

} // namespace iplease
