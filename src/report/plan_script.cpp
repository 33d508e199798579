// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/kubectl.hpp>
#include <iplease/cluster/target.hpp>
#include <iplease/report/plan_view.hpp>
#include <iplease/version.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace iplease {

namespace {

constexpr const char* k_functions = R"SH(
# wait_for LIMIT_SECONDS PATTERN COMMAND...: until the command's output has a matching line
wait_for() {
  limit=$1 pattern=$2
  shift 2
  end=$(($(date +%s) + limit))
  until "$@" 2>/dev/null | grep -E "$pattern" >/dev/null; do
    if [ "$(date +%s)" -ge "$end" ]; then
      echo "gave up after ${limit}s: $*" >&2
      return 1
    fi
    sleep 1
  done
}

# retry_webhook LIMIT_SECONDS COMMAND...: again while MetalLB's webhook does not answer yet
retry_webhook() {
  limit=$1
  shift
  end=$(($(date +%s) + limit))
  input=$(cat)
  until said=$(printf '%s\n' "$input" | "$@" 2>&1); do
    case $said in
      *"failed calling webhook"*) ;;
      *) echo "$said" >&2; return 1 ;;
    esac
    if [ "$(date +%s)" -ge "$end" ]; then
      echo "$said" >&2
      return 1
    fi
    sleep 1
  done
  echo "$said"
}

# create_missing LIMIT_SECONDS COMMAND...: like retry_webhook; what is there already stays as it is
create_missing() {
  if said=$(retry_webhook "$@" 2>&1); then
    echo "$said"
    return 0
  fi
  echo "$said" >&2
  case $said in
    *"(AlreadyExists)"*) ;;
    *) return 1 ;;
  esac
}
)SH";

std::string here_document(const std::string& text)
{
  std::string mark = "IPLEASE_END";
  while (text.find(mark) != std::string::npos) {
    mark += "_";
  }
  return fmt::format(" <<'{}'\n{}{}{}\n", mark, text, text.ends_with('\n') ? "" : "\n", mark);
}

/// The script holds no secret: whoever runs it names a file with the input.
std::string with_secret_file(const std::string& line, const std::string& step)
{
  std::string name = "IPLEASE_INPUT_" + step;
  std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return fmt::format("[ -r \"${{{0}:-}}\" ] || {{\n  echo {1} >&2\n  exit 2\n}}\n{2} <\"${0}\"\n",
                     name,
                     shell_quote(name + " must name a file (mode 0600) with the input of " + step +
                                 ": it holds secrets and is not in this script"),
                     line);
}

std::string with_input(const Command& command, const std::string& line, const std::string& step)
{
  if (command.secret_input) {
    return with_secret_file(line, step);
  }
  return command.input.empty() ? line + "\n" : line + here_document(command.input);
}

/// The check before a command that `iplease enable` also makes.
std::string script_of(const FileHolds& holds)
{
  return fmt::format("[ \"$(sha256sum <{})\" = '{}  -' ] || {{\n  echo {} >&2\n  exit 12\n}}\n",
                     shell_quote(holds.path),
                     holds.sha256,
                     shell_quote(holds.id + ": " + holds.path + " does not hold what was planned"));
}

std::string script_of(const Run& run, const std::string& step)
{
  const std::string first = run.holds ? script_of(*run.holds) : "";
  const std::string line = shell_line(run.command.argv);
  if (run.retry == Retry::webhook) {
    return first + with_input(run.command,
                              fmt::format("{} {} {}",
                                          run.unless_there ? "create_missing" : "retry_webhook",
                                          run.retry_limit.count(),
                                          line),
                              step);
  }
  return first + with_input(run.command, line, step);
}

std::string script_of(const FileWrite& file, const std::string& /*step*/)
{
  if (!file.script.empty()) {
    return file.script;
  }
  const std::string path = shell_quote(file.path);
  return fmt::format("umask 077\n[ ! -e {0} ] || cp -p {0} {0}.before-iplease\ncat >{0}{1}",
                     path,
                     here_document(file.content));
}

