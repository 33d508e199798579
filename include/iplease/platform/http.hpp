// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/engine/effects.hpp>

#include <cstddef>

namespace iplease {

/// The only user of libcurl. GET over http and https; follows up to three redirects, but only to
/// the same host; the body is bounded; the deadline covers everything from name to last byte.
/// Proxy variables of the environment count, as for kubectl and helm.
class CurlHttp final : public Http {
public:
  explicit CurlHttp(std::size_t bound = 16U << 20U)
      : m_bound(bound)
  {
  }
  [[nodiscard]] HttpAnswer
  get(const std::string& url, std::chrono::seconds timeout, bool verify_tls) override;

private:
  std::size_t m_bound; ///< bytes; a chart repository's index is the largest thing asked for
};

} // namespace iplease
