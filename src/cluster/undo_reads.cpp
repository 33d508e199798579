// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/fill.hpp>
#include <iplease/cluster/kubectl.hpp>
#include <iplease/cluster/parse.hpp>
#include <iplease/cluster/undo_reads.hpp>
#include <iplease/core/names.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/engine/effects.hpp>

#include "asker.hpp"
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace iplease {
namespace {

/// Every answer ends with this; without it the answer was cut.
constexpr std::string_view k_undo_end = "end\n";
constexpr const char* k_namespaced =
    "pods,deployments,daemonsets,statefulsets,jobs,cronjobs,services,configmaps,secrets,"
    "persistentvolumeclaims,ingresses";
constexpr const char* k_left_columns =
    "jsonpath={range .items[*]}{.kind}{\"\\t\"}{.metadata.name}{\"\\t\"}"
    "{.metadata.ownerReferences[0].kind}{\"\\t\"}"
    "{.metadata.annotations.meta\\.helm\\.sh/release-name}{\"\\n\"}{end}{\"end\\n\"}";
constexpr const char* k_custom_columns =
    "jsonpath={range .items[*]}{.kind}{\"\\t\"}{.metadata.name}{\"\\n\"}{end}{\"end\\n\"}";
constexpr const char* k_writer_columns =
    "jsonpath={range .items[*]}{.kind}{\"\\t\"}{.metadata.name}{\"\\t\"}"
    "{range .metadata.managedFields[*]}{.manager}:{.subresource},{end}{\"\\n\"}{end}{\"end\\n\"}";

using Columns = std::vector<std::string_view>;

/// "KIND NAME" or "KIND/NAME" of a row.
std::string object_of(const Columns& row, char between = ' ')
{
  return std::string(row[0]) + between + std::string(row[1]);
}

class UndoObserver {
public:
  UndoObserver(Observation& seen, const Settings& want)
      : m_seen(seen),
        m_target(target_of(seen, want))
  {
    seen.undo = {.looked = true};
    ask_left();
    if (seen.crds.contains("ipaddresspools.metallb.io")) {
      ask_custom();
    }
    if (!seen.memory.enabled) {
      ask_writers();
    }
  }
  void hear(Runner& runner) { m_asker.hear(runner); }

private:
  template <class Take> void ask(std::vector<std::string> words, Take take)
  {
    words.insert(words.begin(), "--request-timeout=30s");
    Command command = kubectl(m_target, std::move(words));
    m_seen.evidence.push_back(evidence_line(command));
    m_asker.ask(std::move(command), [this, take](const CommandResult& answer) {
      if (!answer.ok() || answer.truncated || !answer.out.ends_with(k_undo_end)) {
        m_seen.undo.why = answer.ok() ? "kubectl's answer was cut before its end" : why(answer);
        return;
      }
      for (const std::string_view line : split(answer.out, '\n')) {
        if (const Columns columns = split(line, '\t'); columns.size() > 1) {
          take(columns);
        }
      }
    });
  }

  void ask_left()
  {
    ask({"--namespace", k_metallb_ns, "get", k_namespaced, "-o", k_left_columns},
        [this](const Columns& row) {
          if (row.size() > 3 && is_foreign(row)) {
            m_seen.undo.in_namespace.push_back(object_of(row));
          }
        });
  }

  /// True unless a controller, Helm, Kubernetes or iplease made it.
  [[nodiscard]] static bool is_foreign(const Columns& row)
  {
    const bool owned = !row[2].empty() || !row[3].empty();
    const bool known = row[1] == "kube-root-ca.crt" || row[1].starts_with("sh.helm.release.") ||
                       row[1].starts_with("iplease-") ||
                       (row[0] == "Service" && row[1] == "controller");
    return !owned && !known;
  }

  void ask_custom()
  {
    ask({"get",
         "bgppeers.metallb.io,bgpadvertisements.metallb.io,bfdprofiles.metallb.io,"
         "communities.metallb.io",
         "--all-namespaces",
         "-o",
         k_custom_columns},
        [this](const Columns& row) { m_seen.undo.custom.push_back(object_of(row)); });
  }

  void ask_writers()
  {
    std::string kinds = "services";
    if (m_seen.crds.contains("ipaddresspools.metallb.io")) {
      kinds += ",ipaddresspools.metallb.io,l2advertisements.metallb.io";
    }
    const auto take = [this](const Columns& row) {
      if (row.size() > 2) {
        note_writers(row);
      }
    };
    ask({"--namespace", k_metallb_ns, "get", kinds, "-o", k_writer_columns}, take);
    ask({"get",
         "namespaces",
         "--field-selector",
         std::string("metadata.name=") + k_metallb_ns,
         "-o",
         k_writer_columns},
        take);
  }

  void note_writers(const Columns& row)
  {
    const std::string name = object_of(row, '/');
    const std::string subject = name == "Service/controller"         ? "service/controller"
                                : name == "IPAddressPool/default"    ? "pool/default"
                                : name == "Namespace/metallb-system" ? "namespace/metallb-system"
                                : name == "L2Advertisement/l2advertisement1"
                                    ? "advertisement/default"
                                    : "";
    if (subject.empty()) {
      return;
    }
    std::vector<std::string>& writers = m_seen.undo.writers[subject];
    for (const std::string_view one : split(row[2], ',')) {
      const std::size_t colon = one.find(':');
      const std::string_view manager = one.substr(0, colon);
      const bool of_status = colon != std::string_view::npos && colon + 1 < one.size();
      if (!manager.empty() && !of_status && std::ranges::count(writers, manager) == 0) {
        writers.emplace_back(manager);
      }
    }
  }

  Observation& m_seen;
  Target m_target;
  Asker m_asker{};
};

} // namespace

void observe_undo(Observation& seen, const Settings& want, Effects& effects)
{
  UndoObserver(seen, want).hear(effects.runner);
}

} // namespace iplease
