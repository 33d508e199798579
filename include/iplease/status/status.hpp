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

/// Yes, no, or unknown. A refused read never counts as no.
enum class Known { no, yes, unknown };

/// What the last finished run promised, from its plan.json.
struct AppliedRun {
  std::string id{};
  std::string started{}; ///< RFC 3339
  std::string command{};
  std::vector<std::string> pool{}; ///< ranges as given
  std::vector<std::string> attributes{};
  std::string provider_address{};
  std::string metallb_version{}; ///< only if it was given
  /// As given, else as found and kept; nullopt: a run of an older iplease.
  std::optional<bool> avoid_buggy_ips{};
  std::optional<std::vector<std::string>> interfaces{}; ///< of the L2Advertisement; empty: all
  /// "namespace/release" -> chart version, for MetalLB, the provider and the IP operator.
  std::map<std::string, std::string> charts{};
  bool operator==(const AppliedRun&) const = default;
};

/// One part of IP leases.
struct StatusPart {
  std::string stage{}; ///< the stage of `enable` that makes it
  std::string title{};
  Known present = Known::unknown;
  Known healthy = Known::unknown; ///< meaningful only if present
  std::string detail{};           ///< one line; the reason if it is absent, unhealthy or unknown
  bool operator==(const StatusPart&) const = default;
};

struct StatusPool {
  std::string name{};
  std::vector<std::string> addresses{};
  std::uint64_t size = 0; ///< as MetalLB counts
  std::uint64_t in_use = 0;
  bool auto_assign = true;
  bool operator==(const StatusPool&) const = default;
};

/// A Service of type LoadBalancer. `lease` is empty if it is not Akash's.
struct StatusService {
  std::string name_space{};
  std::string name{};
  std::vector<std::string> addresses{}; ///< empty: it waits for one
  std::string pool{};                   ///< pool that contains the first address; empty: none
  std::vector<std::string> ports{};     ///< "80/TCP"
  std::string lease{};                  ///< owner/dseq/gseq/oseq
  std::string manifest_service{};       ///< the tenant's name for it
  std::vector<std::string> nodes{};     ///< nodes that announce it, most recent first
  Known announced = Known::unknown;
  std::string refused{}; ///< MetalLB's reason why no node announces it; empty: none given
  bool operator==(const StatusService&) const = default;
};

/// Something that differs from what the last finished run left.
struct Drift {
  std::string what{};
  std::string applied{};
  std::string live{};
  bool operator==(const Drift&) const = default;
};

struct OwedAction {
  std::string id{};
  std::string until{};
  std::string since{}; ///< RFC 3339; empty: unknown
  bool operator==(const OwedAction&) const = default;
};

struct UnfinishedRun {
  std::string id{};
  std::string step{};    ///< step in flight; empty: none
  std::string at_work{}; ///< owner of the lock if the run still works; empty: it is dead
  bool operator==(const UnfinishedRun&) const = default;
};

enum class LeaseState { off, partly, on, unknown, unreachable };

/// Everything that `iplease status` reports; text and JSON are made from it.
struct Status {
  std::string context{};
  std::string cluster_uid{};
  LeaseState state = LeaseState::unknown;
  std::vector<StatusPart> parts{};
  ToolVersions tools{};
  std::string metallb_version{};
  Seen<ReleaseSeen> provider{};
  Seen<ReleaseSeen> ip_operator{};
  std::string provider_tag{}; ///< tag of the running image; empty: unknown
  std::string operator_tag{};
  std::optional<std::int64_t> counted{}; ///< /usage Available
  std::optional<std::int64_t> leased{};  ///< /usage InUse
  std::vector<StatusPool> pools{};
  std::vector<StatusService> services{};
  std::optional<AppliedRun> applied{};
  std::vector<Drift> drift{};
  std::vector<OwedAction> owed{};
  std::optional<UnfinishedRun> unfinished{};
  std::vector<std::string> unread{};         ///< answers that are not credible: IPL-CLU-080
  std::vector<std::string> could_not_look{}; ///< what and why, including `unread`
  bool operator==(const Status&) const = default;

  /// On, every part is healthy, no lease waits for its address and no announcement was refused.
  [[nodiscard]] bool healthy() const { return not_yet().empty(); }
  /// Why it is not on and healthy; empty: it is.
  [[nodiscard]] std::vector<std::string> not_yet() const;
};

struct StatusInput {
  const Observation& seen;
  const Settings& want; ///< including what the cluster knows
  const Plan& plan;     ///< plan of `seen` and `want`
  const StatusReads& reads;
  std::optional<AppliedRun> applied{}; ///< last finished run; nullopt: nothing to compare with
  std::string run_at_work{};           ///< owner of the lock; empty: nobody
};

/// Pure: the same input gives the same status.
[[nodiscard]] Status make_status(const StatusInput& input);
/// Differences from the last finished run. What could not be read never counts as different.
[[nodiscard]] std::vector<Drift> find_drift(const Observation& seen, const AppliedRun& applied);
/// What a plan.json promises; nullopt if it is not one of a whole enable.
[[nodiscard]] std::optional<AppliedRun> read_applied(const std::string& plan_json);

// ---- output formats
/// Fits one screen of 80 columns.
[[nodiscard]] std::string status_text(const Status& status);
/// docs/schemas/status.schema.json describes it.
[[nodiscard]] nlohmann::ordered_json status_json(const Status& status);
/// One of the three commands that make sense now, and its purpose.
struct NextCommand {
  std::string command{};
  std::string purpose{};
};
[[nodiscard]] std::vector<NextCommand> next_commands(const Status& status);

} // namespace iplease
