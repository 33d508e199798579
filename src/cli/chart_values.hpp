// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/json.hpp>
#include <iplease/yaml/strict_yaml.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// Chart values as JSON. Helm reads YAML 1.1, where `yes` is true and 010 is eight. Plain text that
/// YAML 1.1 and 1.2 read differently is a problem (IPL-CFG-004); iplease does not guess.
struct ChartValues {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  std::vector<Problem> problems{};
};

/// `name` leads the messages ("metallb.values"), `file` is the file of the places.
[[nodiscard]] ChartValues
read_chart_values(const StrictNode& node, const std::string& name, const std::string& file);

/// Finds values that would break IP leases (IPL-CFG-013): loadBalancerClass, a metricsPort other
/// than 7472, configInline. Places are those of the keys.
[[nodiscard]] std::vector<Problem>
refused_chart_values(const StrictNode& node, const std::string& name, const std::string& file);

} // namespace iplease
