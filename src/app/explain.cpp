// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/config_command.hpp>
#include <iplease/core/catalogue.hpp>
#include <iplease/core/exit_codes.hpp>
#include <iplease/core/nearest.hpp>
#include <iplease/core/schema.hpp>
#include <iplease/version.hpp>

#include <fmt/format.h>

#include "commands.hpp"
#include "session.hpp"
#include <algorithm>
#include <iterator>

namespace iplease {

namespace {

/// What a stage is for, in the operator's words.
struct StageText {
  std::string_view id;
  std::string_view does;
  std::string_view changes;
  std::string_view done;
  std::string_view page{}; ///< documentation page about this stage, if any
};

constexpr StageText k_stage_texts[] = {
    {"preflight",
     "looks at everything that could stop a later stage: the cluster, rights, Helm, MetalLB, the "
     "pool's addresses, the provider",
     "nothing",
     "no check says error; each names its id, and iplease explain ID its cure"},
    {"namespace",
     "makes namespace metallb-system, in which Akash's IP operator looks for MetalLB",
     "the namespace and its pod-security labels: MetalLB's speaker needs the host's network",
     "the namespace is there with level privileged"},
    {"metallb",
     "installs MetalLB by its Helm chart, writes Kubespray's variables, or uses what is there",
     "Helm release metallb, with values that also announce from control-plane nodes",
     "controller and speakers run, the webhook answers and the pool's CRDs are served; a fresh "
     "MetalLB's speakers come up meanwhile and are waited for before stage provider"},
    {"migrate",
     "converts the ConfigMap of MetalLB 0.12 into custom resources with the same addresses",
     "IPAddressPools, advertisements and peers; the old ConfigMap is kept under another name",
     "every Service keeps its address",
     "guide/migration.html"},
    {"expose",
     "gives MetalLB's controller a Service, by which the IP operator reads its metrics",
     "Service controller in metallb-system, port 7472",
     "the Service has endpoints"},
    {"pool",
     "tells MetalLB which addresses may be leased and announces them on layer 2",
     "IPAddressPool default and L2Advertisement l2advertisement1",
     "both are there with the wished entries; no address in use is lost"},
    {"strict-arp",
     "makes only the announcing node answer ARP, where kube-proxy runs in IPVS mode",
     "strictARP in ConfigMap kube-proxy, then one restart of kube-proxy",
     "every kube-proxy pod is younger than the change",
     "guide/strict-arp.html"},
    {"provider-values",
     "edits provider.yaml: the switch of the IP operator and the attributes; all else stays",
     "that one file, with a backup beside it",
     "the file says so; it counts from stage provider on",
     "values.html"},
    {"ip-operator",
     "installs Akash's IP operator in the version that fits the provider",
     "Helm release akash-ip-operator in akash-services",
     "its /usage tells the number of addresses in the pool"},
    {"provider",
     "upgrades the provider's release with the edited values and its installed chart version",
     "Helm release akash-provider; its pod restarts once, running leases go on",
     "the new pod runs with the IP operator switched on and answers"},
    {"verify",
     "proves the whole with a temporary Service, as a lease would make one",
     "Service iplease-verify, for some seconds",
     "it got an address of the pool, a speaker announces it and it answers; then it is removed",
     "verify.html"},
};

std::string stage_text(const Stage& stage)
{
  std::string text = fmt::format("stage {}: {}\n", stage.id, stage.title);
  std::string docs;
  for (const StageText& words : k_stage_texts) {
    if (words.id == stage.id) {
      text += fmt::format("  does     {}\n  changes  {}\n  done     when {}\n",
                          words.does,
                          words.changes,
                          words.done);
      docs = words.page.empty() ? "" : fmt::format("  docs     {}{}\n", k_docs, words.page);
    }
  }
  return text + fmt::format("  limit    --timeout {}=DURATION\n", stage.id) + docs;
}

/// Output without a topic: the kinds of topics, listing those that are few.
std::string topics_text()
{
  std::string text = "iplease explain WORD, where WORD is one of\n";
  text += "  exit-codes          what the process answers to its caller\n";
  for (const Stage& stage : registry()) {
    text += fmt::format("  {:<18}  {}\n", stage.id, stage.title);
  }
  text += fmt::format("  {:<18}  a key of the flags file; iplease config explain lists them\n"
                      "  {:<18}  the id of an error, a warning or a check\n"
                      "All ids: {}errors.html\n",
                      "pool.addresses",
                      "IPL-MLB-004",
                      k_docs);
  return text;
}

Problem unknown_word(const std::string& word)
{
  std::vector<std::string> names{"exit-codes"};
  for (const CatalogueEntry& entry : catalogue()) {
    names.emplace_back(entry.id);
  }
  for (const Stage& stage : registry()) {
    names.emplace_back(stage.id);
  }
  std::ranges::copy(setting_paths(), std::back_inserter(names));
  const std::string id = as_id(word);
  const std::string near = nearest(id.starts_with("IPL") ? id : word, names);
  return {.id = "IPL-CLI-011",
          .what = "nothing is known of `" + word + "`",
          .fix =
              near.empty() ? "iplease explain lists what it knows" : "did you mean `" + near + "`?",
          .exit = ExitCode::usage};
}

} // namespace

ExitCode explain_command(const RawOptions& options, World& world)
{
  if (options.positionals.empty()) {
    world.out(topics_text());
    return ExitCode::done;
  }
  const std::string& word = options.positionals.front();
  if (word == "exit-codes") {
    world.out(exit_codes_text());
    return ExitCode::done;
  }
  if (const CatalogueEntry* entry = find_entry(word)) {
    world.out(explain_text(*entry));
    return ExitCode::done;
  }
  for (const Stage& stage : registry()) {
    if (stage.id == word) {
      world.out(stage_text(stage));
      return ExitCode::done;
    }
  }
  std::string text;
  std::string unknown;
  if (config_explain(word, text, unknown) == ExitCode::done) {
    world.out(text);
    return ExitCode::done;
  }
  world.refuse({unknown_word(word)});
  return ExitCode::usage;
}

} // namespace iplease
