// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

using Json = nlohmann::ordered_json;

/// An event as one line, with a sum of everything before the sum, and a line break.
[[nodiscard]] std::string sealed_line(const Json& event);

/// The events of one journal, header first, without a torn last line. `name` is for messages. Each
/// event has the right sum (the first versions wrote none), and every member that is read has its
/// type. Throws EnvironmentError (IPL-RUN-003, IPL-RUN-013).
[[nodiscard]] std::vector<Json> read_events(std::string_view text, const std::string& name);

/// The text of a member; empty if it is missing.
[[nodiscard]] std::string text_of(const Json& event, const char* key);

/// The journals of a cluster in the order of their start, each with its run's id.
struct RunEvents {
  std::string id{};
  std::vector<Json> events{};
};
[[nodiscard]] std::vector<RunEvents> read_runs(const std::string& cluster_directory);

} // namespace iplease
