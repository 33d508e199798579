// SPDX-License-Identifier: Apache-2.0
#include <iplease/bundle/bundle.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/yaml/located.hpp>
#include <iplease/yaml/secrets.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace iplease {
namespace {

constexpr std::size_t k_most = 2U << 20U; ///< bytes of a file outside answers/; the end is kept

std::string how_it_ended(const CommandResult& answer)
{
  switch (answer.ended) {
  case Ended::exited:
    return fmt::format("exit {}", answer.exit_code);
  case Ended::signalled:
    return fmt::format("signal {}", answer.exit_code);
  case Ended::timed_out:
    return "no answer in time";
  default:
    return "not started";
  }
}

/// Values and manifests. If they cannot be parsed, every value is hidden.
std::string answered_text(const Answered& answer)
{
  const std::string& out = answer.result.out;
  if (!answer.secret || reading_of(Secret(out)).yaml() != nullptr) {
    return out;
  }
  std::string blind;
  for (std::size_t from = 0; from < out.size();) {
    const std::size_t end = std::min(out.find('\n', from), out.size());
    blind += blind_line(std::string_view(out).substr(from, end - from)) + "\n";
    from = end + 1;
  }
  return blind;
}

constexpr const char* k_introduction = R"(What iplease saw and did, for a bug report. {}

Secrets are masked: those that iplease knows (of the provider's values, the kubeconfig and the
environment), in every shape in which a tool may repeat them, and what has the looks or the name of
one. Addresses, names of nodes, namespaces and tenants' Services are in it: look through it before
you give it to anybody.

answers/         what kubectl and helm said while iplease looked; index.txt has the commands
doctor.json      as iplease doctor tells it
events/, pods/   as kubectl tells them
logs/            the last lines of what iplease touches
runs/            of the newest runs on this machine: journal, plan and log
settings.json    every setting and where it came from
status.json      as iplease status tells it
versions.txt     of iplease, the tools and this system

provider.yaml and other files of yours are not in it.
)";

} // namespace

BundleEntry read_entry(const BundleRead& read, const CommandResult& answer)
{
  return {read.name,
          fmt::format("$ {}\n# {}\n{}{}",
                      shell_line(read.command.argv),
                      how_it_ended(answer),
                      answer.out,
                      answer.err)};
}

std::vector<BundleEntry> answer_entries(const std::vector<Answered>& answers)
{
  std::vector<BundleEntry> all;
  std::string index;
  int number = 0;
  for (const Answered& answer : answers) {
    const std::string name = fmt::format("{:02}", ++number);
    index += fmt::format(
        "{}  {}  {}\n", name, how_it_ended(answer.result), shell_line(answer.command.argv));
    if (!answer.result.out.empty()) {
      all.push_back({"answers/" + name + ".out", answered_text(answer)});
    }
    if (!answer.result.err.empty()) {
      all.push_back({"answers/" + name + ".err", answer.result.err});
    }
  }
  if (!index.empty()) {
    all.push_back({"answers/index.txt", index});
  }
  return all;
}

std::string bundle_word(std::string_view name)
{
  constexpr std::size_t longest = 40; // a cluster's UID has 36; ustar's `prefix` holds three
  std::string word(name.substr(0, longest));
  std::ranges::replace_if(
      word,
      [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '_' && c != '.'; },
      '_');
  return word;
}

std::vector<BundleEntry> bundle_entries(std::vector<BundleEntry> gathered,
                                        const BundleIntroduction& introduction,
                                        const Masker& masker)
{
  std::ranges::sort(gathered, {}, &BundleEntry::name);
  std::string told = fmt::format(k_introduction, introduction.made);
  if (!introduction.missing.empty()) {
    told += "\nNot in it:\n";
    for (const std::string& missing : introduction.missing) {
      told += "- " + bundle_text(missing, masker) + "\n";
    }
  }
  std::vector<BundleEntry> all{{"README.txt", told}};
  for (BundleEntry& entry : gathered) {
    std::string text = bundle_text(entry.bytes, masker);
    if (text.size() > k_most && !entry.name.starts_with("answers/")) {
      text = "... its beginning is left out\n" + std::string(last_bytes(text, k_most));
    }
    all.push_back({std::move(entry.name), std::move(text)});
  }
  return all;
}

} // namespace iplease
