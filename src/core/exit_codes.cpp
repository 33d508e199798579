// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/exit_codes.hpp>
#include <iplease/version.hpp>

namespace iplease {

namespace {

using enum ExitCode;

constexpr std::string_view k_again = "run the same command again";

constexpr ExitCodeRow k_rows[] = {
    {done, "done", "done, or nothing to do", "maybe", ""},
    {failed,
     "failed",
     "a stage failed; the state is known and the run can be resumed",
     "yes",
     k_again},
    {usage,
     "usage",
     "a bad flag, a bad file, a missing value; all of them are listed",
     "no",
     "correct the input"},
    {blocked,
     "blocked",
     "preflight or policy says no, or a right is missing",
     "no",
     "`iplease explain ID`, `--accept-risk ID` where named"},
    {not_verified,
     "not_verified",
     "applied, but the verification (or a check of `doctor`) failed",
     "yes",
     "`iplease doctor`"},
    {in_doubt,
     "in_doubt",
     "the cluster is unlike before and unlike after a step that was in flight; nothing is guessed",
     "maybe",
     "choose, as printed"},
    {timed_out, "timed_out", "a wait ran out; nothing is known to be wrong yet", "yes", k_again},
    {other_cluster,
     "other_cluster",
     "the plan is stale: the cluster was changed after it was shown; or the file or plan is for "
     "another cluster",
     "no",
     "run the same command again, or choose the right context"},
    {locked,
     "locked",
     "another run is at work on this cluster (or another Helm on the release)",
     "only what the run did before",
     "wait for it"},
    {declined, "declined", "declined or cancelled at a prompt", "no", ""},
    {kept,
     "kept",
     "only `undo`: undone, and what somebody else changed since, or what is not known to be ours, "
     "stays; it is listed",
     "maybe",
     "look at what is listed"},
    {unreachable,
     "unreachable",
     "the cluster cannot be reached, or kubectl or helm is missing or too old",
     "only what the run did before",
     "as printed"},
    {cannot_write,
     "cannot_write",
     "the journal, a plan or a file cannot be written",
     "only what the run did before",
     "as printed"},
    {differences,
     "differences",
     "only with `--detailed-exitcode`: something differs or is owed",
     "no",
     "`iplease enable`"},
    {bug,
     "bug",
     "a fault of iplease itself, or no memory left for it",
     "unknown",
     "run the same command again; report it"},
    {interrupted, "interrupted", "stopped by Ctrl-C; the journal is complete", "maybe", k_again},
    {terminated,
     "terminated",
     "stopped by SIGTERM or a lost terminal; the journal is complete",
     "maybe",
     k_again},
};

} // namespace

std::span<const ExitCodeRow> exit_codes()
{
  return k_rows;
}

std::string exit_codes_text()
{
  std::string text = "code  meaning (was anything changed?)\n";
  for (const ExitCodeRow& row : exit_codes()) {
    std::string number = std::to_string(static_cast<int>(row.code));
    number.resize(6, ' ');
    text += number + std::string(row.meaning) + " (" + std::string(row.changed) + ")\n";
    if (!row.next.empty()) {
      text += "      next: " + std::string(row.next) + "\n";
    }
  }
  return text + "docs  " + k_docs + "exit-codes.html\n";
}

} // namespace iplease
