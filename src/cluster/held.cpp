// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/held.hpp>

#include "json_access.hpp"
#include <algorithm>
#include <charconv>
#include <utility>

namespace iplease {
namespace {

using json_access::at;
using json_access::each;
using json_access::text;
using json_access::text_map;
using nlohmann::json;

// kubectl counts the lengths, so that no key passes through a pipe. A text less than "!" is empty
// or starts with white space.
constexpr const char* k_lengths =
    "{{define \"one\"}}{{.kind}} {{.metadata.name}}{{\"\\n\"}}"
    "{{$secret := eq .kind \"Secret\"}}"
    "{{range $key, $value := .data}} {{$key}} "
    "{{if $secret}}{{$text := base64decode $value}}{{len $text}} {{lt $text \"!\"}}"
    "{{else}}{{len $value}} {{lt $value \"!\"}}{{end}}{{\"\\n\"}}{{end}}"
    "{{range $key, $value := .binaryData}} {{$key}} {{len $value}} false{{\"\\n\"}}{{end}}{{end}}"
    "{{if eq .kind \"List\"}}{{range .items}}{{template \"one\" .}}{{end}}"
    "{{else}}{{template \"one\" .}}{{end}}";

bool is_optional(const json& reference)
{
  const json* told = at(reference, {"optional"});
  return told != nullptr && *told == true;
}

void need(PodNeeds& needs, const char* kind, const json* reference, const char* name)
{
  if (reference == nullptr || is_optional(*reference)) {
    return;
  }
  const std::string called = text(*reference, {name});
  const auto items = each(*reference, {"items"});
  for (const json* item : items) {
    needs.objects.insert({.kind = kind, .name = called, .key = text(*item, {"key"})});
  }
  if (items.empty() && !called.empty()) {
    needs.objects.insert({.kind = kind, .name = called, .key = text(*reference, {"key"})});
  }
}

void add_volume(PodNeeds& needs, const json& volume)
{
  need(needs, "ConfigMap", at(volume, {"configMap"}), "name");
  need(needs, "Secret", at(volume, {"secret"}), "secretName");
  for (const json* source : each(volume, {"projected", "sources"})) {
    need(needs, "ConfigMap", at(*source, {"configMap"}), "name");
    need(needs, "Secret", at(*source, {"secret"}), "name");
  }
}

void add_container(PodNeeds& needs, const json& container)
{
  needs.images.insert(text(container, {"image"}));
  for (const json* from : each(container, {"envFrom"})) {
    need(needs, "ConfigMap", at(*from, {"configMapRef"}), "name");
    need(needs, "Secret", at(*from, {"secretRef"}), "name");
  }
  for (const json* variable : each(container, {"env"})) {
    need(needs, "ConfigMap", at(*variable, {"valueFrom", "configMapKeyRef"}), "name");
    need(needs, "Secret", at(*variable, {"valueFrom", "secretKeyRef"}), "name");
  }
  // Kubernetes copies missing requests from the limits in a pod, but not in its template.
  json wants = json::object();
  for (const char* part : {"limits", "requests"}) {
    if (const json* some = at(container, {"resources", part})) {
      wants.merge_patch(*some);
    }
  }
  needs.resources += text(container, {"name"}) + wants.dump() + ";";
}

} // namespace

PodNeeds parse_pod_needs(const json& spec)
{
  PodNeeds needs{.node_selector = text_map(spec, {"nodeSelector"}),
                 .affinity = at(spec, {"affinity", "nodeAffinity"}) != nullptr};
  for (const json* volume : each(spec, {"volumes"})) {
    add_volume(needs, *volume);
  }
  for (const char* group : {"initContainers", "containers"}) {
    for (const json* container : each(spec, {group})) {
      add_container(needs, *container);
    }
  }
  for (const json* toleration : each(spec, {"tolerations"})) {
    needs.tolerated.insert(text(*toleration, {"key"}));
  }
  return needs;
}

PodNeeds parse_live_needs(const json& pod)
{
  const json* spec = at(pod, {"spec"});
  PodNeeds needs = spec == nullptr ? PodNeeds{} : parse_pod_needs(*spec);
  std::set<std::string> pulled;
  for (const auto& [statuses, group] : {std::pair{"initContainerStatuses", "initContainers"},
                                        std::pair{"containerStatuses", "containers"}}) {
    for (const json* status : each(pod, {"status", statuses})) {
      for (const json* container : each(pod, {"spec", group})) {
        const bool same = text(*container, {"name"}) == text(*status, {"name"});
        if (same && !text(*status, {"imageID"}).empty()) {
          pulled.insert(text(*container, {"image"}));
        }
      }
    }
  }
  needs.images = std::move(pulled);
  return needs;
}

std::vector<std::string> held_words(const Observation& seen)
{
  std::set<std::string> names;
  for (const Seen<WorkloadSeen>* one :
       {&seen.provider.stateful_set, &seen.ip_operator.deployment}) {
    for (const NeededObject& object : one->value.needs.objects) {
      names.insert((object.kind == "Secret" ? "secret/" : "configmap/") + object.name);
    }
  }
  if (names.empty()) {
    return {};
  }
  std::vector<std::string> words{"-n", "akash-services", "get"};
  words.insert(words.end(), names.begin(), names.end());
  words.insert(words.end(), {"--ignore-not-found", "-o", std::string("go-template=") + k_lengths});
  return words;
}

std::vector<HeldObject> parse_held(std::string_view printed)
{
  std::vector<HeldObject> out;
  while (!printed.empty()) {
    const std::size_t end = std::min(printed.find('\n'), printed.size());
    const std::string_view line = printed.substr(0, end);
    printed.remove_prefix(std::min(end + 1, printed.size()));
    const std::size_t last = line.rfind(' ');
    if (line.empty() || last == std::string_view::npos) {
      continue;
    }
    if (line.front() != ' ') {
      out.push_back(
          {.kind = std::string(line.substr(0, last)), .name = std::string(line.substr(last + 1))});
      continue;
    }
    const std::size_t middle = line.rfind(' ', last - 1);
    HeldValue value{.blank = line.substr(last + 1) == "true"};
    const std::string_view digits = line.substr(middle + 1, last - middle - 1);
    (void)std::from_chars(digits.data(), digits.data() + digits.size(), value.bytes);
    if (!out.empty() && middle > 1 && middle != std::string_view::npos) {
      out.back().values[std::string(line.substr(1, middle - 1))] = value;
    }
  }
  return out;
}

} // namespace iplease
