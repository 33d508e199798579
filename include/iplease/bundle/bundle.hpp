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

/// One file in the archive that `iplease bundle` writes.
struct BundleEntry {
  std::string name{}; ///< "logs/provider.txt"
  std::string bytes{};
  bool operator==(const BundleEntry&) const = default;
};

/// A command whose answer becomes a file in the bundle.
struct BundleRead {
  std::string name{};
  Command command{};
};

/// Read-only commands for the pods, events and last log lines of everything iplease works with.
[[nodiscard]] std::vector<BundleRead> bundle_reads(const Observation& seen, const Settings& want);
/// Makes the file of one answer: the command, then its output.
[[nodiscard]] BundleEntry read_entry(const BundleRead& read, const CommandResult& answer);

/// One file per answer, and `answers/index.txt`, which lists the commands.
[[nodiscard]] std::vector<BundleEntry> answer_entries(const std::vector<Answered>& answers);

/// Masks a text for the bundle: known secrets in every encoding, and values that look like secrets
/// or are named like one. JSON is masked value by value, also JSON lines and JSON inside a string.
[[nodiscard]] std::string bundle_text(std::string_view text, const Masker& masker);

struct BundleIntroduction {
  std::string made{};                 ///< iplease's version and the time
  std::vector<std::string> missing{}; ///< what could not be read, and why
};
/// The final files: masked, sorted by name, README.txt first.
[[nodiscard]] std::vector<BundleEntry> bundle_entries(std::vector<BundleEntry> gathered,
                                                      const BundleIntroduction& introduction,
                                                      const Masker& masker);
/// A file name or run id made safe for use in an entry's name.
[[nodiscard]] std::string bundle_word(std::string_view name);

/// A tar archive (ustar) with everything in one folder. The same entries give the same bytes.
[[nodiscard]] std::string tar_of(const std::vector<BundleEntry>& entries);

} // namespace iplease
