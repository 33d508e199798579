// SPDX-License-Identifier: Apache-2.0
#include <iplease/facts/nodes.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "checks.hpp"

namespace iplease::checks {

namespace {

std::string dead_text(const Facts& facts, const std::vector<std::string>& dead)
{
  std::string text;
  for (const std::string& node : dead) {
    const std::vector<std::string> addresses = facts::announced_by(node, facts.seen, facts.more);
    text += (text.empty() ? "" : "; ") + node +
            (addresses.empty() ? "" : fmt::format(" (announced {})", fmt::join(addresses, ", ")));
  }
  return text;
}

Finding diagnose_nodes(const Facts& facts)
{
  const auto nodes = facts::nodes(facts.seen);
  if (!nodes.known()) {
    return facts.seen.assumed ? not_applicable("planned without a cluster")
                              : could_not_look("the nodes could not be read: " + nodes.why);
  }
  const auto& [ready, dead] = nodes.value;
  if (ready.empty()) {
    return fail("no node is Ready", facts::to_text(nodes.evidence));
  }
  if (!dead.empty()) {
    return with_id("IPL-CLU-090",
                   warn(fmt::format("{} of {} nodes {} not Ready: {}",
                                    dead.size(),
                                    ready.size() + dead.size(),
                                    dead.size() == 1 ? "is" : "are",
                                    dead_text(facts, dead)),
                        facts::to_text(nodes.evidence)));
  }
  return ok(fmt::format("{} of {} nodes are Ready", ready.size(), ready.size()));
}

Finding nodes_ready(const Observation& seen, const Settings& want)
{
  return diagnose_nodes({.seen = seen, .want = want, .more = {}});
}

} // namespace

Check nodes_check()
{
  return {.id = "IPL-CLU-006",
          .title = "nodes",
          .reads = "kubectl get nodes",
          .before = true,
          .after = true,
          .exit = ExitCode::blocked,
          .run = nodes_ready,
          .diagnose = diagnose_nodes,
          .needs = {Extra::announcers},
          .also = {"IPL-CLU-090"}};
}

} // namespace iplease::checks
