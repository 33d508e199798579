// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checks.hpp"
#include <map>
#include <optional>

namespace iplease::checks {

// What several checks ask, so that none reports a fault's consequence as a second fault.

/// "$ command" and below it the deciding part of its answer.
[[nodiscard]] std::string evidence(const Facts& facts, Extra extra, const std::string& part);
/// Why an extra read is missing: not made or forbidden. nullopt if it answered or failed.
[[nodiscard]] std::optional<Finding> unreadable(const Facts& facts, Extra extra);

[[nodiscard]] bool controller_ready(const Observation& seen);
/// Whether Service `controller` is as Akash needs it and has a ready endpoint.
[[nodiscard]] bool expose_right(const Observation& seen);
/// The id of the finding that keeps the metrics from answering; empty if they answer.
[[nodiscard]] std::string metrics_fault(const Facts& facts);
[[nodiscard]] bool dns_is_down(const Facts& facts);
[[nodiscard]] bool operator_answers(const Observation& seen);
/// The id of the IP operator's fault; empty if it answers.
[[nodiscard]] std::string operator_fault(const Facts& facts);
[[nodiscard]] bool pod_runs(const Observation& seen);

/// Why pods with these labels are not ready: "pod: reason", one per line; empty if all are.
[[nodiscard]] std::string waiting_pods(const std::vector<PodFact>& pods,
                                       const std::map<std::string, std::string>& labels);
/// The last line of a log that contains `part`; empty if there is none.
[[nodiscard]] std::string last_line_with(std::string_view log, std::string_view part);
/// The value of a metric's series, such as `metallb_allocator_addresses_total{pool="default"}`.
[[nodiscard]] std::optional<double> metric(std::string_view text, const std::string& series);

} // namespace iplease::checks
