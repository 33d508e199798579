// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/cluster/status_reads.hpp>
#include <iplease/core/observation.hpp>
#include <iplease/core/plan.hpp>
#include <iplease/core/settings.hpp>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace iplease {

/// Yes, no, or it could not be looked at. A refused read is never a no.
enum class Known { no, yes, unknown };

/// What the last finished run promised, read back from its plan.json.
struct AppliedRun {
  std::string id{};
  std::string started{}; ///< RFC 3339
  std::string command{};
  std::vector<std::string> pool{}; ///< ranges as they were given
  std::vector<std::string> attributes{};
  std::string provider_address{};
  std::string metallb_version{}; ///< only when it was asked for
  /// As it was given, else as it was found and left; nothing: the run is of an older iplease.
  std::optional<bool> avoid_buggy_ips{};
  std::optional<std::vector<std::string>> interfaces{}; ///< of the L2Advertisement; empty: all
  /// "namespace/release" -> chart version, of MetalLB's, the provider's and the IP operator's.
  std::map<std::string, std::string> charts{};
  bool operator==(const AppliedRun&) const = default;
};

/// One of the things that IP leases are made of.
struct StatusPart {
  std::string stage{}; ///< the stage of `enable` that makes it
  std::string title{};
  Known present = Known::unknown;
  Known healthy = Known::unknown; ///< only when present
  std::string detail{};           ///< one line; why, when it is absent, unwell or unknown
  bool operator==(const StatusPart&) const = default;
};

struct StatusPool {
  std::string name{};
  std::vector<std::string> addresses{};
  std::uint64_t size = 0; ///< as MetalLB counts it
  std::uint64_t in_use = 0;
  bool auto_assign = true;
  bool operator==(const StatusPool&) const = default;
};

/// A Service of type LoadBalancer. The lease is empty when it is not Akash's.
struct StatusService {
  std::string name_space{};
  std::string name{};
  std::vector<std::string> addresses{}; ///< empty: it waits for one
  std::string pool{};                   ///< whose range holds the first address; empty: none
  std::vector<std::string> ports{};     ///< "80/TCP"
  std::string lease{};                  ///< owner/dseq/gseq/oseq
  std::string manifest_service{};       ///< the tenant's own name of it
  std::vector<std::string> nodes{};     ///< that announce it, most recent first
  Known announced = Known::unknown;
  std::string refused{}; ///< why no node announces it, in MetalLB's words; empty: nothing said
  bool operator==(const StatusService&) const = default;
};

/// Something that is not as the last finished run left it.
struct Drift {
  std::string what{};
  std::string applied{};
  std::string live{};
  bool operator==(const Drift&) const = default;
};

struct OwedAction {
  std::string id{};
  std::string until{};
  std::string since{}; ///< RFC 3339; empty: not known
  bool operator==(const OwedAction&) const = default;
};

struct UnfinishedRun {
  std::string id{};
  std::string step{};    ///< that was in flight; empty: none
  std::string at_work{}; ///< the owner, when the run still works; empty: it is dead
  bool operator==(const UnfinishedRun&) const = default;
};

enum class LeaseState { off, partly, on, unknown, unreachable };

/// Everything `iplease status` says, in one plain struct; text and JSON are made of it.
struct Status {
  std::string context{};
  std::string cluster_uid{};
  LeaseState state = LeaseState::unknown;
  std::vector<StatusPart> parts{};
  ToolVersions tools{};
  std::string metallb_version{};
  Seen<ReleaseSeen> provider{};
  Seen<ReleaseSeen> ip_operator{};
  std::string provider_tag{}; ///< of the image that the workload runs; empty: not known
  std::string operator_tag{};
  std::optional<std::int64_t> counted{}; ///< /usage Available
  std::optional<std::int64_t> leased{};  ///< /usage InUse
  std::vector<StatusPool> pools{};
  std::vector<StatusService> services{};
  std::optional<AppliedRun> applied{};
  std::vector<Drift> drift{};
  std::vector<OwedAction> owed{};
  std::optional<UnfinishedRun> unfinished{};
  std::vector<std::string> unread{};         ///< answers that cannot be believed: IPL-CLU-080
  std::vector<std::string> could_not_look{}; ///< what, and why; `unread` among it
  bool operator==(const Status&) const = default;

  /// On, every part is well, no lease waits for its address and no announcement was refused.
  [[nodiscard]] bool healthy() const { return not_yet().empty(); }
  /// Why it is not on and healthy; empty when it is.
  [[nodiscard]] std::vector<std::string> not_yet() const;
};

/// What was looked at, as status needs it.
struct StatusInput {
  const Observation& seen;
  const Settings& want; ///< with what the cluster knows
  const Plan& plan;     ///< of these two
  const StatusReads& reads;
  std::optional<AppliedRun> applied{}; ///< of the last finished run; none: nothing to compare with
  std::string run_at_work{};           ///< who holds the lock; empty: nobody
};

/// Pure: the same input gives the same status.
[[nodiscard]] Status make_status(const StatusInput& input);
/// What differs from the last finished run. Nothing that could not be read counts as different.
[[nodiscard]] std::vector<Drift> find_drift(const Observation& seen, const AppliedRun& applied);
/// The promise of a plan.json; nothing when it is not one of a whole enable.
[[nodiscard]] std::optional<AppliedRun> read_applied(const std::string& plan_json);

// ---- its faces
/// One screen of 80 columns.
[[nodiscard]] std::string status_text(const Status& status);
/// docs/schemas/status.schema.json describes it.
[[nodiscard]] nlohmann::ordered_json status_json(const Status& status);
/// The three commands that make sense now, each with what it is for.
struct NextCommand {
  std::string command{};
  std::string purpose{};
};
[[nodiscard]] std::vector<NextCommand> next_commands(const Status& status);

} // namespace iplease
