// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/command.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace iplease {

/// A container state that seldom heals by waiting.
struct PodTrouble {
  std::string uid{};            ///< of the pod
  std::string why{};            ///< "speaker-x on worker-2: ImagePullBackOff: ..."
  std::chrono::seconds grace{}; ///< how long it may last before waiting on is pointless
  std::string pod{};            ///< its name
  std::string container{};      ///< that crashes again and again; empty: another trouble
  int restarts = 0;             ///< of that container
  std::string began{}; ///< when the one that crashed last was started, RFC 3339; empty: not told
  bool operator==(const PodTrouble&) const = default;
};

/// What `kubectl get pods -o json` tells about why something is not ready yet.
struct PodsLook {
  std::string text{}; ///< "1/3 pods ready (speaker-x on worker-2: ImagePullBackOff: ...)"; empty:
                      ///< cannot tell
  bool waits = false; ///< some pod is not ready, or there is none
  std::vector<PodTrouble> troubles{};
  /// The first pod that waits for an init container of its own, which runs: only its log tells
  /// what for. Empty: there is none.
  std::string init_pod{};
  std::string init_container{};
};

/// The last lines of the crashed container, by the same kubectl and namespace as `pods`, the read
/// that the trouble was seen in.
[[nodiscard]] Command last_words_of(const PodTrouble& trouble, const Command& pods);
/// The same of an init container that runs.
[[nodiscard]] Command last_words_of(const PodsLook& look, const Command& pods);

[[nodiscard]] PodsLook look_at_pods(const std::string& kubectl_json);
/// Only the text.
[[nodiscard]] std::string explain_pods(const std::string& kubectl_json);

} // namespace iplease
