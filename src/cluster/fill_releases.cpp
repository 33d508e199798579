// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/fill.hpp>
#include <iplease/core/settings.hpp>

#include <fmt/format.h>

#include <utility>

namespace iplease {

void fill_helm_version(Observation& seen, const Settings& want, const CommandResult& answer)
{
  seen.tools.helm = answer.ok() ? parse_helm_version(answer.out) : "";
  if (seen.tools.helm.empty()) {
    seen.tools.helm_error = fmt::format(
        "{}: {}", want.tools.helm.value.front(), answer.ok() ? "no version" : why(answer));
  }
}

void fill_releases(Observation& seen, const Settings& want, const CommandResult& answer)
{
  note_denials(seen, answer);
  std::string reason = why(answer);
  if (answer.ended == Ended::not_found || answer.ended == Ended::not_started) {
    reason = fmt::format("{}: {}", want.tools.helm.value.front(), reason);
    seen.tools.helm_error = reason;
  }
  seen.releases_look = {classify(answer), reason};
  if (answer.ok()) {
    if (auto releases = parse_helm_list(answer.out); releases && !answer.truncated) {
      seen.releases = std::move(*releases);
    } else {
      seen.releases_look = {Look::failed, "helm list printed something that is not its JSON"};
    }
  }
  const Look missing = seen.releases_look.found() ? Look::absent : seen.releases_look.look;
  seen.provider.release = {.look = missing, .why = seen.releases_look.why};
  seen.ip_operator.release = {.look = missing, .why = seen.releases_look.why};
  std::vector<const ReleaseSeen*> providers;
  for (const ReleaseSeen& release : seen.releases) {
    if (release.name_space != "akash-services") {
      continue;
    }
    if (release.name == want.provider.release.value) {
      seen.provider.release = {.look = Look::seen, .value = release};
    } else if (release.chart_name == "provider") {
      providers.push_back(&release);
    }
    if (release.chart_name == "akash-ip-operator") {
      seen.ip_operator.release = {.look = Look::seen, .value = release};
    }
  }
  if (!seen.provider.release.found() && !want.provider.release.given() && providers.size() == 1) {
    seen.provider.release = {.look = Look::seen, .value = *providers.front()};
  }
}

} // namespace iplease
