// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/catalogue.hpp>
#include <iplease/core/pattern.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/engine/classify.hpp>
#include <iplease/engine/ended.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace iplease {
namespace {

constexpr std::size_t k_read = 16'384; ///< bytes read from the end of the error output
constexpr std::size_t k_lines = 20;    ///< lines of the tool's output shown
constexpr const char* k_webhook =
    "failed calling webhook \"[a-z0-9]+validationwebhook\\.metallb\\.io\".*(connection refused|no "
    "endpoints available|"
    "context deadline exceeded|i/o timeout|no route to host|EOF|x509:|Service Unavailable)";
constexpr const char* k_already_there = "\\(AlreadyExists\\)";
constexpr const char* k_conflict =
    "\\(Conflict\\)|the object has been modified|Apply failed with [0-9]+ conflict";

bool says_timed_out(const std::string& err)
{
  return search_pattern("context deadline exceeded|timed out waiting for|timed out$", err)
      .has_value();
}

/// One way to fail. `outside`: the cause lies outside the step, so it wins over failure_id.
struct Rule {
  const char* pattern;
  const char* id;
  ExitCode exit = ExitCode::failed;
  bool outside = false;
};

// The order matters: kubectl prints a webhook's refusal as Forbidden too, a repository's silence
// may be a "TLS handshake timeout", and many errors end in "context deadline exceeded".
constexpr Rule k_rules[] = {
    {k_webhook, "IPL-MLB-004"},
    {R"(admission webhook "[^"]+metallb\.io" denied the request: (.*))", "IPL-POOL-050"},
    {R"(admission webhook "[^"]+" denied the request: (.*))", "IPL-CLU-055"},
    {"violates PodSecurity \"([a-z]+):", "IPL-CLU-052"},
    {"is not a valid chart repository or cannot be reached|failed to fetch .*(dial tcp|no such "
     "host|timeout)",
     "IPL-HELM-054",
     ExitCode::failed,
     true},
    {"Unable to connect to the server|was refused - did you specify the right host|Kubernetes "
     "cluster unreachable|"
     "TLS handshake timeout|the server is currently unable to handle the request|connection to the "
     "server .* was refused",
     "IPL-CLU-001",
     ExitCode::unreachable,
     true},
    {"\\(Unauthorized\\)|must be logged in to the server",
     "IPL-CLU-057",
     ExitCode::unreachable,
     true},
    {"another operation \\(install/upgrade/rollback\\) is in progress",
     "IPL-HELM-050",
     ExitCode::locked,
     true},
    {"cannot re-use a name that is still in use", "IPL-HELM-051"},
    {"invalid ownership metadata", "IPL-HELM-055"},
    {"updates to statefulset spec for fields other than", "IPL-HELM-056"},
    {"chart \"[^\"]*\" (matching|version) .*not found|no chart version found|no chart name "
     "found|chart not found|"
     "failed to fetch .*404|path \"[^\"]*\" not found|chart \"[^\"]*\" not found",
     "IPL-HELM-053",
     ExitCode::failed,
     true},
    {"no matches for kind \"(IPAddressPool|L2Advertisement|BGPPeer|BGPAdvertisement)\"",
     "IPL-MLB-050"},
    {"no matches for kind \"([A-Za-z]+)\"|doesn't have a resource type", "IPL-CLU-056"},
    {"execution error at|nil pointer evaluating|error calling |parse error at|YAML parse "
     "error|values don't meet the spec",
     "IPL-HELM-057"},
    {"strict decoding error: unknown field|is invalid: ", "IPL-CLU-053"},
    {k_already_there, "IPL-CLU-054"},
    {k_conflict, "IPL-CLU-051"},
    {"\\(Forbidden\\):.* cannot |is forbidden: User .* cannot ",
     "IPL-CLU-002",
     ExitCode::blocked,
     true},
};

std::string tail(const std::string& text)
{
  return std::string(last_bytes(text, k_read));
}

std::string last_lines(std::string text)
{
  text.erase(text.find_last_not_of(" \r\n\t") + 1);
  std::size_t from = text.size();
  for (std::size_t lines = 0; lines < k_lines && from > 0; ++lines) {
    const std::size_t newline = text.rfind('\n', from - 1);
    from = newline == std::string::npos ? 0 : newline;
  }
  return text.substr(from == 0 ? 0 : from + 1);
}

const Command* command_of(const Step& step)
{
  if (const auto* run = std::get_if<Run>(&step.action)) {
    return &run->command;
  }
  const auto* wait = std::get_if<WaitUntil>(&step.action);
  return wait == nullptr ? nullptr : &wait->probe;
}

bool is_helm(const Command* command)
{
  return command != nullptr && std::ranges::any_of(command->argv, [](const std::string& word) {
           return word == "helm" || word.ends_with("/helm");
         });
}

Rule tool_missing(const Command* command)
{
  std::string first = command == nullptr || command->argv.empty() ? "" : command->argv.front();
  first = first == "env" && command->argv.size() > 2 ? command->argv[2] : first;
  const std::string name = first.substr(first.rfind('/') + 1);
  if (is_helm(command)) {
    return {"", "IPL-CLU-004", ExitCode::unreachable, true};
  }
  const bool kubectl =
      name.find("kubectl") != std::string::npos || name == "k3s" || name == "microk8s";
  return {"", kubectl ? "IPL-CLU-003" : "IPL-RUN-014", ExitCode::unreachable, true};
}

/// The API server's 503 for a Service that it proxies to. The server is well; the fault is behind
/// the Service.
bool tells_of_service(const Step& step, const std::string& err)
{
  const auto* wait = std::get_if<WaitUntil>(&step.action);
  return wait != nullptr && !wait->probe.argv.empty() &&
         wait->probe.argv.back().find("/proxy/") != std::string::npos &&
         err.find("unable to handle the request") != std::string::npos;
}

/// `env KUBECONFIG=a:b kubectl` exits with 127 if kubectl is missing.
bool missing_behind_env(const Command* command, const CommandResult& result)
{
  return result.exit_code == 127 && command != nullptr && !command->argv.empty() &&
         command->argv.front() == "env";
}

Rule rule_for(const Step& step, const CommandResult& result)
{
  if (result.ended == Ended::not_found || missing_behind_env(command_of(step), result)) {
    return tool_missing(command_of(step));
  }
  if (result.ended == Ended::not_started) {
    return {"", "IPL-RUN-009", ExitCode::failed, true};
  }
  if (killed_by(result) != 0) {
    return {"", "IPL-RUN-070", ExitCode::failed, true};
  }
  const std::string err = tail(result.err);
  for (const Rule& rule : k_rules) {
    const bool service = rule.exit == ExitCode::unreachable && tells_of_service(step, err);
    if (!service && search_pattern(rule.pattern, err)) {
      return rule;
    }
  }
  if (std::holds_alternative<FileWrite>(step.action)) {
    return {"", "IPL-RUN-010", ExitCode::cannot_write};
  }
  if (std::holds_alternative<HttpGet>(step.action)) {
    return {"", "IPL-RUN-012"};
  }
  if (std::holds_alternative<WaitUntil>(step.action)) {
    return {"", "IPL-RUN-006", ExitCode::timed_out};
  }
  if (says_timed_out(err)) {
    return {"", is_helm(command_of(step)) ? "IPL-HELM-052" : "IPL-RUN-006", ExitCode::timed_out};
  }
  if (result.ended == Ended::timed_out) {
    return {"", "IPL-RUN-007", ExitCode::timed_out};
  }
  return {"", "IPL-RUN-008"};
}

std::string subject_of(const Step& step)
{
  if (const auto* wait = std::get_if<WaitUntil>(&step.action);
      wait != nullptr && !wait->what.empty()) {
    return fmt::format("{} was not seen within {} s", wait->what, wait->limit.count());
  }
  if (const auto* get = std::get_if<HttpGet>(&step.action)) {
    return get->what.empty() ? get->url : get->what;
  }
  if (const auto* file = std::get_if<FileWrite>(&step.action)) {
    return file->path;
  }
  return step.id;
}

} // namespace

Problem classify_failure(const StagePlan& stage, const Step& step, const CommandResult& result)
{
  const Rule rule = rule_for(step, result);
  const bool own = !step.failure_id.empty() && !rule.outside;
  Problem problem{.id = own ? step.failure_id : rule.id, .exit = rule.exit};
  if (stage.stage == "verify" && !rule.outside) {
    problem.exit = ExitCode::not_verified; // all other stages are applied by then
  }
  const CatalogueEntry* entry = find_entry(problem.id);
  problem.what = entry == nullptr ? step.id + " failed" : std::string(entry->title);
  problem.what += " (" + subject_of(step) + ")";
  problem.saw = last_lines(result.err.empty() ? result.out : result.err);
  if (const int signal = killed_by(result); signal != 0) {
    problem.what += ": " + ended_words(result);
    problem.cause = signal_reason(signal);
  } else if (problem.saw.empty() && problem.id == "IPL-RUN-008") {
    problem.cause = "the program said nothing; it ended with " + ended_words(result);
  }
  return with_catalogue(std::move(problem));
}

bool ran_out(const CommandResult& result)
{
  return result.ended == Ended::timed_out || (!result.ok() && says_timed_out(tail(result.err)));
}

bool says_already_there(const CommandResult& result)
{
  return !result.ok() && result.ended == Ended::exited &&
         search_pattern(k_already_there, tail(result.err)).has_value();
}

bool worth_retry(Retry retry, const CommandResult& result)
{
  if (retry == Retry::never || result.ok() || result.ended != Ended::exited) {
    return false;
  }
  return search_pattern(k_webhook, tail(result.err)).has_value();
}

} // namespace iplease
