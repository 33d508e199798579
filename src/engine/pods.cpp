// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/json.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/engine/pods.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace iplease {
namespace {

using KubeJson = nlohmann::json;
using std::chrono::seconds;

constexpr std::size_t k_words = 160; ///< bytes shown of a kubelet message
constexpr std::size_t k_named = 2;   ///< pods that are named; the rest is counted

std::string text_at(const KubeJson& object, const char* pointer)
{
  const KubeJson::json_pointer at(pointer);
  return object.contains(at) && object.at(at).is_string() ? object.at(at).get<std::string>()
                                                          : std::string{};
}

const KubeJson& list_at(const KubeJson& object, const char* pointer)
{
  static const KubeJson none = KubeJson::array(); // constant
  const KubeJson::json_pointer at(pointer);
  return object.contains(at) && object.at(at).is_array() ? object.at(at) : none;
}

std::string one_line(std::string text)
{
  text = text.substr(0, text.find('\n'));
  return text.size() > k_words ? std::string(first_bytes(text, k_words)) + "..." : text;
}

/// How long a kubelet state that seldom heals may last: a registry may be away for a moment, a
/// program may crash until what it needs exists.
std::optional<seconds> grace_of(const std::string& reason)
{
  if (reason == "InvalidImageName" || reason == "ErrImageNeverPull") {
    return seconds{15};
  }
  if (reason == "ErrImagePull" || reason == "ImagePullBackOff") {
    return seconds{90};
  }
  if (reason == "CreateContainerConfigError" || reason == "CreateContainerError" ||
      reason == "RunContainerError") {
    return seconds{90};
  }
  return reason == "CrashLoopBackOff" ? std::optional(seconds{150}) : std::nullopt;
}

struct Why {
  std::string text{};
  std::optional<seconds> grace{};
  std::string container{}; ///< the one that crashes repeatedly
  std::string init{};      ///< the init container that is running
  int restarts = 0;
  std::string began{};
};

/// A container that crashed and is not ready. Between two crashes it runs or has ended a moment
/// ago, and its state does not say CrashLoopBackOff.
std::optional<Why> crash_why(const KubeJson& status)
{
  const std::string name = text_at(status, "/name");
  const KubeJson::json_pointer count("/restartCount");
  const int restarts = status.contains(count) && status.at(count).is_number_integer()
                           ? status.at(count).get<int>()
                           : 0;
  const std::string reason = text_at(status, "/state/waiting/reason");
  std::string code;
  std::string began;
  for (const std::string state : {"/lastState/terminated", "/state/terminated"}) {
    const KubeJson::json_pointer at(state + "/exitCode");
    if (status.contains(at) && status.at(at) != 0) {
      code = status.at(at).dump();
      began = text_at(status, (state + "/startedAt").c_str());
    }
  }
  const bool again = reason == "CrashLoopBackOff" || (reason.empty() && restarts > 0);
  if (!again || code.empty()) {
    return std::nullopt;
  }
  return Why{.text = fmt::format("CrashLoopBackOff: container {} ended with exit {}, {} restart{}",
                                 name,
                                 code,
                                 restarts,
                                 restarts == 1 ? "" : "s"),
             .grace = grace_of("CrashLoopBackOff"),
             .container = name,
             .restarts = restarts,
             .began = began};
}

std::string condition(const KubeJson& pod, const std::string& type)
{
  for (const KubeJson& one : list_at(pod, "/status/conditions")) {
    if (text_at(one, "/type") == type) {
      return text_at(one, "/status");
    }
  }
  return {};
}

/// ContainerCreating comes without a message. Since Kubernetes 1.29 a condition shows whether the
/// sandbox exists; if it does, only the image is missing.
std::string creating(const KubeJson& pod, const KubeJson& status)
{
  const std::string sandbox = condition(pod, "PodReadyToStartContainers");
  const std::string image = text_at(status, "/image");
  return sandbox == "True" && !image.empty() ? ", image pull from " + image
         : sandbox == "False"                ? ", its volumes or its network are not there yet"
                                             : "";
}

/// Why a container does not run yet; nothing if it runs or ended well.
std::optional<Why> container_why(const KubeJson& pod, const KubeJson& status, bool init)
{
  const std::string name = text_at(status, "/name");
  const std::string reason = text_at(status, "/state/waiting/reason");
  if (!reason.empty()) {
    const std::string message = one_line(text_at(status, "/state/waiting/message"));
    const auto grace = grace_of(reason);
    if (reason == "ContainerCreating") {
      return Why{reason + creating(pod, status)};
    }
    return Why{grace && !message.empty() ? reason + ": " + message : reason, grace};
  }
  if (init && status.contains(KubeJson::json_pointer("/state/running"))) {
    Why why{"init container " + name + " still runs"};
    why.init = name;
    return why;
  }
  const KubeJson::json_pointer code("/state/terminated/exitCode");
  if (status.contains(code) && status.at(code) != 0) {
    return Why{fmt::format("container {} ended with exit {}", name, status.at(code).dump())};
  }
  return std::nullopt;
}

Why pod_why(const KubeJson& pod)
{
  for (const KubeJson& condition : list_at(pod, "/status/conditions")) {
    if (text_at(condition, "/type") == "PodScheduled" && text_at(condition, "/status") == "False") {
      return {"not scheduled: " + one_line(text_at(condition, "/message"))};
    }
  }
  std::optional<Why> soft;
  for (const bool init : {true, false}) {
    for (const KubeJson& status :
         list_at(pod, init ? "/status/initContainerStatuses" : "/status/containerStatuses")) {
      const auto crash = crash_why(status);
      const auto why = crash ? crash : container_why(pod, status, init);
      if (why && why->grace) {
        return *why;
      }
      if (why && !soft) {
        soft = why;
      }
    }
  }
  return soft.value_or(
      Why{text_at(pod, "/status/phase") == "Running" ? "runs, not ready yet" : "just created"});
}

bool is_ready(const KubeJson& pod)
{
  return condition(pod, "Ready") == "True";
}

/// Notes what to ask about a pod that is not ready: its init container's log, its trouble.
void note_waiting(PodsLook& look, const KubeJson& pod, const Why& why, const std::string& line)
{
  if (!why.init.empty() && look.init_pod.empty()) {
    look.init_pod = text_at(pod, "/metadata/name");
    look.init_container = why.init;
  }
  if (why.grace) {
    look.troubles.push_back({.uid = text_at(pod, "/metadata/uid"),
                             .why = line,
                             .grace = *why.grace,
                             .pod = text_at(pod, "/metadata/name"),
                             .container = why.container,
                             .restarts = why.restarts,
                             .began = why.began});
  }
}

} // namespace

