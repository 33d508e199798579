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

/// Which failures of a command are worth another try: MetalLB's webhook is not up yet. Everything
/// else is final at once.
enum class Retry { never, webhook };

/// What a file must hold at the moment a command starts to read it. Anything else, or no file,
/// stops the run before the command with error `id` and exit 12.
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
  /// A read that is polled while the command runs or is retried, to say why it waits.
  std::optional<Command> watch{};
  /// POSIX extended regular expression; the first group of the last line of standard output that
  /// matches is what the command is doing now. Empty: its output tells nothing.
  std::string progress{};
  /// It creates one object. That the object is there already is no failure: it stays as it is.
  bool unless_there = false;
  std::optional<FileHolds> holds{}; ///< looked at right before the command, not while planning
  bool operator==(const Run&) const = default;
};

/// Replace one file of the operator's: backup, temporary file beside it, fsync, rename, 0600.
struct FileWrite {
  std::string path;
  std::string content; ///< may hold secrets: shown only as `shown`
  std::string shown{}; ///< unified diff with secrets masked, for plan and journal
  /// The same as POSIX sh lines without any secret; empty: a here-document of `content`.
  std::string script{};
  /// SHA-256 of the content that is replaced, or "absent"; anything else found there is an error
  /// and stays. Empty: not looked at.
  std::string was{};
  /// The mode of the file that is replaced stays, its backup has the same; else, and for a new
  /// file, 0600.
  bool keep_mode = false;
  bool operator==(const FileWrite&) const = default;
};

/// Poll a read until it shows what was promised.
struct WaitUntil {
  Command probe;
  /// POSIX extended regular expression with \1 as glibc's regcomp and GNU grep -E know it,
  /// searched line by line in the probe's stdout (REG_NEWLINE; the script face uses grep -Eq).
  std::string pattern;
  /// Not empty: the pattern's first group must be an address inside one of these ranges.
  std::vector<AddressRange> inside{};
  std::chrono::seconds limit{60};
  std::string what{};             ///< what is waited for, in the operator's words
  std::optional<Command> watch{}; ///< a read that tells why it is not there yet
  bool warn_only = false;         ///< running out is a warning, not a failure
  std::string ask{}; ///< what the operator is to do meanwhile; told at once. Empty: nothing
  bool operator==(const WaitUntil&) const = default;
};

/// GET an address by libcurl. The certificate is not verified unless `verify_tls`.
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

/// Something promised and not yet done. It lives in the journal until it is observed to be paid.
struct Debt {
  std::string id;    ///< for example "restart-kube-proxy"
  std::string until; ///< what must be observed, in the operator's words
  /// What was there when it was promised, for the stage that pays it to compare with: generations
  /// and UIDs, never a time (docs/journal.md, "Proofs"). Empty: nothing to compare with.
  std::string seen{};
  bool operator==(const Debt&) const = default;
};

/// One field that a step changes in something that is there, for `undo`: both values as JSON text
/// (of a YAML file as they are written there), empty where the field is not there.
struct FieldChange {
  std::string field; ///< "spec.addresses", "ipoperator", "attributes/ip-lease"
  std::string was{};
  std::string is{};
  bool operator==(const FieldChange&) const = default;
};

/// One command of a stage; what the journal sees.
struct Step {
  std::string id;       ///< stable key: "pool/apply"
  std::string reason{}; ///< shown beside the command: "pool `default` not found"
  Action action{};
  /// What this step changes, for recovery: `subject_state(observation, subject)` is `before`
  /// when it never ran and `expect` when it did; anything else is in doubt. Empty: nothing.
  std::string subject{};
  std::string before{};
  std::string expect{};
  std::vector<FieldChange> fields{}; ///< of a subject or file that is changed, not created
  std::vector<Debt> owes{};          ///< declared with the intent, so no crash can lose them
  std::vector<std::string> pays{};   ///< ids of the debts that this step's success pays
  /// Runs also when an earlier step of the same stage failed or the operator interrupted.
  bool cleanup = false;
  std::string failure_id{}; ///< id of the error when this step fails; empty: classified
  /// What its success proves, in few words for the result of its stage: "announced by \1", \1
  /// being the first group of a wait's pattern. Empty: nothing worth telling.
  std::string proves{};
  bool operator==(const Step&) const = default;
};

/// Whether a step changes the cluster or a file (waits and reads do not).
[[nodiscard]] inline bool writes(const Step& step)
{
  const auto* run = std::get_if<Run>(&step.action);
  return run != nullptr ? !run->reads_only : std::holds_alternative<FileWrite>(step.action);
}

} // namespace iplease
