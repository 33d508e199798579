// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

using Json = nlohmann::ordered_json;

/// The line of an event, with the sum of what stands before the sum, and its line break.
[[nodiscard]] std::string sealed_line(const Json& event);

/// The events of one journal, header first; a torn last line is dropped. `name` is for messages.
/// What is returned has the right sum (journals of the first versions have none) and every member
/// that is read has its type. Throws EnvironmentError (IPL-RUN-003, IPL-RUN-013).
[[nodiscard]] std::vector<Json> read_events(std::string_view text, const std::string& name);

/// Text of a member, empty when it is not there.
[[nodiscard]] std::string text_of(const Json& event, const char* key);

/// The journals of a cluster in the order in which they were begun, each with its run's id.
struct RunEvents {
  std::string id{};
  std::vector<Json> events{};
};
[[nodiscard]] std::vector<RunEvents> read_runs(const std::string& cluster_directory);

} // namespace iplease
