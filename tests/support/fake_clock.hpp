// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/effects.hpp>

namespace iplease::test {

/// Stands in for SystemClock: it moves only when a test moves it.
class FakeClock final : public Clock {
public:
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override
  {
    return std::chrono::steady_clock::time_point{} + m_passed;
  }
  /// 2026-11-23T06:40:00.000Z plus the time passed (up to an hour).
  [[nodiscard]] std::string wall() const override;
  void pass(std::chrono::milliseconds time) { m_passed += time; }
  [[nodiscard]] std::chrono::milliseconds passed() const { return m_passed; }

private:
  std::chrono::milliseconds m_passed{0};
};

} // namespace iplease::test
