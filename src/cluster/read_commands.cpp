// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/kubectl.hpp>
#include <iplease/cluster/read_commands.hpp>

#include <fmt/format.h>

#include <utility>

namespace iplease {
namespace {

constexpr std::chrono::seconds k_read{60};
constexpr std::chrono::seconds k_fetch{120}; // may have to download a chart

constexpr const char* k_always_there = "namespace/kube-system";

// One request may take 30 s, a process with several gets 60 s.
Command bounded(const Target& target,
                std::string_view name_space,
                std::vector<std::string> args,
                std::string input = {})
{
  std::vector<std::string> words{"--request-timeout=30s"};
  if (!name_space.empty()) {
    words.insert(words.end(), {"-n", std::string(name_space)});
  }
  words.insert(words.end(), args.begin(), args.end());
  Command command = kubectl(target, std::move(words), k_read);
  command.input = std::move(input);
  return command;
}

} // namespace

Command read_kubectl_version(const Target& target)
{
  return kubectl(
      target, {"--request-timeout=10s", "version", "-o", "json"}, std::chrono::seconds{20});
}

Command read_named(const Target& target, std::string manifest)
{
  return bounded(target,
                 "",
                 {"get", "-f", "-", "--ignore-not-found", "--show-managed-fields", "-o", "json"},
                 std::move(manifest));
}

Command read_lists(const Target& target,
                   const std::vector<std::string>& kinds,
                   const std::string& go_template,
                   const std::vector<std::string>& selector)
{
  std::vector<std::string> args{"get", fmt::format("{}", fmt::join(kinds, ",")), "-A"};
  args.insert(args.end(), selector.begin(), selector.end());
  args.insert(args.end(), {"-o", "go-template=" + go_template});
  return bounded(target, "", std::move(args));
}

Command read_system_pods(const Target& target, const std::string& go_template)
{
  return bounded(target, "kube-system", {"get", "pods", "-o", "go-template=" + go_template});
}

Command
read_json(const Target& target, std::string_view name_space, const std::vector<std::string>& what)
{
  std::vector<std::string> args{"get"};
  args.insert(args.end(), what.begin(), what.end());
  args.insert(args.end(), {k_always_there, "--ignore-not-found", "-o", "json"});
  return bounded(target, name_space, std::move(args));
}

Command read_selected(const Target& target,
                      std::string_view name_space,
                      const std::vector<std::string>& what)
{
  std::vector<std::string> args{"get"};
  args.insert(args.end(), what.begin(), what.end());
  args.insert(args.end(), {"-o", "json"});
  return bounded(target, name_space, std::move(args));
}

Command read_raw(const Target& target, const std::string& path, std::chrono::seconds limit)
{
  return kubectl(target,
                 {fmt::format("--request-timeout={}s", limit.count()), "get", "--raw", path},
                 limit * 2);
}

Command read_exec(const Target& target,
                  std::string_view name_space,
                  const std::string& pod,
                  const std::string& container,
                  const std::vector<std::string>& argv)
{
  std::vector<std::string> args{"exec", pod, "-c", container, "--"};
  args.insert(args.end(), argv.begin(), argv.end());
  return bounded(target, name_space, std::move(args));
}

Command read_access(const Target& target, std::string reviews)
{
  return bounded(target, "", {"create", "-f", "-", "-o", "json"}, std::move(reviews));
}

Command try_apply(const Target& target, std::string manifest, bool secret)
{
  Command command = bounded(
      target, "", {"apply", "--dry-run=server", "-o", "name", "-f", "-"}, std::move(manifest));
  command.secret_input = secret;
  return command;
}

Command read_helm_version(const Target& target)
{
  return helm(target, {"version", "--template", "{{.Version}}"}, std::chrono::seconds{20});
}

Command read_helm_list(const Target& target)
{
  return helm(target,
              {"list",
               "-A",
               "--deployed",
               "--failed",
               "--pending",
               "--superseded", // the last one if helm was killed in its last moment
               "--uninstalled",
               "--uninstalling",
               "--max",
               "10000",
               "-o",
               "json"},
              k_read);
}

Command
read_helm_history(const Target& target, const std::string& name_space, const std::string& release)
{
  return helm(target,
              {"history", release, "--namespace", name_space, "--max", "256", "-o", "json"},
              k_read);
}

Command
read_key_sizes(const Target& target, const std::string& name_space, const std::string& secret)
{
  return bounded(target,
                 name_space,
                 {"get",
                  "secret",
                  secret,
                  "--ignore-not-found",
                  "-o",
                  fmt::format("go-template={{{{range $key, $value := .data}}}}{{{{$key}}}} "
                              "{{{{len $value}}}}{{{{\"\\n\"}}}}{{{{end}}}}{}{{{{\"\\n\"}}}}",
                              k_key_sizes_end)});
}

Command read_helm_values(const Target& target, const RevisionRef& of, const std::string& format)
{
  return helm(target,
              {"get",
               "values",
               of.release,
               "--namespace",
               of.name_space,
               "--revision",
               fmt::format("{}", of.revision),
               "-o",
               format},
              k_read);
}

Command read_helm_chart(const Target& target, const ChartRef& chart)
{
  std::vector<std::string> args{"show", "chart"};
  const std::vector<std::string> words = chart_words(chart);
  args.insert(args.end(), words.begin(), words.end());
  return helm_of_chart(target, std::move(args), k_fetch);
}

Command read_helm_render(const Target& target, UpgradeRender upgrade)
{
  std::vector<std::string> args{"template", upgrade.release};
  const std::vector<std::string> words = chart_words(upgrade.chart);
  args.insert(args.end(), words.begin(), words.end());
  args.insert(args.end(),
              {"--namespace", upgrade.name_space, "--is-upgrade", "--no-hooks", "-f", "-"});
  if (!upgrade.kube_version.empty()) {
    args.insert(args.end(), {"--kube-version", upgrade.kube_version});
  }
  Command command = helm_of_chart(target, std::move(args), k_fetch);
  command.input = std::move(upgrade.values);
  command.secret_input = true;
  return command;
}

std::string
service_proxy(std::string_view name_space, std::string_view service_port, std::string_view path)
{
  return fmt::format("/api/v1/namespaces/{}/services/{}/proxy/{}", name_space, service_port, path);
}

} // namespace iplease
