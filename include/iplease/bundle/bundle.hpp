// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cluster/masked_runner.hpp>
#include <iplease/core/command.hpp>
#include <iplease/core/mask.hpp>
#include <iplease/core/observation.hpp>
#include <iplease/core/settings.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace iplease {

/// One file of what `iplease bundle` writes.
struct BundleEntry {
  std::string name{}; ///< "logs/provider.txt"
  std::string bytes{};
  bool operator==(const BundleEntry&) const = default;
};

/// A question whose answer is a file of the bundle.
struct BundleRead {
  std::string name{};
  Command command{};
};

/// Pods, events and the last lines of the logs of what iplease touches. None of them writes.
[[nodiscard]] std::vector<BundleRead> bundle_reads(const Observation& seen, const Settings& want);
/// The answer to one of them, below its command.
[[nodiscard]] BundleEntry read_entry(const BundleRead& read, const CommandResult& answer);

/// What was answered, a file each, and `answers/index.txt` with the commands.
[[nodiscard]] std::vector<BundleEntry> answer_entries(const std::vector<Answered>& answers);

/// A text of a bundle without anything secret: known secrets in every shape, what has the looks or
/// the name of one. JSON, also line by line or within a string, is gone through value by value.
[[nodiscard]] std::string bundle_text(std::string_view text, const Masker& masker);

struct BundleIntroduction {
  std::string made{};                 ///< by what and when
  std::vector<std::string> missing{}; ///< what could not be read, and why
};
/// The files as they are written: masked, sorted by name, README.txt first.
[[nodiscard]] std::vector<BundleEntry> bundle_entries(std::vector<BundleEntry> gathered,
                                                      const BundleIntroduction& introduction,
                                                      const Masker& masker);
/// A name of a file or run as part of an entry's name.
[[nodiscard]] std::string bundle_word(std::string_view name);

/// A tar archive (ustar) of them in a folder of its own: the same bytes for the same entries.
[[nodiscard]] std::string tar_of(const std::vector<BundleEntry>& entries);

} // namespace iplease
