// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/address_range.hpp>
#include <iplease/core/command.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace iplease {

/// Which failures of a command are retried: with `webhook`, those while MetalLB's webhook is not up
/// yet. All others are final.
enum class Retry { never, webhook };

/// What a file must hold right before a command reads it. If it differs or is missing, the run
/// stops before the command with error `id` and exit 12.
struct FileHolds {
  std::string path;
  std::string sha256;
  std::string id;
  bool operator==(const FileHolds&) const = default;
};

/// Run one program to its end; most change something.
struct Run {
  Command command;
  bool reads_only = false; ///< `kubectl rollout status` and the like
  Retry retry = Retry::never;
  std::chrono::seconds retry_limit{180};
  /// A read that is polled meanwhile, to show why the command waits.
  std::optional<Command> watch{};
  /// POSIX extended regular expression for standard output. The first group of the last matching
  /// line is what the command is doing now. Empty: do not look.
  std::string progress{};
  /// It creates one object. If the object already exists, that is not a failure and it stays as is.
  bool unless_there = false;
  std::optional<FileHolds> holds{}; ///< checked right before the command, not while planning
  bool operator==(const Run&) const = default;
};

/// Replace one of the operator's files: backup, temporary file beside it, fsync, rename, mode 0600.
struct FileWrite {
  std::string path;
  std::string content; ///< may hold secrets: shown only as `shown`
  std::string shown{}; ///< unified diff with secrets masked, for plan and journal
  /// The same change as POSIX sh lines without secrets; empty: a here-document of `content`.
  std::string script{};
  /// SHA-256 of the content to replace, or "absent". If the file differs, it stays and the step
  /// fails. Empty: not checked.
  std::string was{};
  /// File and backup keep the mode of the old file. Otherwise, and for a new file: 0600.
  bool keep_mode = false;
  bool operator==(const FileWrite&) const = default;
};

/// Poll a read until its output shows what was promised.
struct WaitUntil {
  Command probe;
  /// POSIX extended regular expression (with \1, like glibc's regcomp and GNU grep -E), searched
  /// line by line in the probe's stdout. As a script, the plan uses grep -Eq.
  std::string pattern;
  /// Not empty: the pattern's first group must be an address in one of these ranges.
  std::vector<AddressRange> inside{};
  std::chrono::seconds limit{60};
  std::string what{};             ///< what it waits for, in the operator's words
  std::optional<Command> watch{}; ///< a read that shows why it is not there yet
  bool warn_only = false;         ///< a timeout is a warning, not a failure
  std::string ask{}; ///< what the operator must do meanwhile; shown at once. Empty: nothing
  bool operator==(const WaitUntil&) const = default;
};

/// GET a URL with libcurl. Verifies the certificate only with `verify_tls`.
struct HttpGet {
  std::string url;
  std::chrono::seconds timeout{10};
  bool verify_tls = false;
  std::string pattern{};
  bool warn_only = true;
  std::string what{};
  bool operator==(const HttpGet&) const = default;
};

using Action = std::variant<Run, FileWrite, WaitUntil, HttpGet>;

/// Something promised and not done yet. It stays in the journal until seen to be paid.
struct Debt {
  std::string id;    ///< for example "restart-kube-proxy"
  std::string until; ///< what must be observed, in the operator's words
  /// State when it was promised, for the stage that pays it to compare with: generations and UIDs,
  /// never a time (docs/journal.md, "Proofs"). Empty: nothing to compare.
  std::string seen{};
  bool operator==(const Debt&) const = default;
};

/// One field that a step changes in an existing object, for `undo`. Both values are JSON text (for
/// a YAML file: as written there), empty if the field is absent.
struct FieldChange {
  std::string field; ///< "spec.addresses", "ipoperator", "attributes/ip-lease"
  std::string was{};
  std::string is{};
  bool operator==(const FieldChange&) const = default;
};

/// One entry of a stage; the unit that the journal records.
struct Step {
  std::string id;       ///< stable key: "pool/apply"
  std::string reason{}; ///< shown beside the command: "pool `default` not found"
  Action action{};
  /// What this step changes, for recovery: `subject_state(observation, subject)` is `before` if it
  /// never ran and `expect` if it did; anything else is in doubt. Empty: nothing.
  std::string subject{};
  std::string before{};
  std::string expect{};
  std::vector<FieldChange> fields{}; ///< of a changed, not created, subject or file
  std::vector<Debt> owes{};          ///< written with the intent, so that a crash cannot lose them
  std::vector<std::string> pays{};   ///< ids of the debts that the step pays if it succeeds
  /// Runs even if an earlier step of the stage failed or the operator interrupted.
  bool cleanup = false;
  std::string failure_id{}; ///< error id if this step fails; empty: classified
  /// What its success proves, a few words for the stage's result: "announced by \1", where \1 is
  /// the first group of a wait's pattern. Empty: nothing worth reporting.
  std::string proves{};
  bool operator==(const Step&) const = default;
};

/// Whether a step changes the cluster or a file; waits and reads do not.
[[nodiscard]] inline bool writes(const Step& step)
{
  const auto* run = std::get_if<Run>(&step.action);
  return run != nullptr ? !run->reads_only : std::holds_alternative<FileWrite>(step.action);
}

} // namespace iplease
