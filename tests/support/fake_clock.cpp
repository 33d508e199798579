// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <support/fake_clock.hpp>

namespace iplease::test {

std::string FakeClock::wall() const
{
  const auto ms = m_passed.count();
  return fmt::format(
      "2026-11-23T06:{:02}:{:02}.{:03}Z", 40 + ms / 60'000, ms / 1000 % 60, ms % 1000);
}

} // namespace iplease::test
