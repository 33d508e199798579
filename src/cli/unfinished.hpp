// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/error.hpp>
#include <iplease/core/settings.hpp>

#include <string>
#include <vector>

namespace iplease {

/// Lays what the operator gave to the unfinished run below what is given now. `json` is from
/// `replayable_settings`; what cannot be read there is passed over, because a journal of another
/// release must not stop a run. Values that are wrong are returned.
[[nodiscard]] std::vector<Problem> lay_unfinished(const std::string& json, Settings& settings);

/// Replaces the settings by those that a plan was kept with; `SettingsInput::kept` says what of
/// `settings` stays. Values that are wrong, or were kept out of it and are not given, are returned.
[[nodiscard]] std::vector<Problem> lay_kept(const std::string& json, Settings& settings);

} // namespace iplease
