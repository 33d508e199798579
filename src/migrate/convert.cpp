// SPDX-License-Identifier: Apache-2.0
#include <iplease/migrate/convert.hpp>

#include "legacy_config.hpp"
#include "parsed_yaml.hpp"

namespace iplease {

namespace {

using Result = std::variant<Converted, ConvertError>;

Result
finish(legacy::Config config, const std::string& name_space, std::vector<std::string> warnings)
{
  if (auto why = legacy::normalise_names(config, warnings)) {
    return ConvertError{std::move(*why)};
  }
  if (auto why = legacy::parse_times(config)) {
    return ConvertError{std::move(*why)};
  }
  if (auto why = legacy::validate(config)) {
    return ConvertError{std::move(*why)};
  }
  if (auto why = legacy::refused_by_server(config, name_space)) {
    return ConvertError{std::move(*why), true};
  }
  legacy::add_warnings(config, name_space, warnings);
  Converted out{
      name_space, legacy::objects_for(config, name_space), {}, std::move(warnings), false};
  for (const legacy::Pool& pool : config.pools) {
    out.pools.push_back({pool.name,
                         pool.old_name,
                         pool.protocol,
                         pool.addresses,
                         pool.auto_assign.value_or(true),
                         pool.avoid_buggy_ips.value_or(false)});
  }
  for (const legacy::Peer& peer : config.peers) {
    out.has_password = out.has_password || !peer.password.empty();
  }
  return out;
}

} // namespace

Result convert_configmap(std::string_view text)
{
  auto read = read_configmap(text);
  if (auto* why = std::get_if<std::string>(&read)) {
    return ConvertError{std::move(*why)};
  }
  auto& map = std::get<ConfigMapText>(read);
  auto parsed = parse_yaml(map.config);
  if (auto* why = std::get_if<std::string>(&parsed)) {
    return ConvertError{"config: " + *why};
  }
  auto& yaml = std::get<ParsedYaml>(parsed);
  auto decoded = legacy::decode(yaml.value);
  if (auto* why = std::get_if<std::string>(&decoded)) {
    return ConvertError{std::move(*why)};
  }
  std::vector<std::string> warnings = std::move(map.notes);
  warnings.insert(warnings.end(), yaml.notes.begin(), yaml.notes.end());
  return finish(std::move(std::get<legacy::Config>(decoded)),
                map.name_space.empty() ? "metallb-system" : map.name_space,
                std::move(warnings));
}

} // namespace iplease
