// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/mask.hpp>
#include <iplease/core/schema.hpp>
#include <iplease/report/plan_view.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace iplease {

namespace {

template <class T> SettingRow row(std::string key, std::string value, const Sourced<T>& sourced)
{
  return {std::move(key), std::move(value), std::string(source_name(sourced.from)), sourced.where};
}

std::string addresses_text(const std::vector<AddressRange>& ranges)
{
  if (ranges.empty()) {
    return "(none)";
  }
  std::vector<std::string> texts;
  texts.reserve(ranges.size());
  for (const AddressRange& range : ranges) {
    texts.push_back(range.text);
  }
  return fmt::format("{}, {} addresses", fmt::join(texts, ", "), count(ranges));
}

std::string install_text(MetallbInstall install)
{
  switch (install) {
  case MetallbInstall::kubespray:
    return "kubespray";
  case MetallbInstall::adopt:
    return "adopt";
  case MetallbInstall::helm:
    break;
  }
  return "helm";
}

void optional_row(std::vector<SettingRow>& rows,
                  const std::string& key,
                  const Sourced<std::string>& value)
{
  if (!value.value.empty()) {
    rows.push_back(row(key, value.value, value));
  }
}

/// Adds the settings that were given but have no row yet.
void add_given(std::vector<SettingRow>& rows, const Settings& settings)
{
  for (const std::string& path : setting_paths()) {
    const ShownValue shown = shown_setting(*find_key(path), path, settings);
    const bool known = std::ranges::find(rows, path, &SettingRow::key) != rows.end();
    if (shown.present && shown.from < From::cluster && !known) {
      rows.push_back({path,
                      fmt::format("{}", fmt::join(shown.texts, ", ")),
                      std::string(source_name(shown.from)),
                      shown.where});
    }
  }
}

} // namespace

nlohmann::ordered_json setting_json(const SettingKey& key, const ShownValue& shown)
{
  if (!shown.present) {
    return nullptr;
  }
  switch (key.type) {
  case KeyType::list:
  case KeyType::words:
  case KeyType::addresses:
    return shown.texts;
  case KeyType::boolean:
    return shown.texts.front() == "true";
  case KeyType::object:
    return may_hold_secret(shown.texts.front())
               ? nlohmann::ordered_json(k_masked)
               : nlohmann::ordered_json::parse(shown.texts.front());
  case KeyType::text:
  case KeyType::path:
  case KeyType::choice:
  case KeyType::durations:
    break;
  }
  return mask_url_credentials(shown.texts.front());
}

std::string source_text(const std::string& from, const std::string& where)
{
  if (from == source_name(From::answer)) {
    return "your answer";
  }
  if (where.empty()) {
    return from;
  }
  return where.starts_with(from) ? where : from + ": " + where;
}

std::vector<SettingRow> setting_rows(const Settings& settings)
{
  std::vector<SettingRow> rows;
  rows.push_back(row(
      "pool.addresses", addresses_text(settings.pool.addresses.value), settings.pool.addresses));
  rows.push_back(row(
      "metallb.install", install_text(settings.metallb.install.value), settings.metallb.install));
  rows.push_back(row("metallb.version",
                     settings.metallb.version.value.value_or("0.14.8"),
                     settings.metallb.version));
  if (const auto& values = settings.metallb.values_json; !values.value.empty()) {
    const bool secret = may_hold_secret(values.value);
    rows.push_back(row("metallb.values", secret ? k_masked : values.value, values));
  }
  rows.push_back(
      row("strictARP", settings.strict_arp.value ? "auto" : "leave", settings.strict_arp));
  rows.push_back(
      row("provider.release", settings.provider.release.value, settings.provider.release));
  optional_row(rows, "provider.address", settings.provider.address);
  optional_row(rows, "provider.valuesFile", settings.provider.values_file);
  if (settings.provider.values_from.value != ValuesFrom::undecided) {
    rows.push_back(
        row("provider.valuesFrom",
            shown_setting(*find_key("provider.valuesFrom"), "provider.valuesFrom", settings)
                .texts.front(),
            settings.provider.values_from));
  }
  rows.push_back(row("provider.chartVersion",
                     settings.provider.chart_version.value,
                     settings.provider.chart_version));
  rows.push_back(row("provider.attributes",
                     fmt::format("{}", fmt::join(settings.provider.attributes.value, ", ")),
                     settings.provider.attributes));
  optional_row(rows, "provider.statusUrl", settings.provider.status_url);
  rows.push_back(row("ipOperator.chartVersion",
                     settings.ip_operator_chart_version.value,
                     settings.ip_operator_chart_version));
  rows.push_back(row(
      "repositories.metallb", settings.repositories.metallb.value, settings.repositories.metallb));
  rows.push_back(
      row("repositories.akash", settings.repositories.akash.value, settings.repositories.akash));
  add_given(rows, settings);
  return rows;
}

} // namespace iplease
