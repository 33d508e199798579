// SPDX-License-Identifier: Apache-2.0
// Any bytes as the output of kubectl -o json or an API's answer: read whole, or failed.
#include <iplease/cluster/fill.hpp>
#include <iplease/cluster/held.hpp>
#include <iplease/cluster/parse.hpp>
#include <iplease/core/json.hpp>
#include <iplease/core/settings.hpp>
#include <iplease/engine/pods.hpp>

#include "../../../src/cluster/diagnose_parse.hpp"
#include "../target.hpp"
#include <algorithm>

namespace iplease::fuzz {

namespace {

using Fact = bool (*)(Diagnosis& out, std::string_view printed);

void check_items(const Objects& objects)
{
  for (const nlohmann::json& item : objects.items()) {
    static_cast<void>(parse_service(item));
    static_cast<void>(parse_workload(item));
    static_cast<void>(parse_endpoints(item, "monitoring"));
    const PodSeen pod = parse_pod(item);
    must(pod.init.empty() || !pod.running, "a pod whose init container runs does not run yet");
    Observation seen;
    fill_legacy(seen, item);
    settle_legacy(seen);
    must(seen.metallb.legacy_found.empty() == !seen.metallb.legacy,
         "of the old ConfigMaps that were found one rules");
  }
  must(nlohmann::json::accept(list_text(objects)), "a backup is JSON");
}

void check_named(const std::string& text, bool json)
{
  const CommandResult answer = printed(text);
  const Settings want;
  Objects objects;
  const std::string distrust = distrust_named(answer, named_manifest(want), objects);
  must(json || !distrust.empty(), "what is no JSON is not believed");
  if (!distrust.empty()) {
    return;
  }
  Observation seen;
  static_cast<void>(fill_named(seen, want, objects, answer));
  must(seen.cluster_uid.found() && !seen.cluster_uid.value.empty(),
       "what is believed names its cluster");
  must(seen.namespaces_look.found() && seen.crds_look.found(), "its kinds were seen");
}

void check_provider(const std::string& text, bool json)
{
  const CommandResult answer = printed(text);
  Observation seen;
  seen.provider.stateful_set.look = Look::seen;
  static_cast<void>(fill_labelled_provider(seen, answer));
  must(json || seen.provider.stateful_set.look == Look::failed, "no JSON is no provider");
  must(!seen.provider.stateful_set.absent(), "one that was seen by name is not absent by label");
  must(json || status_of_provider(answer).look == Look::failed, "no JSON is no status");
}

/// What kubectl and helm print when they fail.
void check_words(const std::string& text)
{
  constexpr std::size_t most = 600;
  const CommandResult answer{.exit_code = 1, .err = text};
  must(classify(answer) != Look::seen, "what failed was not seen");
  must(why(answer).size() <= most, "the tool's words are short", why(answer));
  must(chart_look(answer) != Look::seen, "a chart that was not rendered was not seen");
  Observation seen;
  note_denials(seen, answer);
  for (const std::string& right : seen.denied) {
    must(!right.empty(), "a right has words");
  }
  static_cast<void>(forbidden_line(answer, "services", "controller", "metallb-system"));
  static_cast<void>(forbids_list(answer, "services"));
  static_cast<void>(is_barrier(answer));
}

/// What a wait reports about the pods.
void check_pods(const std::string& text, bool json)
{
  const PodsLook look = look_at_pods(text);
  must(json || look.text.empty(), "no JSON tells nothing of pods", look.text);
  must(json || look.troubles.empty(), "no JSON has no trouble");
  for (const PodTrouble& trouble : look.troubles) {
    must(!trouble.why.empty() && trouble.grace.count() > 0, "a trouble is told", trouble.why);
  }
  must(explain_pods(text) == look.text, "the text is the text");
}

} // namespace

void kubectl(const std::string& text)
{
  const bool json = nlohmann::json::accept(text);
  Objects objects;
  const bool whole = objects.read(text);
  must(json || !whole, "what is no JSON is not whole");
  if (whole) {
    check_items(objects);
    must(!Objects().read(text.substr(0, number_of(text, text.find_last_not_of(" \t\r\n") + 1))),
         "a part is not whole");
  }
  check_named(text, json);
  check_pods(text, json);
  check_words(text);
  check_provider(text, json);
  for (const Fact fill : {fill_akash_objects,
                          fill_cluster_dns,
                          fill_service_events,
                          fill_announcers,
                          fill_leased_ips,
                          fill_silent_endpoints}) {
    Diagnosis out;
    const bool read = fill(out, text);
    must(json || !read, "what is no JSON is not read by doctor");
  }
  Diagnosis out;
  must(json || !fill_metallb_objects(out, Observation(), text), "nor for MetalLB's objects");
  static_cast<void>(status_address(text));
  static_cast<void>(parse_kubectl_version(text));
}

} // namespace iplease::fuzz
