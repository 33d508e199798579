// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

struct Plan;

/// One thing that the plan's commands must be allowed to do.
struct Right {
  std::string verb{};
  std::string group{};      ///< API group; empty: core
  std::string resource{};   ///< "services", "pods/exec"
  std::string name_space{}; ///< empty: the whole cluster
  bool operator==(const Right&) const = default;
};

/// The rights that the stages which are not satisfied need. Of what a chart installs, the kinds
/// that an operator's account most often lacks.
[[nodiscard]] std::vector<Right> rights_for(const Plan& plan);
/// One List of SelfSubjectAccessReviews.
[[nodiscard]] std::string access_manifest(const std::vector<Right>& rights);
/// The rights that were denied, as "create services in metallb-system". The answers are JSON
/// documents one after the other. Nothing: not each of the `asked` reviews was answered.
[[nodiscard]] std::optional<std::vector<std::string>> parse_access(std::string_view answers,
                                                                   std::size_t asked);

} // namespace iplease
