// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cli/options.hpp>

#include <nlohmann/json_fwd.hpp>

#include "session.hpp"

namespace iplease {

/// The documents of `iplease status -o json` and `iplease doctor -o json` for an observation.
[[nodiscard]] nlohmann::ordered_json status_document(const Session& session, World& world);
[[nodiscard]] nlohmann::ordered_json
doctor_document(Session& session, const RawOptions& options, World& world);

} // namespace iplease
