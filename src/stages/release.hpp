// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cluster/target.hpp>
#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iplease::stages {

/// What stands between a Helm release as it was found and the next helm that writes it. One answer
/// for every release that enable writes: MetalLB's, the IP operator's, the provider's.
struct ReleaseStart {
  std::vector<Problem> problems{}; ///< somebody else's helm is at work: nothing may be written
  std::vector<Step> heal{};        ///< takes away what our own dead helm left; before the next helm
  bool ours = false;               ///< not deployed, and by our own hand
  bool keeps_values = false; ///< some revision was deployed: its values are the operator's own
  std::string before{};      ///< the release when `heal` is done, as release_line(); "absent"
  int revision = 0;          ///< its last revision then

  /// The release after the next successful helm, as release_line() says it.
  [[nodiscard]] std::string after(const std::string& chart) const;
};

/// The same for a release that was not found: `{.before = "absent"}`.
[[nodiscard]] ReleaseStart start_of(const Observation& seen,
                                    const Target& target,
                                    const std::string& stage,
                                    const ReleaseSeen* release);

/// Whether it waits for a helm that works or worked on it: helm refuses to write it.
[[nodiscard]] bool is_pending(const ReleaseSeen& release);
/// Whether a run of ours left the release as it is: by what the journal says that it wanted to do
/// and by what is there, whatever the command answered.
[[nodiscard]] bool left_by_us(const Observation& seen, const ReleaseSeen& release);
/// IPL-HELM-002 where somebody else's helm is, or died, at work on it.
[[nodiscard]] std::optional<Problem> held_by_others(const Observation& seen,
                                                    const ReleaseSeen& release);

/// Helm's "2026-11-23 08:58:42.735055372 +0100 CET" as the journal writes times,
/// "2026-11-23T07:58:42.735Z"; empty when it is no such time.
[[nodiscard]] std::string helm_time(std::string_view text);

} // namespace iplease::stages
