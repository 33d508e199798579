// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/mask.hpp>
#include <iplease/engine/effects.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// A foreign text as plain text, without known secrets and without anything that looks like one
/// (key material, passwords in URLs).
[[nodiscard]] std::string masked_lines(std::string_view text, const Masker& masker);

/// A command and its answer. Data and secret answers are not masked; whoever shows them must do
/// that.
struct Answered {
  Command command{};
  CommandResult result{.ended = Ended::not_started};
  bool secret = false; ///< values or manifests
};

/// The only way child output gets in. It becomes plain text without secrets here, so readers,
/// views, logs and the journal need not mask. An answer that is data (`-o json`, `get --raw`) keeps
/// its bytes, because a masked name would be a different fact; only its messages are masked. Values
/// and rendered manifests stay as they are: they are read, never shown.
class MaskedRunner final : public Runner {
public:
  /// Learns further secrets from the input of commands that carry some. Neither argument is owned.
  MaskedRunner(Runner& inner, Masker& masker)
      : m_inner(inner),
        m_masker(masker)
  {
  }
  [[nodiscard]] std::unique_ptr<Job> start(const Command& command) override;
  void poll(std::chrono::milliseconds limit) override { m_inner.poll(limit); }
  /// From now on, records every command and its answer there, in start order; null stops that.
  void keep(std::vector<Answered>* answers) { m_kept = answers; }

private:
  Runner& m_inner;
  Masker& m_masker;
  std::vector<Answered>* m_kept = nullptr; ///< not owned
};

} // namespace iplease
