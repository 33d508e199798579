// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace iplease {

/// What the process answers to its caller; the table of docs/exit-codes.md.
enum class ExitCode : int {
  done = 0,          ///< done, or nothing to do
  failed = 1,        ///< a stage failed; state is known; resumable
  usage = 2,         ///< bad flag, bad file, missing value: all problems listed, nothing changed
  blocked = 3,       ///< preflight or policy says no; nothing changed
  not_verified = 4,  ///< applied, but verification (or a doctor check) failed
  in_doubt = 5,      ///< the cluster is unlike before and unlike after; nothing is guessed
  timed_out = 6,     ///< a wait ran out; nothing is wrong yet
  other_cluster = 7, ///< the plan is stale, or plan or file are for another cluster
  locked = 8,        ///< another run holds the lock
  declined = 9,      ///< declined or cancelled at a prompt
  kept = 10,         ///< undone, and what others changed since stays
  unreachable = 11,  ///< cannot reach the cluster, or kubectl/helm missing or too old
  cannot_write = 12, ///< journal, plan or file cannot be written
  differences = 20,  ///< only with --detailed-exitcode
  bug = 70,          ///< a fault of iplease itself, or no memory left
  interrupted = 130,
  terminated = 143,
};

} // namespace iplease
