// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checks.hpp"
#include <map>
#include <optional>

namespace iplease::checks {

// What several checks ask, so that the consequence of a fault is not told as a second fault.

/// "$ command" and below it the part of its answer that decided.
[[nodiscard]] std::string evidence(const Facts& facts, Extra extra, const std::string& part);
/// Why an extra read tells nothing; nullopt when it answered or failed in a way that tells.
[[nodiscard]] std::optional<Finding> unreadable(const Facts& facts, Extra extra);

[[nodiscard]] bool controller_ready(const Observation& seen);
/// Service `controller` is as Akash needs it and has a ready endpoint.
[[nodiscard]] bool expose_right(const Observation& seen);
/// The id of what keeps the metrics from answering; empty when they answer.
[[nodiscard]] std::string metrics_fault(const Facts& facts);
[[nodiscard]] bool dns_is_down(const Facts& facts);
[[nodiscard]] bool operator_answers(const Observation& seen);
/// The id of what ails the IP operator; empty when it answers.
[[nodiscard]] std::string operator_fault(const Facts& facts);
[[nodiscard]] bool pod_runs(const Observation& seen);

/// Why pods with these labels do not work: "pod: reason", one a line; empty when they do.
[[nodiscard]] std::string waiting_pods(const std::vector<PodFact>& pods,
                                       const std::map<std::string, std::string>& labels);
/// The last line of a log that holds `part`; empty when there is none.
[[nodiscard]] std::string last_line_with(std::string_view log, std::string_view part);
/// The value of a metric's series, for example `metallb_allocator_addresses_total{pool="default"}`.
[[nodiscard]] std::optional<double> metric(std::string_view text, const std::string& series);

} // namespace iplease::checks
