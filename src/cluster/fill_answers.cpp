// SPDX-License-Identifier: Apache-2.0
// Answers of programs in pods, and of helm about values.
#include <iplease/cluster/fill.hpp>

namespace iplease {

void fill_usage(Observation& seen, const CommandResult& answer)
{
  note_denials(seen, answer);
  IpOperatorSeen& out = seen.ip_operator;
  out.barrier = is_barrier(answer);
  out.usage_text = {
      .look = classify(answer), .value = answer.ok() ? answer.out : "", .why = why(answer)};
  if (out.barrier) {
    out.usage_text.why = "503 with an empty body: the operator's barrier is locked";
  }
  const Usage usage = parse_usage(answer.ok() ? answer.out : "");
  out.available = usage.available;
  out.in_use = usage.in_use;
  if (answer.ok() && !usage.available) {
    out.usage_text.look = Look::failed;
    out.usage_text.why = "the answer has no number `Available`";
  }
}

void fill_environment(Observation& seen, const CommandResult& answer)
{
  Seen<std::string>& out = seen.provider.env_ip_operator;
  out = whole_lines(answer);
  if (out.found()) {
    return;
  }
  note_denials(seen, answer);
  // printenv exits with 1 for a variable that is not set.
  if (answer.err.find("command terminated with exit code 1") != std::string::npos &&
      answer.out.empty()) {
    out = {.look = Look::absent, .why = "AKASH_IP_OPERATOR is not set in the pod"};
  }
}

void fill_release_values(Observation& seen, const CommandResult& answer)
{
  note_denials(seen, answer);
  const Seen<std::string> text = whole_lines(answer);
  seen.provider.release_values = {.look = text.look, .why = text.why};
  if (text.found()) {
    seen.provider.release_values.value = Secret(answer.out);
  }
}

} // namespace iplease
