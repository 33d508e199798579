// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/command_table.hpp>

#include <algorithm>
#include <iterator>

namespace iplease {

namespace {

constexpr std::string_view k_formats = "text|json";

const std::vector<OptionSpec>& output_option()
{
  static const std::vector<OptionSpec> options{
      {"output", 'o', "FORMAT", "text or json", k_formats},
  };
  return options;
}

OptionSpec output(std::string_view values, std::string_view help)
{
  return {"output", 'o', "FORMAT", help, values};
}

std::vector<CommandSpec> run_commands()
{
  return {
      {"enable",
       "turn IP leases on; run it again to resume",
       {},
       {"iplease enable",
        "iplease enable --pool 198.51.100.32/28",
        "iplease enable -f flags.yaml --yes",
        "iplease enable -f flags.yaml --dry-run"},
       {{"yes", 'y', {}, "answer the confirmation (never a missing value, never a risk)"},
        {"dry-run", 0, {}, "show the plan and change nothing (the same as `iplease plan`)"},
        output(k_formats, "text, or json: one event a line")},
       true,
       true,
       "iplease status"},
      {"plan",
       "show every command that enable would run; changes nothing",
       "[FILE]",
       {"iplease plan",
        "iplease plan -o sh >enable.sh",
        "iplease plan --out plan.json",
        "iplease plan plan.json",
        "iplease plan --offline --pool 198.51.100.32/28"},
       {output("text|json|sh", "text, json, or sh: a runnable script"),
        {"out", 0, "FILE", "keep the plan in a file, for `iplease apply FILE`"},
        {"offline", 0, {}, "plan for a standard fresh provider without looking at a cluster"},
        {"detailed-exitcode", 0, {}, "exit 20 when there is something to do"}},
       true,
       true,
       "iplease enable"},
      {"apply",
       "carry out a plan that was kept, exactly or not at all",
       "FILE",
       {"iplease apply plan.json", "iplease apply plan.json -f flags.yaml"},
       {{"file", 'f', "FILE", "the flags file of then, where its chart values hold a secret"},
        output(k_formats, "text, or json: one event a line")},
       true,
       false,
       "iplease status"},
  };
}

/// Commands that continue or undo an earlier run.
std::vector<CommandSpec> later_commands()
{
  return {
      {"undo",
       "take back what enable did, as far as nobody changed it since",
       "[RUN|STAGE]",
       {"iplease undo --dry-run", "iplease undo", "iplease undo provider"},
       {{"yes", 'y', {}, "answer the confirmation (never a risk)"},
        {"dry-run", 0, {}, "show the plan and change nothing"},
        output("text|json|sh", "text, json: one event a line, or sh: the plan as a script")},
       true,
       true,
       "iplease status"},
      {"resume",
       "go on with an unfinished run and its settings",
       {},
       {"iplease resume"},
       {{"yes", 'y', {}, "answer the confirmation"},
        output(k_formats, "text, or json: one event a line")},
       true,
       true,
       "iplease status"},
  };
}

std::vector<CommandSpec> look_commands()
{
  return {
      {"status",
       "what is on, which addresses are in use, what is owed",
       {},
       {"iplease status", "iplease status -o json", "iplease status --wait 5m"},
       {output(k_formats, "text or json"),
        {"wait", 0, "DURATION", "wait until IP leases are on and healthy"},
        {"detailed-exitcode", 0, {}, "exit 20 on drift or owed actions"}},
       true,
       true,
       "iplease doctor"},
      {"doctor",
       "find what keeps leased addresses from answering",
       {},
       {"iplease doctor", "iplease doctor --pre", "iplease doctor --fix"},
       {output(k_formats, "text or json"),
        {"pre", 0, {}, "only what enable checks before it changes anything"},
        {"post", 0, {}, "only what must hold afterwards"},
        {"only", 0, "ID", "only this check (repeat)", {}, true, true},
        {"strict", 0, {}, "count warnings and what could not be looked at"},
        {"verbose", 'v', {}, "tell each check that passes, not only their number"},
        {"fix", 0, {}, "propose the cures and apply them after confirmation"},
        {"yes", 'y', {}, "answer the confirmation of --fix"}},
       true,
       true,
       "iplease explain ID"},
      {"verify",
       "prove by a temporary Service that an address answers",
       {},
       {"iplease verify", "iplease verify --keep"},
       {output(k_formats, "text or json"),
        {"address", 0, "IP", "ask for this address of the pool"},
        {"keep", 0, {}, "leave the Service and print how to reach it from outside"}},
       true,
       true,
       "iplease status"},
  };
}

std::vector<CommandSpec> file_commands()
{
  return {
      {"values",
       "edit a provider.yaml as enable would, without a cluster",
       "FILE",
       {"iplease values provider.yaml --diff", "iplease values provider.yaml --write"},
       {{"diff", 0, {}, "print what would change, secrets masked"},
        {"write", 0, {}, "replace the file (backup beside it)"},
        {"merge",
         0,
         "VALUES",
         "take over what only these values have (- is standard input)",
         {},
         false},
        {"attribute",
         0,
         "KEY",
         "attribute to set to \"true\" (repeat; default: all three)",
         {},
         true,
         true}}},
      {"migrate",
       "convert a MetalLB 0.12 ConfigMap to custom resources",
       {},
       {"iplease migrate --from config.yaml",
        "kubectl -n metallb-system get cm config -o yaml | iplease migrate --from -"},
       {{"from", 0, "FILE", "the ConfigMap (- is standard input)"},
        output("yaml|json", "yaml or json")}},
      {"config validate",
       "check a flags file; needs no cluster",
       {},
       {"iplease config validate -f flags.yaml"},
       {{"file", 'f', "FILE", "the flags file (- is standard input)"},
        output(k_formats, "text or json")}},
      {"config show",
       "every setting: its value, where it came from, what it means",
       {},
       {"iplease config show -f flags.yaml", "iplease config show --pool 198.51.100.32/28 -o json"},
       output_option(),
       true,
       true,
       "iplease config explain KEY"},
      {"config schema",
       "print the JSON Schema of the flags file",
       {},
       {"iplease config schema >flags.schema.json"}},
      {"config explain",
       "say what a key of the flags file means",
       "[KEY]",
       {"iplease config explain pool.addresses", "iplease config explain"}},
      {"config init",
       "write a commented flags file from the live cluster",
       "[FILE]",
       {"iplease config init flags.yaml", "iplease config init"},
       {{"offline", 0, {}, "for a standard fresh provider, without looking at a cluster"}},
       true,
       true},
  };
}

std::vector<CommandSpec> reference_commands()
{
  return {
      {"explain",
       "say what an id, stage or settings key means; works offline",
       "[WORD]",
       {"iplease explain IPL-MLB-004", "iplease explain pool", "iplease explain exit-codes"}},
      {"runs list",
       "the runs that this machine remembers",
       {},
       {"iplease runs list"},
       output_option(),
       true},
      {"runs show",
       "one run, step by step; without RUN the newest",
       "[RUN]",
       {"iplease runs show", "iplease runs show RUN -o json"},
       output_option(),
       true},
      {"runs log",
       "the debug log of a run; without RUN of the newest",
       "[RUN]",
       {"iplease runs log", "iplease runs log RUN"},
       {},
       true},
      {"bundle",
       "pack what a bug report needs, secrets masked",
       {},
       {"iplease bundle", "iplease bundle --out report.tar.gz"},
       {{"out", 0, "FILE", "the archive to write; it must not be there yet"}},
       true,
       true},
      {"completion",
       "print completions for bash, zsh or fish",
       "SHELL",
       {"source <(iplease completion bash)",
        "source <(iplease completion zsh)",
        "iplease completion fish | source"}},
      {"man", "print the manual page", {}, {"iplease man | man -l -"}},
      {"version", "print the version", {}, {"iplease version -o json"}, output_option()},
  };
}

} // namespace

std::span<const CommandSpec> command_table()
{
  static const std::vector<CommandSpec> table = [] {
    std::vector<CommandSpec> all;
    for (const auto part :
         {run_commands, later_commands, look_commands, file_commands, reference_commands}) {
      for (CommandSpec& command : part()) {
        all.push_back(std::move(command));
      }
    }
    return all;
  }();
  return table;
}

std::span<const OptionSpec> global_options()
{
  static const std::vector<OptionSpec> options{
      {"quiet", 'q', {}, "less talk on standard error", {}, false},
      {"verbose", 'v', {}, "tell more, where a command has more to tell: doctor", {}, false},
      {"color", 0, "WHEN", "auto, always or never", "auto|always|never", false},
      {"plain", 0, {}, "ASCII, no redrawn lines", {}, false},
      {"accessible", 0, {}, "plain, with numbered prompts and sentences", {}, false},
      {"no-pager", 0, {}, "long listings go straight to the terminal, not to $PAGER", {}, false},
  };
  return options;
}

std::span<const OptionSpec> cluster_options()
{
  static const std::vector<OptionSpec> options{
      {"kubeconfig", 0, "FILE", "kubeconfig for every call", {}, false},
      {"context", 0, "NAME", "context for every call", {}, false},
      {"expect-cluster",
       0,
       "UID",
       "refuse any cluster whose kube-system has another UID",
       {},
       false},
      {"kubectl", 0, "WORDS", "how to call kubectl, for example 'k3s kubectl'", {}, false},
      {"helm", 0, "WORDS", "how to call helm", {}, false},
      {"state-dir", 0, "DIR", "where journals live", {}, false},
  };
  return options;
}

std::span<const OptionSpec> settings_options()
{
  static const std::vector<OptionSpec> options{
      {"file", 'f', "FILE", "flags file (- is standard input)"},
      {"pool",
       0,
       "RANGE",
       "public addresses to lease: CIDR or first-last (repeat, or commas)",
       {},
       true,
       true},
      {"set", 0, "KEY=VALUE", "override one key of the flags file (repeat)", {}, true, true},
      {"no-input", 0, {}, "never ask; missing values are an error"},
      {"metallb", 0, "HOW", "helm, kubespray or adopt", "helm|kubespray|adopt", false},
      {"metallb-version", 0, "X.Y.Z", "change MetalLB to this version", {}, false},
      {"kubespray-inventory", 0, "DIR", "the inventory to write variables into", {}, false},
      {"kubespray-dir", 0, "DIR", "the Kubespray checkout", {}, false},
      {"kubespray-version", 0, "TAG", "its release; it wins over galaxy.yml", {}, false},
      {"kubespray-run", 0, {}, "run ansible-playbook instead of printing it", {}, false},
      {"provider-address", 0, "ADDRESS", "the provider's akash1... address", {}, false},
      {"provider-values", 0, "FILE", "the provider's values file", {}, false},
      {"provider-values-from",
       0,
       "WHICH",
       "which rules when file and release differ",
       "file|release|merge",
       false},
      {"timeout", 0, "STAGE=DURATION", "limit of a stage's waits (repeat)", {}, false, true},
      {"accept-risk", 0, "ID", "go past one named risk (repeat)", {}, false, true},
  };
  return options;
}

std::vector<OptionSpec> options_of(const CommandSpec& command)
{
  std::vector<OptionSpec> all = command.options;
  if (command.uses_settings) {
    all.insert(all.end(), settings_options().begin(), settings_options().end());
  }
  if (command.uses_cluster) {
    all.insert(all.end(), cluster_options().begin(), cluster_options().end());
  }
  // A command may describe a global option in its own words.
  std::ranges::copy_if(global_options(), std::back_inserter(all), [&](const OptionSpec& option) {
    return std::ranges::find(command.options, option.name, &OptionSpec::name) ==
           command.options.end();
  });
  return all;
}

} // namespace iplease
