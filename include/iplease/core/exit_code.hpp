// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace iplease {

/// The process's exit code; docs/exit-codes.md has the table.
enum class ExitCode : int {
  done = 0,          ///< done, or nothing to do
  failed = 1,        ///< a stage failed; the state is known; resumable
  usage = 2,         ///< bad flag or file, or missing value; lists all problems, nothing changed
  blocked = 3,       ///< preflight or policy refuses; nothing changed
  not_verified = 4,  ///< applied, but verification or a doctor check failed
  in_doubt = 5,      ///< the cluster matches neither the state before nor after; no guessing
  timed_out = 6,     ///< a wait timed out; nothing failed yet
  other_cluster = 7, ///< the plan is stale, or plan or file belong to another cluster
  locked = 8,        ///< another run holds the lock
  declined = 9,      ///< declined or cancelled at a prompt
  kept = 10,         ///< undone, except for what others changed since
  unreachable = 11,  ///< cannot reach the cluster, or kubectl or helm is missing or too old
  cannot_write = 12, ///< cannot write journal, plan or file
  differences = 20,  ///< only with --detailed-exitcode
  bug = 70,          ///< a bug in iplease, or out of memory
  interrupted = 130,
  terminated = 143,
};

} // namespace iplease
