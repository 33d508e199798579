// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/kubectl.hpp>

#include "tool_words.hpp"
#include <utility>

namespace iplease {

Target target_of(const Observation& seen, const Settings& want)
{
  return {.kubectl = want.tools.kubectl.value,
          .helm = want.tools.helm.value,
          .kubeconfig = seen.kubeconfig,
          .context = seen.context};
}

std::vector<std::string> tool_words(const std::vector<std::string>& tool,
                                    const std::string& kubeconfig)
{
  std::vector<std::string> words = tool;
  if (kubeconfig.find(':') != std::string::npos) {
    words.insert(words.begin(), {"env", "KUBECONFIG=" + kubeconfig});
  } else if (!kubeconfig.empty()) {
    words.insert(words.end(), {"--kubeconfig", kubeconfig});
  }
  return words;
}

Command kubectl(const Target& target, std::vector<std::string> args, std::chrono::seconds timeout)
{
  Command command{.argv = tool_words(target.kubectl, target.kubeconfig), .timeout = timeout};
  if (!target.context.empty()) {
    command.argv.insert(command.argv.end(), {"--context", target.context});
  }
  for (std::string& arg : args) {
    command.argv.push_back(std::move(arg));
  }
  return command;
}

Command kubectl_create(const Target& target, std::string manifest)
{
  Command command = kubectl(target, {"create", "--field-manager=iplease", "-f", "-"});
  command.input = std::move(manifest);
  return command;
}

Command
kubectl_patch(const Target& target, const ObjectName& object, std::string patch, PatchType type)
{
  std::vector<std::string> words;
  if (!object.name_space.empty()) {
    words = {"--namespace", object.name_space};
  }
  words.insert(words.end(),
               {"patch",
                object.resource,
                object.name,
                type == PatchType::merge ? "--type=merge" : "--type=strategic",
                "--field-manager=iplease",
                "--patch-file=/dev/stdin"});
  Command command = kubectl(target, std::move(words));
  command.input = std::move(patch);
  return command;
}

Command kubectl_apply(const Target& target, std::string manifest)
{
  Command command =
      kubectl(target, {"apply", "--server-side", "--field-manager=iplease", "-f", "-"});
  command.input = std::move(manifest);
  return command;
}

Command kubectl_get_raw(const Target& target, const std::string& path)
{
  return kubectl(target, {"get", "--raw", path}, std::chrono::seconds{15});
}

Command
kubectl_jsonpath(const Target& target, std::vector<std::string> what, const std::string& path)
{
  what.insert(what.begin(), "get");
  what.emplace_back("-o");
  what.push_back("jsonpath=" + path);
  return kubectl(target, std::move(what), std::chrono::seconds{30});
}

} // namespace iplease
