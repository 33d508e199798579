// SPDX-License-Identifier: Apache-2.0
#include "kept.hpp"

#include <iplease/cli/command_table.hpp>
#include <iplease/cli/flags_file.hpp>
#include <iplease/core/command.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/core/sha256.hpp>
#include <iplease/report/plan_view.hpp>

#include <fmt/format.h>

namespace iplease {

namespace {

struct Portable {
  Observation seen;
  Settings want;
};

Portable portable(const Session& session)
{
  Portable all{.seen = session.seen, .want = session.want};
  all.seen.kubeconfig.clear();
  all.seen.context.clear();
  all.want.cluster.kubeconfig = {};
  all.want.cluster.context = {};
  all.want.tools = {};
  return all;
}

Problem clash(const std::string& what)
{
  return {.id = "IPL-CLI-020", .what = what, .exit = ExitCode::usage};
}

FileRead read_plan_file(const std::string& path, World& world)
{
  return world.files().read(path == "-" ? "/dev/stdin" : path);
}

/// An option that contradicts a kept plan: it concerns a cluster or other settings.
std::string given_beside(const RawOptions& options)
{
  if (options.value("output") == "sh") {
    return "output sh"; // the script needs secrets and files, which the plan does not hold
  }
  for (const char* name : {"out", "offline"}) {
    if (options.has(name)) {
      return name;
    }
  }
  for (const auto& table : {settings_options(), cluster_options()}) {
    for (const OptionSpec& option : table) {
      if (options.has(std::string(option.name))) {
        return std::string(option.name);
      }
    }
  }
  return {};
}

} // namespace

Plan portable_plan(const Session& session)
{
  const Portable all = portable(session);
  return make_plan(registry(), all.seen, all.want);
}

std::optional<Problem> why_not_kept(const RawOptions& options, World& world)
{
  if (!options.has("out")) {
    return std::nullopt;
  }
  if (options.has("offline")) {
    return clash("--out keeps a plan for a cluster, and --offline looks at none");
  }
  const std::string path = options.value("out");
  const FileRead old = world.files().read(path);
  if (old.kind == FileRead::Kind::absent ||
      (old.kind == FileRead::Kind::ok && looks_kept(old.text))) {
    return std::nullopt;
  }
  return Problem{.id = "IPL-RUN-090",
                 .what = old.kind == FileRead::Kind::ok
                             ? path + " is there already, and is no kept plan"
                             : "cannot keep the plan in " + path + ": " + old.error,
                 .exit = ExitCode::cannot_write};
}

std::optional<ExitCode> keep_plan(const Session& session, const RawOptions& options, World& world)
{
  const std::string path = options.value("out");
  const std::string text =
      kept_plan_text(plan_json(portable_plan(session), session.seen, session.want),
                     replayable_settings(portable(session).want),
                     world.clock().wall());
  const FileRead old = world.files().read(path);
  const bool there = old.kind == FileRead::Kind::ok;
  if (there && !looks_kept(old.text)) {
    return refuse(session, {*why_not_kept(options, world)}, world);
  }
  const auto failed = world.files().replace(
      {.path = path, .content = text, .was = there ? sha256_hex(old.text) : std::string("absent")});
  if (failed) {
    return refuse(
        session, {{.id = "IPL-RUN-090", .what = *failed, .exit = ExitCode::cannot_write}}, world);
  }
  const std::string told = fmt::format(
      "Nothing was changed. The plan is kept in {0}; the rights to write are asked for when it is "
      "applied.\nShow it: iplease plan {0}    Do it: iplease apply {0}\n",
      shell_quote(path));
  if (options.value("output", "text") == "text") {
    world.out(told);
  } else {
    world.err(told);
  }
  return std::nullopt;
}

std::variant<KeptPlan, ExitCode> kept_plan_of(const RawOptions& options, World& world)
{
  const std::string& path = options.positionals.front();
  const std::string name = path == "-" ? "standard input" : path;
  const FileRead read = read_plan_file(path, world);
  if (read.kind != FileRead::Kind::ok) {
    world.refuse({{.id = "IPL-CLI-021",
                   .what = "cannot read the kept plan " + name + ": " +
                           (read.error.empty() ? "there is no such file" : read.error),
                   .exit = ExitCode::usage}});
    return ExitCode::usage;
  }
  auto kept = read_kept_plan(read.text, name);
  if (const auto* problems = std::get_if<std::vector<Problem>>(&kept)) {
    world.refuse(*problems);
    return problems->front().exit;
  }
  return std::get<KeptPlan>(std::move(kept));
}

ExitCode show_kept_plan(const RawOptions& options, World& world)
{
  if (const std::string other = given_beside(options); !other.empty()) {
    world.refuse({clash("a kept plan is shown as it is, without --" + other)});
    return ExitCode::usage;
  }
  const auto read = kept_plan_of(options, world);
  if (const auto* failed = std::get_if<ExitCode>(&read)) {
    return *failed;
  }
  const auto& kept = std::get<KeptPlan>(read);
  if (options.value("output", "text") == "json") {
    world.out(plain_json(kept.document, 2) + "\n");
  } else {
    Observation seen;
    seen.context = kept.context;
    seen.cluster_uid = {.look = Look::seen, .value = kept.cluster};
    world.out(plan_text(kept.plan, seen, settings_of_kept(kept.settings)));
    world.out(fmt::format("Made on {}. Do it: iplease apply {}\n",
                          kept.made,
                          shell_quote(options.positionals.front())));
  }
  return options.has("detailed-exitcode") && kept.plan.changes() ? ExitCode::differences
                                                                 : ExitCode::done;
}

} // namespace iplease
