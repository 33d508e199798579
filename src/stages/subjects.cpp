// SPDX-License-Identifier: Apache-2.0
#include "subjects.hpp"

#include "legacy.hpp"
#include "strict_arp.hpp"
#include "support.hpp"

namespace iplease {

std::string subject_state(const Observation& seen, std::string_view subject)
{
  constexpr std::string_view release = "release/";
  if (subject == "namespace/metallb-system") {
    return namespace_state(seen);
  }
  if (subject == "service/controller") {
    return expose_state(seen);
  }
  if (subject == "pool/default") {
    return pool_state(seen);
  }
  if (subject == "advertisement/default") {
    return advertisement_state(seen);
  }
  if (subject == "service/iplease-verify") {
    return seen.verify_service.found() ? "present" : "absent";
  }
  if (subject == k_strict_arp_subject) {
    return strict_arp_state(seen);
  }
  if (const auto state = legacy_state(seen, subject)) {
    return *state;
  }
  if (subject.starts_with(release)) {
    subject.remove_prefix(release.size());
    const std::size_t slash = subject.find('/');
    return stages::release_state(
        seen, std::string(subject.substr(0, slash)), std::string(subject.substr(slash + 1)));
  }
  return {};
}

bool in_flight_in_doubt(const Observation& seen)
{
  const MemorySeen& memory = seen.memory;
  if (memory.in_flight_subject.empty()) {
    return false;
  }
  const std::string state = subject_state(seen, memory.in_flight_subject);
  // A release that our killed helm left pending or failed is healed, not doubted.
  const bool heals = memory.in_flight_subject.starts_with("release/") &&
                     (state.starts_with("pending-") || state.starts_with("failed") ||
                      state.starts_with("uninstalling"));
  return !state.empty() && !heals && state != memory.in_flight_before &&
         state != memory.in_flight_expect;
}

} // namespace iplease
