// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/effects.hpp>

namespace iplease {

/// The machine's clocks.
class SystemClock final : public Clock {
public:
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override;
  [[nodiscard]] std::string wall() const override;
};

} // namespace iplease
