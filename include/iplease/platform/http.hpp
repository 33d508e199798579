// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/effects.hpp>

#include <cstddef>

namespace iplease {

/// The only user of libcurl. GET over http and https. Follows up to 3 redirects, only to the same
/// host. The time limit covers each request from name lookup to the last byte. Respects the proxy
/// variables of the environment, like kubectl and helm.
class CurlHttp final : public Http {
public:
  explicit CurlHttp(std::size_t bound = 16U << 20U)
      : m_bound(bound)
  {
  }
  [[nodiscard]] HttpAnswer
  get(const std::string& url, std::chrono::seconds timeout, bool verify_tls) override;

private:
  std::size_t m_bound; ///< limit in bytes; the largest answer is a chart repository's index
};

} // namespace iplease
