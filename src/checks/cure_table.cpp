// SPDX-License-Identifier: Apache-2.0
// Which cures --fix has for a finding, and which cures the finding forbids. A cure needs every
// finding that it builds on to be clear: a restart into a broken environment is worse than the
// fault.
#include "cure_table.hpp"

#include <algorithm>
#include <array>

namespace iplease {
namespace table {

using enum Cure;

constexpr CureSet k_none{};
/// MetalLB, with its namespace, its metrics and its pool.
constexpr CureSet k_metallb{label_namespace, install_metallb, expose, pool};
/// The IP operator, which looks for MetalLB only once.
constexpr CureSet k_operator{install_operator, restart_operator, refresh_operator};
/// The provider, which looks for the IP operator only once.
constexpr CureSet k_provider{upgrade_provider, replace_provider};
constexpr CureSet k_akash = k_operator | k_provider;
/// What waits until the IP operator answers.
constexpr CureSet k_answers = k_provider | CureSet{refresh_operator};
constexpr CureSet k_by_helm{install_metallb, install_operator, upgrade_provider};
constexpr CureSet k_all = k_metallb | k_akash | CureSet{make_leases, strict_arp};

constexpr std::array k_table{
    // Change nothing in a cluster that is unreachable, not the expected one or not writable.
    CureRow{"IPL-CLU-001", k_none, k_all},
    CureRow{"IPL-CLU-002", k_none, k_all},
    CureRow{"IPL-CLU-003", k_none, k_all},
    CureRow{"IPL-CLU-004", k_none, k_all},
    CureRow{"IPL-CLU-005", k_none, k_all},
    CureRow{"IPL-CLU-006", k_none, k_all},
    CureRow{"IPL-RUN-004", k_none, k_all},
    CureRow{"IPL-CLU-080", k_none, k_all},
    CureRow{"IPL-CLU-010", k_none, k_akash},
    CureRow{"IPL-CLU-011", k_none, k_akash},
    CureRow{"IPL-CLU-052", CureSet{label_namespace}, k_akash | CureSet{expose, pool}},
    CureRow{"IPL-CLU-090", k_none, k_none},
    CureRow{"IPL-RUN-020", k_none, k_none},
    CureRow{"IPL-RUN-021", k_none, k_none},
    CureRow{"IPL-STR-001", k_none, CureSet{strict_arp}},
    CureRow{"IPL-STR-002", k_none, CureSet{strict_arp}},
    CureRow{"IPL-STR-003", k_none, CureSet{strict_arp}},
    CureRow{"IPL-STR-004", CureSet{strict_arp}, k_none},
    CureRow{"IPL-STR-005", CureSet{strict_arp}, k_none},
    CureRow{"IPL-STR-090", k_none, k_none},

    // Another load balancer, or a MetalLB that Akash cannot use.
    CureRow{"IPL-LBC-001", k_none, k_metallb},
    CureRow{"IPL-LBC-002", k_none, CureSet{install_metallb, pool}},
    CureRow{"IPL-MLB-001", k_none, k_metallb},
    CureRow{"IPL-MLB-002", k_none, k_metallb},
    CureRow{"IPL-MLB-003", k_none, k_metallb},
    CureRow{"IPL-MLB-006", k_none, k_metallb | k_akash},
    CureRow{"IPL-MLB-014", k_none, k_none},
    CureRow{"IPL-MLB-015", k_none, k_none},
    CureRow{"IPL-MLB-016", CureSet{install_metallb}, k_none},
    CureRow{"IPL-MLB-020", k_none, k_akash | CureSet{expose, pool}},
    CureRow{"IPL-MLB-021", k_none, k_none},
    CureRow{"IPL-MLB-022", CureSet{label_namespace}, k_none},
    CureRow{"IPL-MLB-026", k_none, CureSet{pool}},
    CureRow{"IPL-MLB-028", k_none, k_none},
    CureRow{"IPL-MLB-029", k_none, k_none},

    // The path from the IP operator to MetalLB's metrics.
    CureRow{"IPL-MLB-004", k_none, CureSet{pool}},
    CureRow{"IPL-MLB-005", k_none, k_akash},
    CureRow{"IPL-MLB-023", CureSet{expose}, k_akash},
    CureRow{"IPL-MLB-024", CureSet{expose}, k_akash},
    CureRow{"IPL-MLB-025", CureSet{expose}, k_akash},
    CureRow{"IPL-MLB-027", k_none, k_akash},

    // The pool. Impossible settings are not written.
    CureRow{"IPL-MIG-015", k_none, CureSet{pool}},
    CureRow{"IPL-POOL-014", k_none, CureSet{pool}},
    CureRow{"IPL-POOL-021", k_none, k_none},
    CureRow{"IPL-POOL-030", k_none, k_none},
    CureRow{"IPL-POOL-031", k_none, CureSet{pool}},
    CureRow{"IPL-POOL-032", k_none, CureSet{pool}},
    CureRow{"IPL-POOL-033", k_none, CureSet{pool}},
    CureRow{"IPL-POOL-034", k_none, CureSet{pool}},
    CureRow{"IPL-POOL-040", CureSet{pool}, k_operator},
    CureRow{"IPL-POOL-041", CureSet{pool}, k_none},
    CureRow{"IPL-POOL-042", k_none, k_none},
    CureRow{"IPL-POOL-043", CureSet{pool}, k_none},
    CureRow{"IPL-POOL-044", k_none, k_none},
    CureRow{"IPL-POOL-045", k_none, k_none},
    CureRow{"IPL-POOL-046", k_none, k_none},
    CureRow{"IPL-POOL-047", k_none, k_none},
    CureRow{"IPL-POOL-048", k_none, k_none},

    // The IP operator. The provider is not restarted before it answers.
    CureRow{"IPL-HELM-002", k_none, k_by_helm | k_provider},
    CureRow{"IPL-HELM-053", k_none, CureSet{upgrade_provider}},
    CureRow{"IPL-HELM-054", k_none, k_by_helm},
    CureRow{"IPL-HELM-057", k_none, CureSet{upgrade_provider}},
    CureRow{"IPL-IPO-001", k_none, CureSet{install_operator}},
    CureRow{"IPL-IPO-003", CureSet{refresh_operator}, k_none},
    CureRow{"IPL-IPO-010", CureSet{install_operator}, k_answers | CureSet{restart_operator}},
    CureRow{"IPL-IPO-011", k_none, k_akash},
    CureRow{"IPL-IPO-012", k_none, k_answers | CureSet{restart_operator}},
    CureRow{"IPL-IPO-013", CureSet{install_operator}, k_answers},
    CureRow{"IPL-IPO-014", CureSet{restart_operator}, k_answers},
    CureRow{"IPL-IPO-015", CureSet{restart_operator}, k_answers},
    CureRow{"IPL-IPO-016", CureSet{restart_operator}, k_answers},
    CureRow{"IPL-IPO-018", k_none, k_none},
    CureRow{"IPL-IPO-019", CureSet{install_operator}, k_none},
    CureRow{"IPL-IPO-020", CureSet{restart_operator}, k_none},
    CureRow{"IPL-IPO-021", k_none, k_akash},
    CureRow{"IPL-IPO-065", k_none, k_akash},
    CureRow{"IPL-IPO-066", k_none, k_akash},
    CureRow{"IPL-IPO-085", k_none, k_none},

    // The provider. Nothing builds on a failed release.
    CureRow{"IPL-PRV-001", k_none, k_provider | CureSet{install_operator}},
    CureRow{"IPL-PRV-002", CureSet{upgrade_provider}, k_provider | CureSet{install_operator}},
    CureRow{"IPL-PRV-003", CureSet{make_leases}, k_akash},
    CureRow{"IPL-PRV-004", k_none, k_akash},
    CureRow{"IPL-PRV-005", k_none, k_provider},
    CureRow{"IPL-PRV-008", k_none, CureSet{install_operator}},
    CureRow{"IPL-PRV-010", CureSet{replace_provider}, k_none},
    CureRow{"IPL-PRV-011", CureSet{replace_provider}, k_none},
    CureRow{"IPL-PRV-012", CureSet{replace_provider}, k_none},
    CureRow{"IPL-PRV-020", k_none, k_none},
    CureRow{"IPL-PRV-021", CureSet{upgrade_provider}, CureSet{replace_provider}},
    CureRow{"IPL-PRV-022", CureSet{upgrade_provider}, k_none},
    CureRow{"IPL-PRV-025", k_none, k_akash},
    CureRow{"IPL-PRV-065", k_none, CureSet{replace_provider}},
    // It is scaled to 0 for maintenance: an upgrade would start it.
    CureRow{"IPL-PRV-085", k_none, k_provider},
    // No upgrade from a provider.yaml that cannot be read or edited.
    CureRow{"IPL-VAL-001", k_none, CureSet{upgrade_provider}},
    CureRow{"IPL-VAL-003", k_none, CureSet{upgrade_provider}},
    CureRow{"IPL-VAL-004", k_none, CureSet{upgrade_provider}},
    CureRow{"IPL-VAL-005", k_none, CureSet{upgrade_provider}},
    CureRow{"IPL-VAL-007", k_none, CureSet{upgrade_provider}},
    CureRow{"IPL-VAL-011", k_none, CureSet{upgrade_provider}},
    CureRow{"IPL-VAL-012", k_none, CureSet{upgrade_provider}},
};

constexpr std::array<CureWords, k_cures> k_words{{
    {label_namespace, "label namespace metallb-system", "namespace"},
    {install_metallb, "upgrade MetalLB's release", "metallb"},
    {make_leases, "create namespace lease", ""},
    {expose, "make Service controller right", "expose"},
    {pool, "make the pool and its advertisement right", "pool"},
    {strict_arp, "turn strict ARP on and restart kube-proxy", "strict-arp"},
    {install_operator, "upgrade the IP operator's release", "ip-operator"},
    {restart_operator, "restart the IP operator", ""},
    {refresh_operator, "make the IP operator look at the pool", ""},
    {upgrade_provider, "upgrade the provider's release", "provider-values provider"},
    {replace_provider, "replace the provider's pod", ""},
}};

} // namespace table

std::span<const CureWords> all_cures()
{
  return table::k_words;
}

const CureWords& words_of(Cure cure)
{
  return *std::ranges::find(table::k_words, cure, &CureWords::cure);
}

std::span<const CureRow> cure_table()
{
  return table::k_table;
}

CureRow row_of(std::string_view id)
{
  const auto at = std::ranges::find(table::k_table, id, &CureRow::id);
  return at == table::k_table.end() ? CureRow{id, {}, table::k_all} : *at;
}

} // namespace iplease
