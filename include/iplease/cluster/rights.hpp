// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

struct Plan;

/// One access right that the plan's commands need.
struct Right {
  std::string verb{};
  std::string group{};      ///< API group; empty: core
  std::string resource{};   ///< "services", "pods/exec"
  std::string name_space{}; ///< empty: the whole cluster
  bool operator==(const Right&) const = default;
};

/// The rights needed by all stages that are not satisfied. Of the kinds a chart installs, only
/// those that an operator's account often lacks.
[[nodiscard]] std::vector<Right> rights_for(const Plan& plan);
/// One List of SelfSubjectAccessReviews.
[[nodiscard]] std::string access_manifest(const std::vector<Right>& rights);
/// The denied rights, as "create services in metallb-system". `answers` is a sequence of JSON
/// documents. Nullopt: fewer than `asked` reviews were answered.
[[nodiscard]] std::optional<std::vector<std::string>> parse_access(std::string_view answers,
                                                                   std::size_t asked);

} // namespace iplease
