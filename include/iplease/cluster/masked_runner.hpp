// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/mask.hpp>
#include <iplease/engine/effects.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// A text of somebody else's as plain text, without known secrets and without what has the looks of
/// one: key material, passwords in URLs.
[[nodiscard]] std::string masked_lines(std::string_view text, const Masker& masker);

/// A command and what it said. Data, and what is secret, are as they came: masked by who tells
/// them.
struct Answered {
  Command command{};
  CommandResult result{.ended = Ended::not_started};
  bool secret = false; ///< values or manifests
};

/// The door to programs as all but `platform` see it: the one place where the output of a child
/// comes in. What it said is plain text without anything secret from here on, so that no reader,
/// view, log or journal has to think of it. An answer that is data (`-o json`, `get --raw`) keeps
/// its bytes, for a masked name would be another fact; only the messages in it are masked. Values
/// and rendered manifests are left alone: they are read and not shown.
class MaskedRunner final : public Runner {
public:
  /// `masker` is taught further secrets at any time, here by the input of commands that carry some.
  MaskedRunner(Runner& inner, Masker& masker)
      : m_inner(inner),
        m_masker(masker)
  {
  }
  [[nodiscard]] std::unique_ptr<Job> start(const Command& command) override;
  void poll(std::chrono::milliseconds limit) override { m_inner.poll(limit); }
  /// From here on every command and its answer goes there, in the order of their starts; null: no
  /// longer.
  void keep(std::vector<Answered>* answers) { m_kept = answers; }

private:
  Runner& m_inner;
  Masker& m_masker;
  std::vector<Answered>* m_kept = nullptr; ///< not owned
};

} // namespace iplease