std::string script_of(const WaitUntil& wait, const std::string& /*step*/)
{
  const std::string ask = wait.ask.empty() ? "" : "echo " + shell_quote(wait.ask) + " >&2\n";
  const std::string line = fmt::format("{}wait_for {} {} {}",
                                       ask,
                                       wait.limit.count(),
                                       shell_quote(wait.pattern),
                                       shell_line(wait.probe.argv));
  return wait.warn_only ? line + " || echo 'warning: not seen' >&2\n" : line + "\n";
}

std::string script_of(const HttpGet& get, const std::string& /*step*/)
{
  const std::string line = fmt::format("curl {}sS --max-time {} {} | grep -E {} >/dev/null",
                                       get.verify_tls ? "-" : "-k",
                                       get.timeout.count(),
                                       shell_quote(get.url),
                                       shell_quote(get.pattern));
  return get.warn_only
             ? line + " || echo " + shell_quote("warning: no answer from " + get.url) + " >&2\n"
             : line + "\n";
}

std::string cleanup_trap(const StagePlan& stage)
{
  std::string commands;
  for (const Step& step : stage.steps) {
    const auto* run = std::get_if<Run>(&step.action);
    if (step.cleanup && run != nullptr) {
      commands += shell_line(run->command.argv) + "; ";
    }
  }
  return commands.empty() ? "" : "trap " + shell_quote(commands) + " EXIT\n";
}

/// A kept script may run later, when KUBECONFIG or its files have changed.
std::string same_cluster(const Observation& seen, const Settings& want)
{
  if (!seen.cluster_uid.found() || seen.assumed) {
    return "";
  }
  const Command ask =
      kubectl_jsonpath(target_of(seen, want), {"namespace", "kube-system"}, "{.metadata.uid}");
  return fmt::format("uid=$({})\n[ \"$uid\" = {} ] || {{\n  echo \"this script is for another "
                     "cluster (uid {}), not for the one that answers ($uid)\" >&2\n  exit {}\n}}\n",
                     shell_line(ask.argv),
                     shell_quote(seen.cluster_uid.value),
                     seen.cluster_uid.value,
                     static_cast<int>(ExitCode::other_cluster));
}

} // namespace

std::string plan_script(const Plan& plan, const Observation& seen, const Settings& want)
{
  std::size_t total = 0;
  for (const StagePlan& stage : plan.stages) {
    total += stage.steps.size();
  }
  std::string text = fmt::format(
      "#!/bin/sh\n# Made by iplease {0} ({1} -o sh) for {2}, release {3}.\n"
      "# The commands and inputs are those that `iplease {4}` would run.\nset -eu\n{5}",
      k_version,
      plan.command == "undo" ? "undo" : "plan",
      seen.assumed ? "a standard fresh provider, without looking at a cluster"
                   : fmt::format("cluster {} (uid {})", seen.context, seen.cluster_uid.value),
      want.provider.release.value,
      plan.command,
      // Without a cluster the path of provider.yaml is an assumption, and relative.
      seen.assumed ? "" : "cd / # helm takes a folder of the chart's name for the chart\n");
  for (const StagePlan& stage : plan.stages) {
    for (const Problem& problem : stage.problems) {
      text += fmt::format("echo {} >&2\nexit 3\n", shell_quote(problem.id + ": " + problem.what));
    }
  }
  text += same_cluster(seen, want) + k_functions;
  std::size_t number = 0;
  for (const StagePlan& stage : plan.stages) {
    for (const std::string& kept : stage.kept) {
      text += "\necho " + shell_quote("stays: " + kept) + " >&2\n";
    }
    if (stage.steps.empty()) {
      text += fmt::format("\n# {}: {}\n", stage.stage, stage.reason);
      continue;
    }
    const std::string trap = cleanup_trap(stage);
    text += trap.empty() ? "" : "\n" + trap;
    for (const Step& step : stage.steps) {
      std::string reason = step.reason;
      std::replace(reason.begin(), reason.end(), '\n', ' ');
      text += fmt::format("\n# {}/{} {}: {}\n", ++number, total, step.id, reason);
      text +=
          std::visit([&](const auto& action) { return script_of(action, step.id); }, step.action);
    }
    text += trap.empty() ? "" : "trap - EXIT\n";
  }
  return text;
}

} // namespace iplease
