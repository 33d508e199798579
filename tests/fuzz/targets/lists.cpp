// SPDX-License-Identifier: Apache-2.0
// Any bytes as the lines of our go-template. An answer that is cut or lacks a line is broken, and
// nothing in a broken answer counts as seen or as absent.
#include <iplease/cluster/fill.hpp>
#include <iplease/cluster/held.hpp>
#include <iplease/cluster/parse.hpp>
#include <iplease/core/json.hpp>

#include "../target.hpp"
#include <algorithm>
#include <cstdio>

namespace iplease::fuzz {

namespace {

/// Writes a text as Go's %q does.
std::string quoted(const std::string& text)
{
  constexpr std::string_view names = "abtnvfr";
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += std::string("\\") + c;
    } else if (c >= '\a' && c <= '\r') {
      out += std::string("\\") + names[static_cast<std::size_t>(c - '\a')];
    } else if ((c >= 0 && c < ' ') || c == 0x7f) {
      char hex[8];
      std::snprintf(hex, sizeof hex, "\\x%02x", static_cast<unsigned>(c));
      out += hex;
    } else {
      out += c;
    }
  }
  return out + '"';
}

/// A name with any characters survives the template.
void check_name(const std::string& name)
{
  if (!is_utf8(name) || name.empty()) {
    return;
  }
  const std::string line = R"({ "kind":"CiliumLoadBalancerIPPool","metadata":{"name":)" +
                           quoted(name) + "} }\n{\"kind\":\"End\",\"items\":1}\n";
  const Lists lists = parse_lists(line);
  must(!lists.broken && lists.cilium_pools == std::vector{name}, "a name stays as it is", line);
}

/// A broken answer claims neither that an object exists nor that it does not.
void check_looks(const std::string& text, bool broken)
{
  const CommandResult answer = printed(text);
  Observation seen;
  seen.crds = {"ipaddresspools.metallb.io",
               "l2advertisements.metallb.io",
               "bgpadvertisements.metallb.io",
               "helmcharts.helm.cattle.io"};
  fill_lists(seen, answer, {});
  fill_load_balancers(seen, answer);
  fill_controllers(seen, answer);
  fill_system_pods(seen, answer);
  Observation resources;
  fill_metallb_resources(resources, answer);
  const Look looks[] = {seen.nodes_look.look,
                        seen.daemon_sets_look.look,
                        seen.load_balancers_look.look,
                        seen.verify_service.look,
                        seen.metallb.controllers_look.look,
                        seen.system_pods_look.look,
                        seen.metallb.pools.look,
                        seen.metallb.advertisements.look,
                        seen.metallb.bgp_advertisements.look,
                        seen.kube_proxy.daemon_set.look,
                        seen.chart_keepers_look.look,
                        resources.metallb.pools.look,
                        resources.metallb.advertisements.look,
                        resources.metallb.bgp_advertisements.look};
  const auto failed = [](Look look) { return look == Look::failed; };
  must(std::ranges::all_of(looks, failed) == broken &&
           (broken || std::ranges::none_of(looks, failed)),
       "what could not be read is failed, and only that");
  must(!broken || (seen.nodes.empty() && seen.load_balancers.empty() &&
                   seen.metallb.controllers.empty() && seen.metallb.pools.value.empty()),
       "nothing is taken from a broken answer");
}

} // namespace

void lists(const std::string& text)
{
  const Lists read = parse_lists(text);
  check_looks(text, read.broken);
  check_name(text);
  static_cast<void>(parse_held(text));
  static_cast<void>(parse_gateways(text));
  if (read.broken) {
    return;
  }
  must(parse_lists(text.substr(0, number_of(text, text.size()))).broken, "a part is broken");
  must(parse_lists(text + text).broken, "two answers are none");
  // One line less, or nothing if it was the only one.
  const std::size_t first = text.find('\n') + 1;
  must(parse_lists(text.substr(first)).broken, "an answer without its first line is broken");
}

} // namespace iplease::fuzz
