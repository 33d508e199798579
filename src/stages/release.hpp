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

/// What must happen between a Helm release as found and the next helm that writes it. The same for
/// every release that enable writes: MetalLB's, the IP operator's, the provider's.
struct ReleaseStart {
  std::vector<Problem> problems{}; ///< no write: another helm is at work, or no history
  std::vector<Step> heal{};        ///< removes what iplease's dead helm left, before the next helm
  bool ours = false;               ///< not deployed, and left so by iplease
  bool keeps_values = false;       ///< a revision was deployed: its values are the operator's own
  std::string before{};            ///< the release after `heal`, as release_line(); or "absent"
  int revision = 0;                ///< its last revision then

  /// The release after the next successful helm, as release_line().
  [[nodiscard]] std::string after(const std::string& chart) const;
};

/// For a release that was not found: `{.before = "absent"}`.
[[nodiscard]] ReleaseStart start_of(const Observation& seen,
                                    const Target& target,
                                    const std::string& stage,
                                    const ReleaseSeen* release);

/// Whether a helm is or was at work on it, so that helm refuses to write it.
[[nodiscard]] bool is_pending(const ReleaseSeen& release);
/// Whether an iplease run left the release so, by what the journal planned and by what exists,
/// whatever the command answered.
[[nodiscard]] bool left_by_us(const Observation& seen, const ReleaseSeen& release);
/// IPL-HELM-002 if somebody else's helm is at work on it, or died there.
[[nodiscard]] std::optional<Problem> held_by_others(const Observation& seen,
                                                    const ReleaseSeen& release);

/// Helm's "2026-11-23 08:58:42.735055372 +0100 CET" as the journal writes times,
/// "2026-11-23T07:58:42.735Z"; empty if it is not such a time.
[[nodiscard]] std::string helm_time(std::string_view text);
/// Whether Helm's time of the revision lies within the command, if that ended by itself. One that
/// failed before it wrote anything leaves the next number to somebody else. One that was cut short
/// has no end, so the number alone decides.
[[nodiscard]] bool within(const ReleaseWrite& write, const ReleaseSeen& release);

} // namespace iplease::stages
