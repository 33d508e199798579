// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/settings.hpp>

#include <string>
#include <vector>

namespace iplease {

/// Adds what the operator gave to the unfinished run, below what is given now. `json` is from
/// `replayable_settings`. Skips what cannot be read, because a journal of another release must not
/// stop a run. Returns invalid values.
[[nodiscard]] std::vector<Problem> lay_unfinished(const std::string& json, Settings& settings);

/// Replaces the settings by those of a kept plan; `SettingsInput::kept` lists what stays of
/// `settings`. Returns values that are invalid, or that the plan could not store and nobody gave.
[[nodiscard]] std::vector<Problem> lay_kept(const std::string& json, Settings& settings);

} // namespace iplease
