// SPDX-License-Identifier: Apache-2.0
// The names of the provider's objects, and whether it is scaled to 0.
#include <iplease/facts/provider.hpp>

namespace iplease::facts {

std::string usual_provider_name(const std::string& release)
{
  std::string name =
      release.find("provider") != std::string::npos ? release : release + "-provider";
  constexpr std::size_t label_limit = 63;
  name = name.substr(0, label_limit);
  while (name.ends_with('-')) {
    name.pop_back();
  }
  return name;
}

ProviderNames provider_names(const Observation& seen, const Settings& want)
{
  const ProviderSeen& provider = seen.provider;
  ProviderNames names;
  names.release =
      provider.release.found() ? provider.release.value.name : want.provider.release.value;
  const Seen<WorkloadSeen>& known =
      provider.stateful_set.found() ? provider.stateful_set : provider.rendered_set;
  names.stateful_set = known.found() ? known.value.name : usual_provider_name(names.release);
  names.pod = names.stateful_set + "-0";
  names.service = provider.service.empty() ? names.stateful_set : provider.service;
  for (const auto& [key, value] : known.value.selector) {
    names.selector += (names.selector.empty() ? "" : ",") + key + "=" + value;
  }
  if (names.selector.empty()) {
    names.selector = "app.kubernetes.io/instance=" + names.release;
  }
  return names;
}

bool provider_scaled_to_zero(const Observation& seen)
{
  return seen.provider.stateful_set.found() && seen.provider.stateful_set.value.wanted == 0;
}

} // namespace iplease::facts
