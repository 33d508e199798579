// SPDX-License-Identifier: Apache-2.0
// The running provider: its switch, its pod, its attributes, its answer.
#include <iplease/facts/provider.hpp>
#include <iplease/yaml/values_edit.hpp>

#include "../stages/successor.hpp"
#include "health.hpp"

namespace iplease::checks {

namespace {

std::string pod_name(const Facts& facts)
{
  return facts::provider_names(facts.seen, facts.want).pod;
}

Finding turned_on(const Facts& facts)
{
  return leases_are_on(facts.seen)
             ? ok("IP leases are turned on")
             : fail("IP leases are not turned on here",
                    "$ kubectl -n akash-services get deployment operator-ip\nnot there",
                    "iplease enable");
}

std::optional<Finding> no_set(const Facts& facts)
{
  const Seen<WorkloadSeen>& set = facts.seen.provider.stateful_set;
  if (set.found()) {
    return std::nullopt;
  }
  return set.absent() ? follows("IPL-PRV-001")
                      : could_not_look("the provider could not be looked at: " + set.why,
                                       told_by(facts.seen, Fact::stateful_set));
}

/// The switch in the StatefulSet, else in the ConfigMap; empty if it is in neither.
std::string switch_of(const Observation& seen)
{
  const auto env = seen.provider.stateful_set.value.env.find("AKASH_IP_OPERATOR");
  if (env != seen.provider.stateful_set.value.env.end()) {
    return env->second;
  }
  return seen.provider.config_ip_operator.value;
}

Finding switched_on(const Facts& facts)
{
  if (auto no = no_set(facts)) {
    return *no;
  }
  if (switch_of(facts.seen) == "true") {
    return ok("the release sets AKASH_IP_OPERATOR to true");
  }
  return fail("the provider's release does not turn IP leases on",
              "$ kubectl -n akash-services get statefulset,configmap -o yaml\nAKASH_IP_OPERATOR: " +
                  (switch_of(facts.seen).empty() ? std::string("not set") : switch_of(facts.seen)));
}

/// The id of the finding that no pod of the provider runs.
std::string no_pod(const Facts& facts)
{
  return facts::provider_scaled_to_zero(facts.seen) ? "IPL-PRV-085" : "IPL-PRV-020";
}

Finding provider_pod_well(const Facts& facts)
{
  if (auto no = no_set(facts)) {
    return *no;
  }
  if (facts::provider_scaled_to_zero(facts.seen)) {
    const std::string set = facts::provider_names(facts.seen, facts.want).workload();
    return with_id("IPL-PRV-085",
                   fail("the provider is scaled to 0, as for maintenance: it does not bid, and "
                        "leases are not served by it",
                        "$ kubectl -n akash-services get " + set + " -o yaml\nspec.replicas: 0",
                        "when the maintenance is over: kubectl -n akash-services scale " + set +
                            " --replicas=1"));
  }
  if (pod_runs(facts.seen)) {
    return ok("pod " + pod_name(facts) + " runs");
  }
  const std::string pods =
      waiting_pods(facts.more.akash_pods, facts.seen.provider.stateful_set.value.selector);
  const std::string& log = facts.more.read(Extra::provider_log).answer.value;
  const std::string last = log.substr(log.rfind('\n') + 1);
  return fail(
      "pod " + pod_name(facts) + " does not run",
      evidence(facts, Extra::akash_objects, pods.empty() ? facts.seen.provider.pod_waiting : pods) +
          (last.empty() ? "" : "\n" + evidence(facts, Extra::provider_log, last)),
      "kubectl -n akash-services describe pod " + pod_name(facts));
}

/// What the next start of the pod would miss; the running pod may not show it yet.
Finding can_start(const Facts& facts)
{
  if (auto no = no_set(facts)) {
    return *no;
  }
  const WorkloadSeen& set = facts.seen.provider.stateful_set.value;
  if (set.needs.objects.empty()) {
    return ok("the pod needs no Secret and no ConfigMap");
  }
  if (auto no = unreadable(facts, Extra::held_objects)) {
    no->saw = facts.more.read(Extra::held_objects).answer.why;
    return *no;
  }
  const auto missing = stages::incomplete_objects(
      set, {.look = facts.more.read(Extra::held_objects).answer.look, .value = facts.more.held});
  std::string saw;
  std::string names;
  for (const std::string& line : missing) {
    saw += "\n" + line;
  }
  for (const NeededObject& object : set.needs.objects) {
    const std::string name = (object.kind == "Secret" ? " secret/" : " configmap/") + object.name;
    names +=
        saw.find(object.name + " ") == std::string::npos || names.find(name) != std::string::npos
            ? ""
            : name;
  }
  return missing.empty()
             ? ok("the Secret and ConfigMaps of the pod are complete")
             : fail("what the provider's pod needs to start is not complete; the next one hangs",
                    "$ kubectl -n akash-services describe" +
                        (names.empty() ? " statefulset/" + set.name : names) + saw);
}

Finding pod_current(const Facts& facts)
{
  if (auto no = no_set(facts)) {
    return *no;
  }
  const std::string& wanted = facts.seen.provider.stateful_set.value.update_revision;
  const Seen<std::string>& live = facts.seen.provider.pod_revision;
  if (!live.found()) {
    return follows(no_pod(facts));
  }
  if (!wanted.empty() && live.value != wanted) {
    return fail("pod " + pod_name(facts) + " is not of the newest revision",
                "$ kubectl -n akash-services get statefulset,pod -o yaml\npod " + live.value +
                    ", StatefulSet " + wanted,
                "kubectl -n akash-services delete pod " + pod_name(facts) + " --wait=false");
  }
  return ok("the pod is of the newest revision");
}

Finding environment(const Facts& facts)
{
  if (auto no = no_set(facts)) {
    return *no;
  }
  if (switch_of(facts.seen) != "true") {
    return follows("IPL-PRV-021");
  }
  if (!pod_runs(facts.seen)) {
    return follows(no_pod(facts));
  }
  const Seen<WorkloadSeen>& set = facts.seen.provider.stateful_set;
  const std::string& revision = facts.seen.provider.pod_revision.value;
  if (!set.value.update_revision.empty() && revision != set.value.update_revision) {
    return follows("IPL-PRV-010");
  }
  const Seen<std::string>& inside = facts.seen.provider.env_ip_operator;
  if (!inside.found() && !inside.absent()) {
    return could_not_look("the pod's environment could not be read: " + inside.why);
  }
  if (inside.value == "true") {
    return ok("AKASH_IP_OPERATOR is true inside the pod");
  }
  return fail("AKASH_IP_OPERATOR is not true inside the pod, although the release says so",
              "$ kubectl -n akash-services exec " + pod_name(facts) +
                  " -c provider -- printenv AKASH_IP_OPERATOR\n" +
                  (inside.value.empty() ? "not set" : inside.value),
              "kubectl -n akash-services rollout restart statefulset/" + set.value.name);
}

Finding attributes(const Facts& facts)
{
  const Seen<Secret>& values = facts.seen.provider.release_values;
  if (!values.found()) {
    return follows("IPL-PRV-001");
  }
  const auto read = read_values(values.value, "values of the release");
  const auto* known = std::get_if<ValuesFacts>(&read);
  if (known == nullptr) {
    return could_not_look("the release's values could not be read as YAML");
  }
  std::string missing;
  for (const std::string& key : facts.want.provider.attributes.value) {
    const auto at = known->attributes.find(key);
    if (at == known->attributes.end() || at->second != ValuesFacts::State::is_true) {
      missing += (missing.empty() ? "" : ", ") + key;
    }
  }
  if (!missing.empty()) {
    return fail("the provider does not advertise: " + missing,
                "$ helm -n akash-services get values " + facts.want.provider.release.value);
  }
  return ok("the attributes of IP leases are advertised");
}

Finding status_answers(const Facts& facts)
{
  if (auto no = no_set(facts)) {
    return *no;
  }
  if (!pod_runs(facts.seen)) {
    return follows(no_pod(facts));
  }
  if (auto no = unreadable(facts, Extra::provider_status)) {
    return *no;
  }
  const ExtraRead& status = facts.more.read(Extra::provider_status);
  if (status.answer.found() && status.answer.value.find("\"cluster\"") != std::string::npos) {
    return ok("8443/status answers");
  }
  if (const std::string fault = operator_fault(facts); !fault.empty()) {
    return follows(fault);
  }
  const std::string& log = facts.more.read(Extra::provider_log).answer.value;
  std::string line = last_line_with(log, "dns discovery failed");
  if (line.empty()) {
    line = last_line_with(log, "not yet ready");
  }
  return fail("the provider does not answer on 8443/status",
              evidence(facts, Extra::provider_status, status.answer.why) +
                  (line.empty() ? "" : "\n" + evidence(facts, Extra::provider_log, line)),
              "kubectl -n akash-services delete pod " + pod_name(facts) + " --wait=false");
}

} // namespace

std::vector<Check> provider_pod_checks()
{
  constexpr const char* set = "kubectl -n akash-services get statefulset,configmap,pod";
  return {
      after("IPL-PRV-025",
            "IP leases are on",
            "kubectl -n akash-services get deployment operator-ip",
            turned_on),
      after("IPL-PRV-021", "the provider's switch", set, switched_on),
      with_ids(after("IPL-PRV-020",
                     "the provider's pod",
                     set,
                     provider_pod_well,
                     {Extra::akash_objects, Extra::provider_status, Extra::provider_log}),
               {"IPL-PRV-085"}),
      after("IPL-PRV-065",
            "what the pod starts with",
            "kubectl -n akash-services describe secret,configmap",
            can_start,
            {Extra::held_objects}),
      after("IPL-PRV-010", "the pod's revision", set, pod_current),
      after("IPL-PRV-011",
            "the pod's environment",
            "kubectl -n akash-services exec akash-provider-0 -- printenv AKASH_IP_OPERATOR",
            environment),
      after("IPL-PRV-022",
            "attributes",
            "helm -n akash-services get values akash-provider",
            attributes),
      after("IPL-PRV-012",
            "8443/status",
            "kubectl get --raw "
            "/api/v1/namespaces/akash-services/services/https:akash-provider:8443/proxy/status",
            status_answers,
            {Extra::provider_status, Extra::provider_log}),
  };
}

} // namespace iplease::checks
