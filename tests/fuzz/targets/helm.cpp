// SPDX-License-Identifier: Apache-2.0
// Any bytes as an answer from helm, a chart repository or the IP operator. An unreadable answer
// means failed, never absent.
#include <iplease/cluster/chart_index.hpp>
#include <iplease/cluster/fill.hpp>
#include <iplease/cluster/parse.hpp>
#include <iplease/core/json.hpp>
#include <iplease/core/settings.hpp>

#include "../target.hpp"
#include <algorithm>

namespace iplease::fuzz {

namespace {

void check_releases(const std::string& text, bool json)
{
  Observation seen;
  fill_releases(seen, Settings(), printed(text));
  const Look look = seen.releases_look.look;
  must(look == Look::seen || look == Look::failed, "a list of releases is read or failed");
  must(json || look == Look::failed, "what is no JSON is no list of releases");
  must(look == Look::seen ||
           (seen.releases.empty() && !seen.provider.release.found() &&
            !seen.provider.release.absent() && !seen.ip_operator.release.absent()),
       "no release is absent in a list that could not be read");
  for (const ReleaseSeen& release : seen.releases) {
    must(!release.name.empty() && !release.status.empty() && release.revision > 0,
         "a release is whole",
         release.name);
    must(release.chart == release.chart_name +
                              (release.chart_version.empty() ? "" : "-" + release.chart_version),
         "a chart's words are name and version",
         release.chart);
    fill_history(seen, release, printed(text));
  }
  static_cast<void>(undeployed(seen));
}

void check_history(const std::string& text)
{
  for (const int revision : {1, 2, 7}) {
    const auto past = parse_helm_history(text, revision);
    must(!past || past->deployed >= 0, "a revision is no negative number");
    must(!past || !past->before.empty(), "what was before is told");
  }
}

void check_usage(const std::string& text, bool json)
{
  Observation seen;
  fill_usage(seen, printed(text));
  must(json || seen.ip_operator.usage_text.look == Look::failed, "no JSON is no usage");
  must(!seen.ip_operator.available || seen.ip_operator.usage_text.found(), "a number was seen");
  const auto leases = ignored_leases(printed(text));
  must(json || !leases.found() || leases.value.empty(), "no JSON is no list of leases");
  must(leases.found() || leases.look == Look::failed, "a list of leases is read or failed");
  for (const IgnoredLeaseSeen& lease : leases.value) {
    must(lease.lease.starts_with(lease.owner), "a lease begins with its owner", to_text(lease));
  }
}

void check_index(const std::string& text)
{
  const auto entries = parse_chart_index(text, "akash-ip-operator");
  if (entries && !entries->empty()) {
    const std::string& app = entries->front().app_version;
    const ChartEntry* newest = newest_chart(*entries, app);
    must(newest == nullptr || newest->version == entries->front().version ||
             std::ranges::find(*entries, *newest) != entries->end(),
         "the newest chart is one of the index");
    static_cast<void>(nearest_older_chart(*entries, app));
  }
  Observation seen;
  choose_operator_chart(seen, text, "the index");
  must(entries.has_value() == (seen.ip_operator.chart_version.look != Look::failed),
       "what is no index is failed, not without charts");
  static_cast<void>(parse_chart_index(index_of_one(text), "chart"));
}

} // namespace

void helm(const std::string& text)
{
  const bool json = nlohmann::json::accept(text);
  check_releases(text, json);
  check_history(text);
  check_usage(text, json);
  check_index(text);
  const std::string version = parse_helm_version(text);
  must(version.empty() ||
           (version.size() > 2 && version[0] == 'v' && version[1] >= '0' && version[1] <= '9'),
       "a version of helm is v and a number",
       version);
  Observation seen;
  fill_empty_keys(seen, printed(text));
  must(!seen.provider.empty_keys.absent() || text.empty(), "no Secret is nothing at all");
  fill_environment(seen, printed(text));
  fill_release_values(seen, printed(text));
  must(seen.provider.release_values.found() == text.ends_with('\n'),
       "values without their last line's end were cut");
}

} // namespace iplease::fuzz
