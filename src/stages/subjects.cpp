// SPDX-License-Identifier: Apache-2.0
#include "subjects.hpp"

#include "legacy.hpp"
#include "release.hpp"
#include "strict_arp.hpp"
#include "support.hpp"

namespace iplease {

namespace {

constexpr std::string_view k_release = "release/";

/// The release that is named "release/<namespace>/<name>".
const ReleaseSeen* release_named(const Observation& seen, std::string_view subject)
{
  subject.remove_prefix(k_release.size());
  const std::size_t slash = subject.find('/');
  return stages::find_release(seen, subject.substr(0, slash), subject.substr(slash + 1));
}

} // namespace

std::string subject_state(const Observation& seen, std::string_view subject)
{
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
  if (subject.starts_with(k_release)) {
    const ReleaseSeen* release = release_named(seen, subject);
    return release == nullptr ? "absent" : release_line(*release);
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
  if (memory.in_flight_subject.starts_with(k_release)) {
    // A release that iplease's killed helm left pending or failed is healed, not doubted.
    const ReleaseSeen* release = release_named(seen, memory.in_flight_subject);
    if (release != nullptr && stages::left_by_us(seen, *release)) {
      return false;
    }
  }
  return !state.empty() && state != memory.in_flight_before && state != memory.in_flight_expect;
}

} // namespace iplease
