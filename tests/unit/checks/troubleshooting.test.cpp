// SPDX-License-Identifier: Apache-2.0
#include <iplease/checks/check.hpp>
#include <iplease/checks/cures.hpp>
#include <iplease/core/catalogue.hpp>

#include <catch2/catch.hpp>

#include "../../../src/checks/cure_table.hpp"
#include <functional>
#include <support/golden.hpp>

using namespace iplease;

namespace {

constexpr const char* k_head = R"(# Troubleshooting

Generated from the checks and the catalogue; do not edit. `iplease doctor` makes all of these checks in
about a second, quotes what it saw and prints the cure: failures first, then warnings, then what it could
not look at. What passes is counted; `-v` lists it. `iplease doctor --fix` does the cures that can be done
safely; `iplease explain ID` tells cause and cure without a cluster.

## Where to begin

| what you see | do |
| --- | --- |
| a tenant's lease has no address, or the address does not answer | `iplease doctor`, then `iplease verify --keep` and try the address from outside |
| the provider is silent on 8443/status | `iplease doctor --only IPL-PRV-012 --only IPL-IPO-015`: it waits for the IP operator, or hangs because it looked for it too early |
| "barrier is locked" in the IP operator's log | `iplease doctor --only IPL-IPO-014`: cure what it names first, then restart the IP operator, because it looks for MetalLB once in its life |
| everything is green here and nothing answers from outside | the network in front of the nodes: see [failure-modes.md](failure-modes.md), rows marked advice |
| none of it helps, or iplease itself is wrong | `iplease bundle`, look through what it wrote, attach it to a bug report ([what is in it](../SECURITY.md#a-bug-report)) |

Names and labels changed with chart 9.0.0 of the IP operator (provider 0.5). By hand:

| | charts from 9 on | charts up to 8 |
| --- | --- | --- |
| log | `kubectl -n akash-services logs deployment/operator-ip --timestamps --tail=-1` | `kubectl -n akash-services logs deployment/akash-ip-operator --timestamps --tail=-1` |
| restart | `kubectl -n akash-services rollout restart deployment/operator-ip` | `kubectl -n akash-services rollout restart deployment/akash-ip-operator` |
| pods | `-l app.kubernetes.io/instance=ip-service` | `-l app=akash-ip-operator` |
| usage | `kubectl get --raw /api/v1/namespaces/akash-services/services/operator-ip:rest/proxy/usage` | `kubectl get --raw /api/v1/namespaces/akash-services/services/akash-ip-operator:api/proxy/usage` |
| provider | `kubectl -n akash-services delete pod akash-provider-0 --wait=false` | the same |

A selector without `--tail=-1` prints ten lines only, and the line that decides is an early one. A 503 with an
empty body is the IP operator's barrier; one with a Status object is the API server's.
)";

std::string cell(std::string text)
{
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) {
    text.insert(at, "\\");
  }
  return text;
}

/// An id that two checks report gets one row, in the first group.
void add_row(std::string& page, std::string_view id)
{
  if (page.find("`" + std::string(id) + "` | ") != std::string::npos) {
    return;
  }
  const CatalogueEntry* entry = find_entry(id);
  REQUIRE(entry != nullptr);
  page += "| " + cell(std::string(entry->title)) + " | `" + std::string(id) + "` | " +
          (is_curable(id) ? "`iplease doctor --fix`; " : "") + cell(std::string(entry->fix)) +
          " |\n";
}

constexpr const char* k_cures_head = R"(
## What keeps `doctor --fix` from a cure

A cure is done only where every finding that it builds on is clear, or cured by an earlier step of the same run; what
could not be looked at is not clear. Where one of the ids in the last column is found, the cure is left, with `--only`
too, and both `doctor` and `doctor --fix` say which comes first. The provider's pod is deleted only where it is proven
besides that the next one starts: the Secret and the ConfigMaps that its template names are there and say something,
its images are on its node, and its node takes it.

| cure | of | not while one of these is found |
| --- | --- | --- |
)";

std::string ids_where(const std::function<bool(const CureRow&)>& holds)
{
  std::string text;
  for (const CureRow& row : cure_table()) {
    text += holds(row) ? (text.empty() ? "" : ", ") + std::string(row.id) : "";
  }
  return text;
}

std::string cures_page()
{
  std::string text = k_cures_head;
  for (const CureWords& one : all_cures()) {
    text += "| " + std::string(one.words) + " | " +
            ids_where([&](const CureRow& row) { return row.cured_by.has(one.cure); }) + " | " +
            ids_where([&](const CureRow& row) {
              return row.forbids.has(one.cure) && !row.cured_by.has(one.cure);
            }) +
            " |\n";
  }
  return text;
}

std::string page()
{
  std::string text = k_head;
  for (const CheckGroup& group : check_groups()) {
    text += "\n## " + std::string(group.title) +
            "\n\n| symptom | check | cure |\n| --- | --- | --- |\n";
    for (const Check& check : group.checks) {
      add_row(text, check.id);
      for (const std::string_view also : check.also) {
        add_row(text, also);
      }
    }
  }
  return text + cures_page();
}

} // namespace

TEST_CASE("docs/troubleshooting.md is the table of checks", "[checks]")
{
  CHECK(test::differs_from_file("docs/troubleshooting.md", page()) == "");
}
