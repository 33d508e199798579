// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/blocking.hpp>
#include <iplease/yaml/strict_arp.hpp>

#include "strict_arp.hpp"
#include "support.hpp"
#include "undo.hpp"

namespace iplease {

namespace {

using namespace stages;

/// What the file said before iplease. A journal of the first versions has only the value.
std::optional<StrictArpWritten> written_before(const MadeSeen& made)
{
  const auto strict = made.fields.find("strictARP");
  if (strict != made.fields.end()) {
    const auto ipvs = made.fields.find("ipvs");
    return StrictArpWritten{.strict = strict->second.was,
                            .ipvs = ipvs == made.fields.end() ? "mapping" : ipvs->second.was};
  }
  return made.before.empty()
             ? std::nullopt
             : std::optional(StrictArpWritten{.strict = made.before, .ipvs = "mapping"});
}

} // namespace

StagePlan undo_strict_arp(const Observation& seen, const Settings& want, std::span<const StagePlan>)
{
  const MadeSeen* made = find_made(seen, k_strict_arp_subject);
  const std::optional<bool> owed = proxy_restart_owed(seen);
  const MadeState standing = made_state(seen, k_strict_arp_subject);
  if (owed && standing != MadeState::ours) {
    StagePlan plan{.verdict = Verdict::needed,
                   .reason = "kube-proxy owes a restart since strictARP was set back",
                   .change = *owed ? "change" : ""};
    add_proxy_restart(plan, seen, want, *owed);
    return plan;
  }
  if (made == nullptr) {
    return satisfied("nothing of ours");
  }
  if (!seen.kube_proxy.config.found()) {
    return stays("strictARP: ConfigMap kube-proxy is not to be seen: " +
                 seen.kube_proxy.config.why);
  }
  if (standing == MadeState::before) {
    return satisfied("strictARP is as it was before");
  }
  if (standing == MadeState::changed) {
    return stays("strictARP in ConfigMap kube-proxy is " + strict_arp_state(seen) +
                 ", and we had made it true");
  }
  const auto was = written_before(*made);
  if (!was) {
    return stays("strictARP in ConfigMap kube-proxy: what it was before was not written down by "
                 "that iplease");
  }
  const auto text = restore_strict_arp(seen.kube_proxy.config.value, *was);
  if (const auto* no = std::get_if<NoEdit>(&text)) {
    return blocked(
        {blocking("IPL-STR-002", "config.conf of kube-proxy cannot be edited safely", no->why)});
  }
  StagePlan plan{.verdict = Verdict::needed,
                 .reason = "strictARP is true since our change",
                 .change = "change"};
  Step edit = strict_arp_write(seen, want, std::get<std::string>(text));
  edit.reason = plan.reason;
  edit.proves = "strictARP is as before";
  plan.steps.push_back(std::move(edit));
  add_proxy_restart(plan, seen, want, true);
  return plan;
}

} // namespace iplease
