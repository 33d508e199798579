// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/json.hpp>
#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/schema.hpp>
#include <iplease/core/settings.hpp>

#include <string>
#include <vector>

namespace iplease {

/// One row of the settings table.
struct SettingRow {
  std::string key{};
  std::string value{};
  std::string
      from{}; ///< "answer", "flag", "environment", "file", "unfinished run", "cluster", "default"
  std::string where{}; ///< "flags.yaml:12", "--pool"; the reason of a default
};
[[nodiscard]] std::vector<SettingRow> setting_rows(const Settings& settings);
/// The value as JSON of its key's type, a list as a list. Null if it is detected later; possible
/// secrets are masked.
[[nodiscard]] nlohmann::ordered_json setting_json(const SettingKey& key, const ShownValue& shown);
/// "cluster: pool default has them", "default"; for an answer only "answer".
[[nodiscard]] std::string source_text(const std::string& from, const std::string& where);

/// Formats of one plan. They show exactly the bytes that would run, without secrets.
[[nodiscard]] std::string
plan_text(const Plan& plan, const Observation& seen, const Settings& want);
[[nodiscard]] nlohmann::ordered_json
plan_json(const Plan& plan, const Observation& seen, const Settings& want);
/// The plan as a runnable POSIX script.
[[nodiscard]] std::string
plan_script(const Plan& plan, const Observation& seen, const Settings& want);

[[nodiscard]] nlohmann::ordered_json step_json(const Step& step);

} // namespace iplease
