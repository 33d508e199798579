// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/flags_file.hpp>
#include <iplease/core/pool_rules.hpp>

#include "given.hpp"
#include "unfinished.hpp"
#include <algorithm>

namespace iplease {

namespace {

/// Merges the sources, lowest precedence first.
class Merger {
public:
  explicit Merger(const SettingsInput& input)
      : m_input(input)
  {
  }

  ReadSettings merge()
  {
    if (m_input.file) {
      take(read_file_values(*m_input.file, m_input.home));
    }
    take(read_environment_values(m_input));
    take(read_command_line_values(m_input));
    check_together();
    if (!m_input.unfinished.empty()) {
      std::ranges::move(lay_unfinished(m_input.unfinished, m_read.settings),
                        std::back_inserter(m_read.problems));
    }
    if (!m_input.kept.empty()) {
      m_pool_places.clear(); // of a pool that does not count
      std::ranges::move(lay_kept(m_input.kept, m_read.settings),
                        std::back_inserter(m_read.problems));
    }
    warn_about_pool();
    std::ranges::stable_sort(m_read.problems, [](const Problem& a, const Problem& b) {
      const auto order = [](const Problem& p) {
        return std::tuple(p.place.line == 0, p.place.line, p.place.column);
      };
      return order(a) < order(b);
    });
    return std::move(m_read);
  }

private:
  void take(GivenList list)
  {
    for (const Given& given : list.values) {
      std::ranges::move(store_setting(*given.key, given.path, given.value, m_read.settings),
                        std::back_inserter(m_read.problems));
      if (given.path == "pool.addresses") {
        m_pool_places.clear();
        for (const GivenText& text : given.value.texts) {
          m_pool_places.push_back(text.place);
        }
        m_pool_name = given.value.name;
      }
    }
    std::ranges::move(list.problems, std::back_inserter(m_read.problems));
  }

  void clash(const std::string& path,
             const std::string& where,
             const Place& place,
             const std::string& what,
             const std::string& fix)
  {
    const std::string name = place.line > 0 ? path : where;
    m_read.problems.push_back(setting_problem("IPL-CFG-014", name, what, fix, place));
  }

  /// Reports keys that would silently have no effect beside another key.
  void check_together()
  {
    const auto& metallb = m_read.settings.metallb;
    constexpr const char* names[] = {"helm", "kubespray", "adopt"};
    const std::string install = names[static_cast<int>(metallb.install.value)];
    const std::string is =
        "metallb.install is " + install +
        (metallb.install.given() ? " (" + metallb.install.where + ")" : ", its default");
    if (metallb.install.value != MetallbInstall::kubespray) {
      const std::string what = "counts only with metallb.install: kubespray, and " + is;
      const std::string fix =
          "set metallb.install to kubespray (--metallb kubespray), or remove it";
      for (const SettingKey& key : setting_keys()) {
        const ShownValue shown = key.path.starts_with("metallb.kubespray.")
                                     ? shown_setting(key, key.path, m_read.settings)
                                     : ShownValue{};
        const bool given =
            shown.from == From::flag || shown.from == From::environment || shown.from == From::file;
        if (given && !(shown.texts == std::vector<std::string>{"false"})) {
          clash(std::string(key.path), shown.where, shown.place, what, fix);
        }
      }
    }
    if (metallb.install.value != MetallbInstall::helm && metallb.values_json.given() &&
        !metallb.values_json.value.empty()) {
      clash("metallb.values",
            metallb.values_json.where,
            metallb.values_json.place,
            "counts only where the Helm chart is used, and " + is,
            "remove it, or set metallb.install to helm");
    }
    if (metallb.install.value != MetallbInstall::helm && metallb.version.given()) {
      const bool adopts = metallb.install.value == MetallbInstall::adopt;
      clash("metallb.version",
            metallb.version.where,
            metallb.version.place,
            adopts ? "nothing is installed or changed with metallb.install: adopt"
                   : "the release of Kubespray decides which MetalLB it installs",
            "remove one of the two");
    }
  }

  void warn_about_pool()
  {
    const auto& ranges = m_read.settings.pool.addresses.value;
    if (ranges.empty()) {
      return;
    }
    const bool same = m_pool_places.size() == ranges.size() && m_pool_places.front().line > 0;
    PoolFindings found =
        check_pool(ranges, same ? m_pool_places : std::vector<Place>{}, m_pool_name);
    std::ranges::move(found.warnings, std::back_inserter(m_read.warnings));
  }

  const SettingsInput& m_input;
  ReadSettings m_read{};
  std::vector<Place> m_pool_places{};
  std::string m_pool_name = "pool.addresses";
};

} // namespace

ReadSettings read_settings(const SettingsInput& input)
{
  return Merger(input).merge();
}

} // namespace iplease
