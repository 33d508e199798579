// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/command.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace iplease {

/// A container state that waiting seldom fixes.
struct PodTrouble {
  std::string uid{};            ///< of the pod
  std::string why{};            ///< "speaker-x on worker-2: ImagePullBackOff: ..."
  std::chrono::seconds grace{}; ///< how long it may last before waiting becomes pointless
  std::string pod{};            ///< its name
  std::string container{};      ///< the one in a crash loop; empty: other trouble
  int restarts = 0;             ///< of that container
  std::string began{};          ///< start of the last crashed instance, RFC 3339; empty: unknown
  bool operator==(const PodTrouble&) const = default;
};

/// What `kubectl get pods -o json` says about why something is not ready.
struct PodsLook {
  std::string text{}; ///< "1/3 pods ready (x on worker-2: ImagePullBackOff: ...)"; empty: unknown
  bool waits = false; ///< a pod is not ready, or there is none
  std::vector<PodTrouble> troubles{};
  /// The first pod that waits for a running init container, whose log says why. Empty: none.
  std::string init_pod{};
  std::string init_container{};
};

/// Reads the last lines of the crashed container. Uses the kubectl and namespace of `pods`, the
/// read that showed the trouble.
[[nodiscard]] Command last_words_of(const PodTrouble& trouble, const Command& pods);
/// The same for a running init container.
[[nodiscard]] Command last_words_of(const PodsLook& look, const Command& pods);

[[nodiscard]] PodsLook look_at_pods(const std::string& kubectl_json);
/// Only the text.
[[nodiscard]] std::string explain_pods(const std::string& kubectl_json);

} // namespace iplease