PodsLook look_at_pods(const std::string& kubectl_json)
{
  const KubeJson answer = KubeJson::parse(kubectl_json, nullptr, false);
  if (!answer.is_object()) {
    return {};
  }
  const KubeJson pods = answer.contains("items") ? answer["items"] : KubeJson::array({answer});
  PodsLook look;
  int ready = 0;
  int all = 0;
  int waiting = 0;
  std::string named;
  for (const KubeJson& pod : pods) {
    if (!text_at(pod, "/metadata/deletionTimestamp").empty() ||
        text_at(pod, "/status/phase") == "Succeeded") {
      continue;
    }
    ++all;
    if (is_ready(pod)) {
      ++ready;
      continue;
    }
    const Why why = pod_why(pod);
    const std::string node = text_at(pod, "/spec/nodeName");
    const std::string line =
        text_at(pod, "/metadata/name") + (node.empty() ? "" : " on " + node) + ": " + why.text;
    if (++waiting <= static_cast<int>(k_named)) {
      named += (named.empty() ? "" : "; ") + line;
    }
    note_waiting(look, pod, why, line);
  }
  if (all == 0) {
    look.text = "no pod yet";
    look.waits = true;
    return look;
  }
  const int more = waiting - static_cast<int>(k_named);
  look.waits = waiting > 0;
  look.text = fmt::format("{}/{} pods ready", ready, all);
  if (!named.empty()) {
    look.text += " (" + named + (more > 0 ? fmt::format("; and {} more", more) : "") + ")";
  }
  return look;
}

namespace {

Command log_of(const std::string& pod, const std::string& container, const Command& pods)
{
  Command logs = pods;
  const auto verb = std::ranges::find(logs.argv, "get");
  logs.argv.erase(verb, logs.argv.end());
  logs.argv.insert(logs.argv.end(), {"logs", pod, "-c", container, "--tail=10"});
  return logs;
}

} // namespace

Command last_words_of(const PodTrouble& trouble, const Command& pods)
{
  return log_of(trouble.pod, trouble.container, pods);
}

Command last_words_of(const PodsLook& look, const Command& pods)
{
  return log_of(look.init_pod, look.init_container, pods);
}

std::string explain_pods(const std::string& kubectl_json)
{
  return look_at_pods(kubectl_json).text;
}

} // namespace iplease
