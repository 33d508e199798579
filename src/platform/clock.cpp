// SPDX-License-Identifier: Apache-2.0
#include <iplease/platform/clock.hpp>

#include <fmt/format.h>

#include <chrono>
#include <ctime>

namespace iplease {

std::chrono::steady_clock::time_point SystemClock::now() const
{
  return std::chrono::steady_clock::now();
}

std::string SystemClock::wall() const
{
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto milli =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                     utc.tm_year + 1900,
                     utc.tm_mon + 1,
                     utc.tm_mday,
                     utc.tm_hour,
                     utc.tm_min,
                     utc.tm_sec,
                     milli);
}

} // namespace iplease
