// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/fill.hpp>
#include <iplease/cluster/read_commands.hpp>

#include <algorithm>
#include <sstream>

namespace iplease {

namespace {

/// The provider's wallet, in Secret akash-provider-keys of every chart so far.
constexpr const char* k_wallet_keys[] = {"key.txt", "key-pass.txt"};

} // namespace

std::vector<ReleaseSeen> undeployed(const Observation& seen)
{
  std::vector<ReleaseSeen> found;
  const auto add = [&](const ReleaseSeen& release) {
    if (release.status != "deployed") {
      found.push_back(release);
    }
  };
  if (seen.provider.release.found()) {
    add(seen.provider.release.value);
  }
  if (seen.ip_operator.release.found()) {
    add(seen.ip_operator.release.value);
  }
  for (const ReleaseSeen& release : seen.releases) {
    if (release.name_space == "metallb-system" && release.chart_name == "metallb") {
      add(release);
    }
  }
  return found;
}

void fill_history(Observation& seen, const ReleaseSeen& of, const CommandResult& answer)
{
  note_denials(seen, answer);
  if (!answer.ok() || answer.truncated) {
    return;
  }
  const std::optional<ReleasePast> past = parse_helm_history(answer.out, of.revision);
  const auto same = [&](const ReleaseSeen& one) {
    return one.name == of.name && one.name_space == of.name_space;
  };
  for (ReleaseSeen& release : seen.releases) {
    if (same(release)) {
      release.past = past;
    }
  }
  for (Seen<ReleaseSeen>* known : {&seen.provider.release, &seen.ip_operator.release}) {
    if (known->found() && same(known->value)) {
      known->value.past = past;
    }
  }
}

void fill_empty_keys(Observation& seen, const CommandResult& answer)
{
  note_denials(seen, answer);
  Seen<std::vector<std::string>>& out = seen.provider.empty_keys;
  out = {.look = classify(answer), .why = why(answer)};
  std::istringstream lines(answer.out);
  std::vector<std::string> full;
  std::string key;
  std::string size;
  while (lines >> key && key != k_key_sizes_end && lines >> size) {
    if (size != "0") {
      full.push_back(key);
    }
  }
  if (out.found() && key != k_key_sizes_end) {
    const bool nothing = answer.out.empty();
    out.look = nothing ? Look::absent : Look::failed;
    out.why = nothing ? "there is no such Secret" : "the answer has no end";
  }
  for (const char* wallet_key : k_wallet_keys) {
    if (out.found() && std::ranges::find(full, wallet_key) == full.end()) {
      out.value.emplace_back(wallet_key);
    }
  }
}

} // namespace iplease
