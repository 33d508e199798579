// SPDX-License-Identifier: Apache-2.0
// Room facts: one file a question, each a pure function of the Observation that answers it for
// everybody (stages, checks, status, cures, wizard).
#pragma once

#include <iplease/core/observation.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace iplease::facts {

/// How sure an answer is. What could not be seen is never "ok": whoever shows it warns, and says
/// how to look by hand.
enum class Sure {
  seen,     ///< read on the cluster
  inferred, ///< follows from something else that was read
  not_seen, ///< it could not be read, or cannot be read from a cluster at all
};

/// What decided an answer.
struct Evidence {
  std::string command{}; ///< read-only, as one would type it
  std::string field{};   ///< of its output, with the value: "spec.replicas: 0"
  bool operator==(const Evidence&) const = default;
};

template <class T> struct Answer {
  T value{}; ///< meaningless with Sure::not_seen, unless the question says otherwise
  Sure sure = Sure::not_seen;
  std::vector<Evidence> evidence{};
  /// With Sure::not_seen how the read ended; `absent`: the cluster has nothing that would tell.
  Look look = Look::seen;
  std::string why{};          ///< why it could not be seen
  std::string look_by_hand{}; ///< what to type to see it; only with Sure::not_seen
  [[nodiscard]] bool known() const noexcept { return sure != Sure::not_seen; }
  bool operator==(const Answer&) const = default;
};

template <class T>
[[nodiscard]] Answer<T> answered(T value, std::vector<Evidence> evidence, Sure sure = Sure::seen)
{
  return {.value = std::move(value), .sure = sure, .evidence = std::move(evidence)};
}

/// `said` is what the tool said; the Look is one of the four that are not `seen`.
[[nodiscard]] std::string why_unseen(Look look, std::string_view said);

template <class T>
[[nodiscard]] Answer<T> unseen(Look look, std::string_view said, std::string look_by_hand)
{
  return {.look = look, .why = why_unseen(look, said), .look_by_hand = std::move(look_by_hand)};
}

/// It was asked for, and nobody knows whether it is there.
[[nodiscard]] constexpr bool unread(Look look) noexcept
{
  return look == Look::forbidden || look == Look::unreachable || look == Look::failed;
}

/// "$ command" with the fields that decided below it; a command that repeats stands once.
[[nodiscard]] std::string to_text(const std::vector<Evidence>& evidence);

} // namespace iplease::facts
