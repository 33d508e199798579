// SPDX-License-Identifier: Apache-2.0
// Who announces pool `default`, from which nodes and interfaces?
#pragma once

#include <iplease/facts/answer.hpp>

#include <string>
#include <vector>

namespace iplease::facts {

/// An advertisement that covers the pool: by name, by label selector, or because it names and
/// selects nothing and so covers every pool.
struct Announcer {
  std::string name{};
  bool bgp = false;                      ///< false: layer 2
  std::vector<std::string> nodes{};      ///< nodes it selects; empty with `every_node`
  std::vector<std::string> interfaces{}; ///< empty: every interface
  bool every_node = false;
  bool operator==(const Announcer&) const = default;
};

struct Announcement {
  std::vector<Announcer> by{}; ///< layer 2 first
  /// Node selectors of `by` if together they select no node; then nobody announces.
  std::vector<std::string> select_no_node{};
  bool by_configmap = false; ///< MetalLB before 0.13: the pool's own `protocol` decides

  [[nodiscard]] bool covered() const noexcept { return by_configmap || !by.empty(); }
  [[nodiscard]] bool by_layer2() const;
  [[nodiscard]] bool by_bgp() const;
  bool operator==(const Announcement&) const = default;
};

/// Not seen if one kind of advertisement could not be read and none of the other kind covers the
/// pool. Without a pool `default`, only advertisements that name it or name nothing count.
[[nodiscard]] Answer<Announcement> announcement(const Observation& seen);

/// "by L2Advertisement a on eno2 from node1; by BGPAdvertisement b", for the operator.
[[nodiscard]] std::string to_words(const Announcement& announcement);

/// Whether this advertisement covers pool `default`.
[[nodiscard]] bool covers_default(const AdvertisementSeen& one, const Observation& seen);

} // namespace iplease::facts
