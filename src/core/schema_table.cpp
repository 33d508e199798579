// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/schema.hpp>

#include "schema_checks.hpp"
#include <algorithm>
#include <array>

namespace iplease {

namespace {

#define SLOT(member) [](Settings& s) -> Slot { return &s.member; }

// Only for the JSON Schema: the checks, as far as a pattern can express them.
constexpr std::string_view k_metallb_pattern =
    R"(^0\.(13\.([5-9]|[1-9][0-9]{1,4})|14\.(0|[1-9][0-9]{0,4})|15\.[0-3])$)";
constexpr std::string_view k_word_pattern = R"(^[^\x00-\x20\x7f]+$)";
constexpr std::string_view k_repository_pattern = "^(https?://[^/?#@ ]+(/[^ ]*)?|(?!.*://).+)$";
#define NUMBER "(0|[1-9][0-9]{0,4})"
#define VERSION NUMBER "\\." NUMBER "\\." NUMBER

constexpr SettingKey k_keys[] = {
    {.path = "cluster.kubeconfig",
     .type = KeyType::path,
     .flag = "--kubeconfig",
     .fallback = "KUBECONFIG, ~/.kube/config, /etc/kubernetes/admin.conf, "
                 "/etc/rancher/k3s/k3s.yaml, the first that is there",
     .help = "The kubeconfig that every kubectl and helm call is given.",
     .example = "/etc/kubernetes/admin.conf",
     .check = checks::not_empty,
     .slot = SLOT(cluster.kubeconfig)},
    {.path = "cluster.context",
     .flag = "--context",
     .fallback = "the kubeconfig's current context",
     .help = "The context that every kubectl and helm call is given.",
     .example = "prod",
     .pattern = k_word_pattern,
     .check = checks::one_word,
     .slot = SLOT(cluster.context)},
    {.path = "cluster.uid",
     .flag = "--expect-cluster",
     .fallback = "any cluster",
     .help = "The UID of namespace kube-system; on any other cluster nothing is done (exit 7). "
             "`kubectl get namespace kube-system -o jsonpath={.metadata.uid}` prints it.",
     .example = "6f0c2f6e-3b0e-4f3c-9a55-0d9f2d1f5a11",
     .pattern = k_word_pattern,
     .check = checks::one_word,
     .slot = SLOT(cluster.uid)},
    {.path = "metallb.install",
     .type = KeyType::choice,
     .flag = "--metallb",
     .choices = "helm kubespray adopt",
     .fallback = "helm",
     .help = "How MetalLB gets onto the cluster: by its Helm chart, by a Kubespray inventory, or "
             "not at all "
             "because what is there is used as it is.",
     .example = "helm",
     .slot = SLOT(metallb.install)},
    {.path = "metallb.version",
     .flag = "--metallb-version",
     .fallback = "what is installed, else 0.14.8",
     .help =
         "The exact version, 0.13.5 to 0.15.3; when given, an installed MetalLB is changed to it.",
     .example = "0.14.8",
     .pattern = k_metallb_pattern,
     .check = checks::metallb_version,
     .slot = SLOT(metallb.version)},
    {.path = "metallb.values",
     .type = KeyType::object,
     .fallback = "none",
     .help =
         "Values of the MetalLB chart, laid over those that are computed (speaker.ignoreExcludeLB, "
         "controller.tolerations). Refused: loadBalancerClass, a metricsPort other than 7472.",
     .example = "{speaker: {frr: {enabled: false}}}",
     .slot = SLOT(metallb.values_json)},
    {.path = "metallb.kubespray.inventory",
     .type = KeyType::path,
     .flag = "--kubespray-inventory",
     .fallback = "none: needed with install: kubespray",
     .help = "The folder of the Kubespray inventory that the cluster was built from.",
     .example = "/root/kubespray/inventory/prod",
     .check = checks::not_empty,
     .slot = SLOT(metallb.kubespray.inventory)},
    {.path = "metallb.kubespray.dir",
     .type = KeyType::path,
     .flag = "--kubespray-dir",
     .fallback = "none: needed with run: true",
     .help = "The folder of Kubespray itself.",
     .example = "/root/kubespray",
     .check = checks::not_empty,
     .slot = SLOT(metallb.kubespray.dir)},
    {.path = "metallb.kubespray.version",
     .flag = "--kubespray-version",
     .fallback = "`version:` in galaxy.yml of metallb.kubespray.dir",
     .help = "The Kubespray release; it decides which variables are written. The cluster cannot "
             "tell it. Where the checkout's MetalLB role reads other variables, nothing is done "
             "(IPL-KSP-014).",
     .example = "v2.31.0",
     .pattern = "^v" VERSION "$",
     .check = checks::kubespray_version,
     .slot = SLOT(metallb.kubespray.version)},
    {.path = "metallb.kubespray.run",
     .type = KeyType::boolean,
     .flag = "--kubespray-run",
     .fallback = "false",
     .help = "true runs ansible-playbook; false writes the variables, prints the command and waits "
             "for you to run it.",
     .example = "false",
     .slot = SLOT(metallb.kubespray.run)},
    {.path = "pool.addresses",
     .type = KeyType::addresses,
     .flag = "--pool",
     .fallback =
         "the entries of MetalLB's pool `default`, where there is one; else it has to be given",
     .help = "The public IPv4 addresses that tenants may lease: prefixes and first-last ranges. "
             "They must be routed to "
             "these nodes and used by nothing else.",
     .example = "[198.51.100.32/28, 198.51.100.64-198.51.100.70]",
     .pattern = "^ *[0-9.]+ *(/[0-9]+|- *[0-9.]+) *$",
     .slot = SLOT(pool.addresses)},
    {.path = "pool.avoidBuggyIPs",
     .type = KeyType::boolean,
     .fallback = "as the pool on the cluster has it, else false",
     .help = "true never gives out addresses that end in .0 or .255.",
     .example = "false",
     .slot = SLOT(pool.avoid_buggy_ips)},
    {.path = "pool.interfaces",
     .type = KeyType::list,
     .fallback = "as the advertisement on the cluster has it, else all",
     .help = "The nodes' network interfaces that announce the addresses; empty means all.",
     .example = "[eth0]",
     .pattern = R"(^[^/:,\s\[\]]{1,15}$)",
     .check = checks::interface_name,
     .slot = SLOT(pool.interfaces)},
    {.path = "strictARP",
     .type = KeyType::choice,
     .choices = "auto leave",
     .fallback = "auto",
     .help =
         "auto sets kube-proxy's strictARP where its mode is ipvs; leave never touches kube-proxy.",
     .example = "auto",
     .slot = SLOT(strict_arp)},
    {.path = "provider.release",
     .fallback = "akash-provider",
     .help = "The Helm release of the Akash provider in namespace akash-services.",
     .example = "akash-provider",
     .pattern = "^[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?$",
     .check = checks::release_name,
     .slot = SLOT(provider.release)},
    {.path = "provider.address",
     .flag = "--provider-address",
     .fallback = "`from` of the provider's values, else what 8443/status says",
     .help = "The provider's wallet address; given, it has to agree with what is found.",
     .example = "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx",
     .pattern = "^akash1[02-9ac-hj-np-z]{38}$",
     .check = checks::wallet_address,
     .slot = SLOT(provider.address)},
    {.path = "provider.valuesFile",
     .type = KeyType::path,
     .flag = "--provider-values",
     .fallback = "/root/provider/provider.yaml, ~/provider/provider.yaml, ~/provider.yaml; where "
                 "none is there, the last is written from the release",
     .help = "The provider's values file; it is edited in place, with a backup, comments and order "
             "kept.",
     .example = "provider.yaml",
     .check = checks::not_empty,
     .slot = SLOT(provider.values_file)},
    {.path = "provider.valuesFrom",
     .type = KeyType::choice,
     .flag = "--provider-values-from",
     .choices = "file release merge",
     .fallback = "whichever exists; merge where both do and do not contradict each other; needed "
                 "where they do",
     .help = "Which values rule: the file, those of the installed release, or merge: the file plus "
             "what only the release has (a bid script, an image tag).",
     .example = "file",
     .slot = SLOT(provider.values_from)},
    {.path = "provider.chartVersion",
     .fallback = "installed",
     .help = "The provider chart: installed keeps the version that is there.",
     .example = "installed",
     .pattern = "^(installed|" VERSION ")$",
     .check = checks::provider_chart,
     .slot = SLOT(provider.chart_version)},
    {.path = "provider.attributes",
     .type = KeyType::list,
     .fallback = "[ip-lease, capabilities/ip-lease, feat-endpoint-ip]",
     .help = "The attributes that tell tenants about IP leases; each is set to \"true\".",
     .example = "[ip-lease]",
     .pattern = "^[A-Za-z0-9][A-Za-z0-9_./-]*$",
     .check = checks::attribute_key,
     .slot = SLOT(provider.attributes)},
    {.path = "provider.statusUrl",
     .fallback = "https://provider.DOMAIN:8443/status, from `domain` of the values",
     .help =
         "The provider's public status page; that it does not answer from here is only a warning.",
     .example = "https://provider.example.com:8443/status",
     .pattern = "^https?://[^/?#@ ]+(/[^ ]*)?$",
     .check = checks::status_url,
     .slot = SLOT(provider.status_url)},
    {.path = "ipOperator.chartVersion",
     .fallback = "auto",
     .help =
         "The chart akash-ip-operator: auto takes the newest one with the provider's appVersion.",
     .example = "auto",
     .pattern = "^(auto|" VERSION ")$",
     .check = checks::operator_chart,
     .slot = SLOT(ip_operator_chart_version)},
    {.path = "repositories.metallb",
     .type = KeyType::path,
     .fallback = "https://metallb.github.io/metallb",
     .help = "Where MetalLB's chart comes from: a web address or a local folder. Your own `helm "
             "repo` list is never touched.",
     .example = "https://metallb.github.io/metallb",
     .pattern = k_repository_pattern,
     .check = checks::repository,
     .slot = SLOT(repositories.metallb)},
    {.path = "repositories.akash",
     .type = KeyType::path,
     .fallback = "https://akash-network.github.io/helm-charts",
     .help = "Where Akash's charts come from: a web address or a local folder.",
     .example = "https://akash-network.github.io/helm-charts",
     .pattern = k_repository_pattern,
     .check = checks::repository,
     .slot = SLOT(repositories.akash)},
    {.path = "timeouts.<stage>",
     .type = KeyType::durations,
     .flag = "--timeout",
     .fallback = "metallb 5m, ip-operator 3m, provider 10m, verify 2m, every other stage 3m",
     .help = "How long a stage may wait for what it promised.",
     .example = "5m",
     .pattern = "^(?=.)([0-9]{1,7}h)?([0-9]{1,7}m)?([0-9]{1,7}s)?$",
     .check = checks::duration,
     .slot = SLOT(timeouts)},
    {.path = "tools.kubectl",
     .type = KeyType::words,
     .flag = "--kubectl",
     .fallback = "[kubectl]",
     .help = "How kubectl is called.",
     .example = "[k3s, kubectl]",
     .check = checks::not_empty,
     .slot = SLOT(tools.kubectl)},
    {.path = "tools.helm",
     .type = KeyType::words,
     .flag = "--helm",
     .fallback = "[helm]",
     .help = "How helm is called.",
     .example = "[helm]",
     .check = checks::not_empty,
     .slot = SLOT(tools.helm)},
    {.path = "acceptRisk",
     .type = KeyType::list,
     .flag = "--accept-risk",
     .fallback = "[]",
     .help = "The ids of risks that you have read and take.",
     .example = "[IPL-POOL-031]",
     .pattern = "^(IPL-[A-Z]+-[0-9]{3}|undo\\.leases=[1-9][0-9]{0,5})$",
     .check = checks::risk_id,
     .slot = SLOT(accept_risk)},
};

#undef SLOT
#undef VERSION
#undef NUMBER

constexpr std::string_view k_timeouts = "timeouts.";

constexpr std::array<std::string_view, 11> k_stages{"preflight",
                                                    "namespace",
                                                    "metallb",
                                                    "migrate",
                                                    "expose",
                                                    "pool",
                                                    "strict-arp",
                                                    "provider-values",
                                                    "ip-operator",
                                                    "provider",
                                                    "verify"};

} // namespace

std::span<const SettingKey> setting_keys()
{
  return k_keys;
}

std::span<const std::string_view> stage_names()
{
  return k_stages;
}

const SettingKey* find_key(std::string_view path)
{
  for (const SettingKey& key : k_keys) {
    if (key.path == path) {
      return key.type == KeyType::durations ? nullptr : &key;
    }
    if (key.type == KeyType::durations && path.starts_with(k_timeouts) &&
        std::ranges::find(k_stages, path.substr(k_timeouts.size())) != k_stages.end()) {
      return &key;
    }
  }
  return nullptr;
}

const SettingKey* find_flag(std::string_view flag)
{
  const auto* found = std::ranges::find_if(
      k_keys, [&](const SettingKey& key) { return !flag.empty() && key.flag == flag; });
  return found == std::ranges::end(k_keys) ? nullptr : found;
}

std::vector<std::string> setting_paths()
{
  std::vector<std::string> paths;
  for (const SettingKey& key : k_keys) {
    if (key.type != KeyType::durations) {
      paths.emplace_back(key.path);
      continue;
    }
    for (const std::string_view stage : k_stages) {
      paths.push_back(std::string(k_timeouts) + std::string(stage));
    }
  }
  return paths;
}

std::string environment_name(const SettingKey& key)
{
  if (key.flag.empty()) {
    return {};
  }
  std::string name = "IPLEASE_";
  for (const char c : key.flag.substr(2)) {
    name += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return name;
}

std::vector<std::string> choices_of(const SettingKey& key)
{
  std::vector<std::string> words;
  std::string_view rest = key.choices;
  while (!rest.empty()) {
    const std::size_t blank = rest.find(' ');
    words.emplace_back(rest.substr(0, blank));
    rest = blank == std::string_view::npos ? std::string_view{} : rest.substr(blank + 1);
  }
  return words;
}

std::string type_name(const SettingKey& key)
{
  switch (key.type) {
  case KeyType::text:
    return "text";
  case KeyType::path:
    return "path";
  case KeyType::boolean:
    return "true or false";
  case KeyType::choice: {
    std::string names;
    for (const std::string& word : choices_of(key)) {
      names += (names.empty() ? "" : " | ") + word;
    }
    return names;
  }
  case KeyType::list:
  case KeyType::words:
    return "list of text";
  case KeyType::addresses:
    return "list of addresses";
  case KeyType::durations:
    return "duration";
  case KeyType::object:
    return "map";
  }
  return {};
}

} // namespace iplease
