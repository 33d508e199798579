// SPDX-License-Identifier: Apache-2.0
// Any bytes as kube-proxy's configuration. An edit sets strictARP and nothing else, a second edit
// has nothing to do, and the edit can be undone.
#include <iplease/yaml/strict_arp.hpp>

#include "../target.hpp"
#include "../witness.hpp"

namespace iplease::fuzz {

void kube_proxy(const std::string& text)
{
  const StrictArpSeen before = find_strict_arp(text);
  const auto result = set_strict_arp(text);
  if (const auto* no = std::get_if<NoEdit>(&result)) {
    must(!no->why.empty(), "a refusal says why");
    must(before.state != StrictArp::on, "what is right already is not refused");
    return;
  }
  const std::string& edited = std::get<std::string>(result);
  const StrictArpSeen after = find_strict_arp(edited);
  const std::string both = "--- before\n" + text + "\n--- after\n" + edited;
  must(before.error.empty() && after.error.empty(), "what was edited can be read", both);
  must(after.state == StrictArp::on, "an edit sets strictARP", both);
  must(after.mode == before.mode, "the mode stays", both);
  must((before.state == StrictArp::on) == (edited == text), "what is right stays", both);
  const auto again = set_strict_arp(edited);
  const auto* second = std::get_if<std::string>(&again);
  must(second != nullptr && *second == edited, "a second edit changes nothing", both);
  const std::string wrong = witness_paths(text, edited, {"ipvs/strictARP"});
  must(wrong.empty(), wrong, both);
  const auto restored = restore_strict_arp(edited, strict_arp_written(text));
  if (const auto* back = std::get_if<std::string>(&restored); back != nullptr && edited != text) {
    must(find_strict_arp(*back).state == before.state,
         "the way back leads to where it was",
         both + "\n--- back\n" + *back);
    const std::string other = witness_paths(text, *back, {});
    must(other.empty(), other, both + "\n--- back\n" + *back);
  }
}

} // namespace iplease::fuzz
