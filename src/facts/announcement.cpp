// SPDX-License-Identifier: Apache-2.0
// As MetalLB 0.13 and later decide (internal/config/config.go, selectedPools): named and selected
// pools add up, and one matching selector is enough.
#include <iplease/core/names.hpp>
#include <iplease/core/pool_rules.hpp>
#include <iplease/facts/announcement.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace iplease::facts {

namespace {

constexpr const char* k_read =
    "kubectl -n metallb-system get l2advertisements,bgpadvertisements -o yaml";

using Selectors = std::vector<LabelSelector>;

bool any_selects(const Selectors& selectors, const std::map<std::string, std::string>& labels)
{
  return std::ranges::any_of(selectors,
                             [&](const LabelSelector& one) { return selects(one, labels); });
}

Announcer announcer(const AdvertisementSeen& one, const Observation& seen, bool bgp)
{
  Announcer out{.name = one.name, .bgp = bgp, .interfaces = one.interfaces};
  // If the nodes could not be listed, assume all of them.
  out.every_node = one.node_selectors.empty() || seen.nodes.empty();
  for (const NodeSeen& node : seen.nodes) {
    if (!out.every_node && any_selects(one.node_selectors, node.labels)) {
      out.nodes.push_back(node.name);
    }
  }
  return out;
}

/// Adds the advertisements of one kind that cover the pool, with the fields that decided.
void add(Answer<Announcement>& answer,
         const Observation& seen,
         const std::vector<AdvertisementSeen>& all,
         bool bgp)
{
  const char* kind = bgp ? "BGPAdvertisement " : "L2Advertisement ";
  for (const AdvertisementSeen& one : all) {
    if (!covers_default(one, seen)) {
      continue;
    }
    answer.value.by.push_back(announcer(one, seen, bgp));
    std::string field = kind + one.name + ":";
    field += one.pools.empty() ? "" : fmt::format(" ipAddressPools {}", fmt::join(one.pools, ", "));
    for (const LabelSelector& selector : one.pool_selectors) {
      field += " ipAddressPoolSelectors " + to_text(selector);
    }
    answer.evidence.push_back({k_read, field});
    for (const LabelSelector& selector : one.node_selectors) {
      answer.value.select_no_node.push_back(to_text(selector));
    }
  }
}

bool reaches_a_node(const Announcer& one)
{
  return one.every_node || !one.nodes.empty();
}

} // namespace

bool covers_default(const AdvertisementSeen& one, const Observation& seen)
{
  if (one.name_space != k_metallb_ns) {
    return false;
  }
  const bool all = one.pools.empty() && one.pool_selectors.empty();
  const bool named = std::ranges::find(one.pools, "default") != one.pools.end();
  const PoolSeen* pool = default_pool(seen);
  const bool selected = pool != nullptr && any_selects(one.pool_selectors, pool->marks.labels);
  return all || named || selected;
}

bool Announcement::by_layer2() const
{
  return by_configmap || std::ranges::any_of(by, [](const Announcer& one) { return !one.bgp; });
}

bool Announcement::by_bgp() const
{
  return std::ranges::any_of(by, &Announcer::bgp);
}

Answer<Announcement> announcement(const Observation& seen)
{
  if (seen.metallb.legacy && seen.metallb.legacy->in_force) {
    return answered(
        Announcement{.by_configmap = true},
        {{"kubectl -n metallb-system get configmap " + seen.metallb.legacy->name + " -o yaml",
          "protocol"}});
  }
  const auto& layer2 = seen.metallb.advertisements;
  const auto& bgp = seen.metallb.bgp_advertisements;
  Answer<Announcement> answer{.sure = Sure::seen};
  add(answer, seen, layer2.value, false);
  add(answer, seen, bgp.value, true);
  if (std::ranges::any_of(answer.value.by, reaches_a_node)) {
    answer.value.select_no_node.clear();
  }
  for (const auto* list : {&layer2, &bgp}) {
    if (unread(list->look) && answer.value.by.empty()) {
      return unseen<Announcement>(list->look, list->why, k_read);
    }
  }
  if (answer.evidence.empty()) {
    answer.evidence.push_back({k_read, "none covers pool default"});
  }
  return answer;
}

std::string to_words(const Announcement& announcement)
{
  if (announcement.by_configmap) {
    return "as MetalLB's ConfigMap says";
  }
  std::string words;
  for (const Announcer& one : announcement.by) {
    words += fmt::format("{}by {} {}",
                         words.empty() ? "" : "; ",
                         one.bgp ? "BGPAdvertisement" : "L2Advertisement",
                         one.name);
    if (!one.interfaces.empty()) {
      words += fmt::format(" on {}", fmt::join(one.interfaces, ", "));
    }
    if (!one.every_node) {
      words +=
          one.nodes.empty() ? " from no node" : fmt::format(" from {}", fmt::join(one.nodes, ", "));
    }
  }
  return words.empty() ? "by nobody" : words;
}

} // namespace iplease::facts
