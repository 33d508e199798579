// SPDX-License-Identifier: Apache-2.0
#include <iplease/facts/access.hpp>

namespace iplease::facts {

std::optional<Problem> kubeconfig_problem(const Observation& seen)
{
  if (seen.tools.kubeconfig_error.empty()) {
    return std::nullopt;
  }
  return Problem{.id = "IPL-CLU-001",
                 .what = "no usable kubeconfig: " + seen.tools.kubeconfig_error,
                 .saw = seen.tools.server_error,
                 .cause = "without a kubeconfig and a context in it kubectl knows of no API "
                          "server: none was asked",
                 .fix = "name the file that is meant: --kubeconfig FILE, or KUBECONFIG=FILE "
                        "(kubeadm: /etc/kubernetes/admin.conf); in it the entry: --context NAME "
                        "(kubectl config get-contexts lists them)",
                 .exit = ExitCode::unreachable};
}

} // namespace iplease::facts
