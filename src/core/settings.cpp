// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/settings.hpp>

#include <algorithm>

namespace iplease {

namespace {

std::chrono::seconds fallback_timeout(const std::string& stage)
{
  using std::chrono::minutes;
  if (stage == "metallb") {
    return minutes{5};
  }
  if (stage == "provider") {
    return minutes{10};
  }
  return stage == "verify" ? minutes{2} : minutes{3};
}

} // namespace

std::chrono::seconds Settings::timeout(const std::string& stage) const
{
  const auto found = timeouts.find(stage);
  return found == timeouts.end() ? fallback_timeout(stage) : found->second.value;
}

bool Settings::accepts(const std::string& risk) const
{
  const auto& ids = accept_risk.value;
  return std::find(ids.begin(), ids.end(), risk) != ids.end();
}

} // namespace iplease
