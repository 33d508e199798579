// SPDX-License-Identifier: Apache-2.0
// Module facts: one file per question, each a pure function of the Observation. Stages, checks,
// status, fixes and wizard all use the same answer.
#pragma once

#include <iplease/core/observation.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace iplease::facts {

/// How certain an answer is. Nothing unseen is ever "ok": show it as a warning, with the command
/// that looks by hand.
enum class Sure {
  seen,     ///< read on the cluster
  inferred, ///< follows from other facts that were read
  not_seen, ///< could not be read, or cannot be read from a cluster at all
};

/// What decided an answer.
struct Evidence {
  std::string command{}; ///< read-only, as typed
  std::string field{};   ///< of its output, with value: "spec.replicas: 0"
  bool operator==(const Evidence&) const = default;
};

template <class T> struct Answer {
  T value{}; ///< meaningless with Sure::not_seen, unless the question documents it
  Sure sure = Sure::not_seen;
  std::vector<Evidence> evidence{};
  /// With Sure::not_seen, how the read ended; `absent`: the cluster has nothing that would show it.
  Look look = Look::seen;
  std::string why{};          ///< why it could not be seen
  std::string look_by_hand{}; ///< command to see it; only with Sure::not_seen
  [[nodiscard]] bool known() const noexcept { return sure != Sure::not_seen; }
  bool operator==(const Answer&) const = default;
};

template <class T>
[[nodiscard]] Answer<T> answered(T value, std::vector<Evidence> evidence, Sure sure = Sure::seen)
{
  return {.value = std::move(value), .sure = sure, .evidence = std::move(evidence)};
}

/// `said` is the tool's message; `look` is any but `seen`.
[[nodiscard]] std::string why_unseen(Look look, std::string_view said);

template <class T>
[[nodiscard]] Answer<T> unseen(Look look, std::string_view said, std::string look_by_hand)
{
  return {.look = look, .why = why_unseen(look, said), .look_by_hand = std::move(look_by_hand)};
}

/// It was asked for, but it is unknown whether it exists.
[[nodiscard]] constexpr bool unread(Look look) noexcept
{
  return look == Look::forbidden || look == Look::unreachable || look == Look::failed;
}

/// "$ command", then the fields that decided; consecutive equal commands appear once.
[[nodiscard]] std::string to_text(const std::vector<Evidence>& evidence);

} // namespace iplease::facts
