// SPDX-License-Identifier: Apache-2.0
#include <iplease/app.hpp>
#include <iplease/core/error.hpp>
#include <iplease/platform/terminal.hpp>
#include <iplease/report/json_view.hpp>
#include <iplease/version.hpp>

#include "app/carry_out.hpp"
#include "app/commands.hpp"
#include "app/session.hpp"
#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string_view>

namespace iplease {

namespace {

/// kubectl runs `kubectl-iplease` on PATH as a plugin; help then shows that name.
std::string program_name(const char* argv0)
{
  const std::string_view name(argv0);
  return name.substr(name.find_last_of('/') + 1).starts_with("kubectl-") ? "kubectl iplease"
                                                                         : "iplease";
}

using CommandFunction = ExitCode (*)(const RawOptions&, World&);

struct Row {
  std::string_view name;
  CommandFunction run;
};

constexpr Row k_commands[] = {
    {"enable", enable_command},
    {"plan", plan_command},
    {"apply", apply_command},
    {"undo", undo_command},
    {"resume", resume_command},
    {"status", status_command},
    {"verify", verify_command},
    {"doctor", doctor_command},
    {"values", values_app_command},
    {"migrate", migrate_app_command},
    {"config validate", config_validate_command},
    {"config show", config_show_command},
    {"config explain", config_explain_command},
    {"config schema", config_schema_command},
    {"config init", config_init_command},
    {"completion", completion_command},
    {"man", man_command},
    {"explain", explain_command},
    {"version", version_command},
    {"runs list", runs_command},
    {"runs show", runs_command},
    {"runs log", runs_command},
    {"bundle", bundle_command},
};

ExitCode dispatch(const RawOptions& options, World& world)
{
  if (options.command == nullptr) {
    throw std::logic_error("no command after a command line without problems");
  }
  for (const Row& row : k_commands) {
    if (row.name == options.command->name) {
      return row.run(options, world);
    }
  }
  throw std::logic_error("command " + std::string(options.command->name) + " has no function");
}

Problem fault(const std::exception& error)
{
  return {.id = "IPL-CLI-013",
          .what = std::string("a fault in iplease itself: ") + error.what(),
          .exit = ExitCode::bug};
}

ExitCode refuse(const std::vector<Problem>& problems, World& world)
{
  world.refuse(problems);
  return problems.empty() ? ExitCode::usage : problems.front().exit;
}

/// Runs dispatch and turns exceptions into messages and an exit code.
ExitCode guarded(const ParsedLine& line, World& world)
{
  if (!line.problems.empty()) {
    return refuse(line.problems, world);
  }
  try {
    return dispatch(line.options, world);
  } catch (const EnvironmentError& error) {
    return refuse({error.problem()}, world);
  } catch (const std::exception& error) {
    return refuse({fault(error)}, world);
  }
}

/// Whether a command answers with a stream of events instead of one document.
bool streams(const RawOptions& options)
{
  const std::string_view name = options.command == nullptr ? "" : options.command->name;
  return !options.has("dry-run") &&
         (name == "enable" || name == "apply" || name == "resume" || name == "verify" ||
          name == "undo" || (name == "doctor" && options.has("fix")));
}

/// With `-o json` a stream always gets its first and last line; otherwise a refusal is printed as
/// one document.
ExitCode run_command(const ParsedLine& line, World& world)
{
  if (!line.json) {
    return guarded(line, world);
  }
  if (!streams(line.options)) {
    const ExitCode exit = guarded(line, world);
    if (exit != ExitCode::done && !world.has_result()) {
      world.out(refusal_json(world.refused(), exit));
    }
    return exit;
  }
  JsonView events(world.out_writer(), world.clock());
  world.stream(&events);
  const ExitCode exit = guarded(line, world);
  events.result(exit, world.run_note().changed, world.run_note().run);
  world.stream(nullptr);
  return exit;
}

/// Bare `iplease`: status and the next command on a terminal, a usage error in a script.
ExitCode run_bare(World& world)
{
  constexpr int out = 1;
  const auto status = std::ranges::find(command_table(), "status", &CommandSpec::name);
  if (!is_terminal(out) || status == command_table().end()) {
    world.err(help_text({}, world.program()));
    return ExitCode::usage;
  }
  ParsedLine line;
  line.options.command = &*status;
  const ExitCode exit = run_command(line, world);
  world.out("\niplease --help lists every command\n");
  return exit;
}

/// Whether standard output is a live terminal and no option forbids the pager.
bool may_page(const RawOptions& options)
{
  return !options.has("no-pager") &&
         choose_style(style_wish(options), process_environment(), is_terminal(1)).live;
}

/// Whether the result is text that may be longer than the window and may be paged.
bool fills_pages(const ParsedLine& line)
{
  constexpr std::array listings{"plan",
                                "doctor",
                                "explain",
                                "config show",
                                "config explain",
                                "runs list",
                                "runs show",
                                "runs log"};
  const RawOptions& options = line.options;
  return options.command != nullptr && line.problems.empty() &&
         options.value("output", "text") == "text" && !options.has("fix") &&
         std::ranges::find(listings, options.command->name) != listings.end() && may_page(options);
}

void show_help(const RawOptions& options, World& world)
{
  constexpr int widest = 80;
  const int columns = is_terminal(1) ? std::min(widest, terminal_width(1)) : widest;
  const bool pages = options.help_all && may_page(options);
  if (pages) {
    world.begin_page();
  }
  world.out(help_text(options, world.program(), static_cast<std::size_t>(std::max(columns, 1))));
  if (pages) {
    world.end_page();
  }
}

ExitCode run_line(int argc, char** argv, World& world)
{
  if (argc > 1 && std::string_view(argv[1]) == "__complete") {
    return complete_command({argv + 2, argv + argc}, world);
  }
  const ParsedLine line = parse_line(argc, argv);
  const RawOptions& options = line.options;
  if (line.json) {
    world.only_data();
  }
  world.show_as(style_wish(options));
  if (options.version) {
    return version_command(options, world);
  }
  if (options.help || options.help_all) {
    show_help(options, world);
    return ExitCode::done;
  }
  if (options.command == nullptr && line.problems.empty()) {
    return run_bare(world);
  }
  if (!fills_pages(line)) {
    return run_command(line, world);
  }
  world.begin_page();
  const ExitCode exit = run_command(line, world);
  world.end_page();
  return exit;
}

/// Fail if stdout was not written whole: `iplease values FILE >new && mv new FILE` must stop.
ExitCode unless_lost(ExitCode exit, World& world)
{
  if (exit != ExitCode::done || world.result_lost() == 0) {
    return exit;
  }
  world.refuse({{.id = "IPL-CLI-012",
                 .what = std::string("standard output could not be written whole: ") +
                         std::strerror(world.result_lost())}});
  return ExitCode::cannot_write;
}

} // namespace

int run_app(int argc, char** argv)
{
  if (!fill_standard_descriptors()) {
    return static_cast<int>(ExitCode::cannot_write);
  }
  World world(program_name(argv[0]));
  try {
    return static_cast<int>(unless_lost(run_line(argc, argv, world), world));
  } catch (const std::exception& error) {
    world.refuse({fault(error)});
    return static_cast<int>(ExitCode::bug);
  }
}

} // namespace iplease
