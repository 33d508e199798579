// SPDX-License-Identifier: Apache-2.0
#include <iplease/bundle/bundle.hpp>
#include <iplease/cli/config_command.hpp>
#include <iplease/core/error.hpp>
#include <iplease/core/json.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/platform/state_files.hpp>
#include <iplease/version.hpp>
#include <iplease/yaml/secrets.hpp>

#include <fmt/format.h>

#include "commands.hpp"
#include "documents.hpp"
#include "reached.hpp"
#include "session.hpp"
#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

namespace iplease {

namespace {

constexpr std::size_t k_newest_runs = 10;

struct Gathered {
  std::vector<BundleEntry> entries{};
  std::vector<std::string> missing{};
  std::string place{}; ///< directory of the cluster that was seen
};

std::string one_line(const Problem& problem)
{
  return problem.id + ": " + problem.what + (problem.saw.empty() ? "" : ": " + problem.saw);
}

/// "iplease-bundle-20261123-064000.tar.gz" for 2026-11-23T06:40:00.000Z.
std::string usual_name(const Clock& clock)
{
  std::string time = clock.wall().substr(0, 19);
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  std::ranges::replace(time, 'T', '-');
  return "iplease-bundle-" + time + ".tar.gz";
}

std::optional<Problem> why_not_written(const std::string& path, World& world)
{
  if (const auto taken = why_not_new(path)) {
    return Problem{.id = "IPL-CLI-040", .what = *taken, .exit = ExitCode::cannot_write};
  }
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (!folder.empty() && world.files().list(folder).kind == FolderRead::Kind::absent) {
    return Problem{.id = "IPL-CLI-041",
                   .what = path + " cannot be written",
                   .saw = "there is no folder " + folder,
                   .exit = ExitCode::cannot_write};
  }
  return std::nullopt;
}

/// Looks like `status` and `doctor`. If a journal cannot be read, continues without memory.
void look_at_all(Session& session, const RawOptions& options, World& world, Gathered& gathered)
{
  std::vector<Answered> answers;
  world.keep_answers(&answers);
  try {
    look(session, options, world, false, false);
    gathered.place = session.cluster_directory;
  } catch (const EnvironmentError& error) {
    gathered.place = std::exchange(session.cluster_directory, {});
    if (gathered.place.empty()) {
      throw; // before anything was seen
    }
    gathered.missing.push_back(one_line(error.problem()));
    plan_again(session);
  }
  gathered.entries.push_back({"status.json", plain_json(status_document(session, world))});
  gathered.entries.push_back({"doctor.json", plain_json(doctor_document(session, options, world))});
  world.keep_answers(nullptr);
  for (const Answered& answer : answers) {
    if (answer.secret) {
      world.keep_secret(secrets_of_text(Secret(answer.result.out)));
    }
  }
  std::ranges::move(answer_entries(answers), std::back_inserter(gathered.entries));
  if (const auto problem = why_not_reached(session)) {
    gathered.missing.push_back(one_line(*problem));
  }
}

/// Masks other secrets that a tool may repeat: credentials of the kubeconfig, and the environment
/// of this shell.
void keep_access_secret(const Session& session, World& world)
{
  for (const std::string_view path : split(session.seen.kubeconfig, ':')) {
    world.keep_secret(secrets_of_text(Secret(world.files().read(std::string(path)).text)));
  }
  for (const auto& [name, value] : world.variables("")) {
    world.keep_secret(secrets_of_text(Secret(name + ": " + value)));
  }
}

void ask_cluster(const Session& session, World& world, Gathered& gathered)
{
  const std::vector<BundleRead> reads = bundle_reads(session.seen, session.want);
  std::vector<Command> commands;
  std::ranges::transform(reads, std::back_inserter(commands), &BundleRead::command);
  const std::vector<CommandResult> answers = run_all(world.effects().runner, commands);
  for (std::size_t at = 0; at < reads.size(); ++at) {
    gathered.entries.push_back(read_entry(reads[at], answers[at]));
  }
}

void read_run(const std::string& directory, const std::string& name, Gathered& gathered)
{
  for (const char* file : {"journal.jsonl", "plan.json", "debug.log"}) {
    try {
      const std::string text = read_private_file(directory + "/" + file);
      if (!text.empty()) {
        gathered.entries.push_back({name + "/" + file, text});
      }
    } catch (const EnvironmentError& error) {
      gathered.missing.push_back(one_line(error.problem()));
    }
  }
}

/// Adds the runs of the cluster that was seen, else of every cluster this machine remembers.
void read_runs(const RawOptions& options, World& world, Gathered& gathered)
{
  const std::vector<std::string> places =
      gathered.place.empty() ? remembered_clusters(options, world) : std::vector{gathered.place};
  for (const std::string& place : places) {
    const std::string cluster = bundle_word(std::filesystem::path(place).filename().string());
    const std::vector<std::string> runs = list_directory(place + "/runs");
    const std::size_t older = runs.size() - std::min(runs.size(), k_newest_runs);
    if (older > 0) {
      gathered.missing.push_back(fmt::format(
          "{} older runs of {}: the newest {} are enough", older, cluster, k_newest_runs));
    }
    for (std::size_t at = older; at < runs.size(); ++at) {
      read_run(
          place + "/runs/" + runs[at], "runs/" + cluster + "/" + bundle_word(runs[at]), gathered);
    }
  }
}

std::string versions_text(const Session& session, World& world)
{
  const ToolVersions& tools = session.seen.tools;
  const auto known = [](const std::string& version) { return version.empty() ? "?" : version; };
  return fmt::format("iplease {} commit {}\nkubectl {}\nhelm {}\nKubernetes {}\n\n{}",
                     k_version,
                     k_commit,
                     known(tools.kubectl),
                     known(tools.helm),
                     known(tools.server),
                     world.files().read("/etc/os-release").text);
}

/// Writes the archive. Returns why it could not.
std::optional<Problem>
write(const std::string& path, const std::vector<BundleEntry>& entries, World& world)
{
  // Not through the masked runner: these are bytes, already masked.
  const CommandResult packed =
      run(world.runner(), {.argv = {"gzip", "-nc"}, .input = tar_of(entries)});
  std::optional<std::string> failure;
  if (!packed.ok() || packed.truncated) {
    failure = packed.truncated ? "it would be larger than 8 MiB" : "gzip: " + packed.err;
  } else {
    failure = world.files().replace({.path = path, .content = packed.out, .was = "absent"});
  }
  return failure ? std::optional(Problem{.id = "IPL-CLI-041",
                                         .what = path + " cannot be written",
                                         .saw = *failure,
                                         .exit = ExitCode::cannot_write})
                 : std::nullopt;
}

} // namespace

ExitCode bundle_command(const RawOptions& options, World& world)
{
  const std::string path = options.value("out", usual_name(world.clock()));
  Session session = read_asked(options, world);
  if (const auto problem = why_not_written(path, world)) {
    session.problems.push_back(*problem);
  }
  if (!session.problems.empty()) {
    return refuse(session, session.problems, world);
  }
  if (!options.has("quiet")) {
    world.err("Looking at the cluster ...\n");
  }
  Gathered gathered;
  look_at_all(session, options, world, gathered);
  const auto wrong = why_not_reached(session);
  if (wrong && wrong->exit == ExitCode::other_cluster) {
    return refuse(session, {*wrong}, world); // not the intended cluster
  }
  keep_access_secret(session, world);
  ask_cluster(session, world, gathered);
  read_runs(options, world, gathered);
  gathered.entries.push_back({"settings.json", config_show(session.asked, true)});
  gathered.entries.push_back({"versions.txt", versions_text(session, world)});
  const std::vector<BundleEntry> entries = bundle_entries(
      std::move(gathered.entries),
      {.made = fmt::format("Made by iplease {} at {}.", k_version, world.clock().wall()),
       .missing = gathered.missing},
      world.masker());
  world.out("Secrets are masked. These files, with their bytes:\n");
  for (const BundleEntry& entry : entries) {
    world.out(fmt::format("{:>9}  {}\n", entry.bytes.size(), entry.name));
  }
  for (const std::string& missing : gathered.missing) {
    world.err("not in it: " + bundle_text(missing, world.masker()) + "\n");
  }
  if (const auto problem = write(path, entries, world)) {
    return refuse(session, {*problem}, world);
  }
  world.out(path + " is written. It names hosts and addresses: look through it before you attach "
                   "it to a bug report.\n");
  return ExitCode::done;
}

} // namespace iplease
