// SPDX-License-Identifier: Apache-2.0
#include <iplease/kubespray/inventory.hpp>
#include <iplease/yaml/located.hpp>

#include <charconv>
#include <variant>

namespace iplease::kubespray {

std::optional<Release> parse_release(std::string_view text)
{
  if (text.starts_with('v')) {
    text.remove_prefix(1);
  }
  Release release;
  int* const parts[] = {&release.major, &release.minor, &release.patch};
  for (int* part : parts) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *part);
    if (error != std::errc{} || *part < 0) {
      return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (part != &release.patch) {
      if (!text.starts_with('.')) {
        return std::nullopt;
      }
      text.remove_prefix(1);
    }
  }
  const bool rest_is_suffix = text.empty() || text.front() == '-' || text.front() == '+';
  return rest_is_suffix ? std::optional(release) : std::nullopt;
}

std::optional<Release> release_of_galaxy(std::string_view galaxy_yml)
{
  const auto located = locate_yaml(std::string(galaxy_yml), "galaxy.yml");
  const auto* yaml = std::get_if<LocatedYaml>(&located);
  if (yaml == nullptr || yaml->root().kind != LocatedNode::Kind::mapping) {
    return std::nullopt;
  }
  const std::size_t at = yaml->find(0, "version");
  return at == LocatedNode::k_none ? std::nullopt : parse_release(yaml->nodes[at].text);
}

std::string to_text(const Release& release)
{
  return "v" + std::to_string(release.major) + "." + std::to_string(release.minor) + "." +
         std::to_string(release.patch);
}

Variables variables_of(const Release& release)
{
  if (release < Release{2, 18, 0} || release == Release{2, 22, 0}) {
    return Variables::none;
  }
  return release < Release{2, 22, 0} ? Variables::flat : Variables::config;
}

bool keeps_configmap(const KubespraySeen& seen)
{
  if (seen.inventory.empty() || !seen.role_reads.empty()) {
    return seen.role_reads == "metallb_ip_range";
  }
  const auto release = seen.given_version.empty() ? release_of_galaxy(seen.galaxy.value)
                                                  : parse_release(seen.given_version);
  return release && variables_of(*release) == Variables::flat;
}

std::optional<Problem> refusal(const Release& release)
{
  if (variables_of(release) != Variables::none) {
    return std::nullopt;
  }
  const bool broken = release == Release{2, 22, 0};
  return Problem{.id = broken ? "IPL-KSP-003" : "IPL-KSP-002",
                 .what =
                     "Kubespray " + to_text(release) +
                     (broken ? " has a broken MetalLB role" : " cannot name its pool `default`"),
                 .exit = ExitCode::blocked};
}

} // namespace iplease::kubespray
