// SPDX-License-Identifier: Apache-2.0
#include <iplease/checks/check.hpp>
#include <iplease/cluster/diagnose.hpp>
#include <iplease/core/nearest.hpp>
#include <iplease/report/doctor_view.hpp>

#include "commands.hpp"
#include "session.hpp"
#include <algorithm>
#include <cctype>

namespace iplease {

namespace {

constexpr int k_standard_output = 1;

std::string upper(std::string word)
{
  std::ranges::transform(
      word, word.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return word;
}

/// The ids of --only, or what is wrong with them.
std::vector<std::string> chosen_ids(const RawOptions& options, std::vector<Problem>& problems)
{
  const std::vector<std::string> known = check_ids();
  std::vector<std::string> ids;
  for (const std::string& word : options.all("only")) {
    ids.push_back(upper(word));
    if (std::ranges::find(known, ids.back()) == known.end()) {
      const std::string near = nearest(ids.back(), known);
      problems.push_back({.id = "IPL-CLI-011",
                          .what = "no check has the id `" + word + "`",
                          .fix = near.empty() ? "iplease doctor -o json lists all ids"
                                              : "did you mean `" + near + "`?",
                          .exit = ExitCode::usage});
    }
  }
  return ids;
}

DoctorChoice
choice_of(const RawOptions& options, const Observation& seen, const std::vector<std::string>& only)
{
  DoctorChoice choice{.before = options.has("pre"), .after = options.has("post"), .only = only};
  if (!choice.before && !choice.after) {
    choice = usual_choice(seen);
    choice.only = only;
  }
  return choice;
}

ExitCode exit_of(const std::vector<Finding>& findings, const Observation& seen, bool strict)
{
  if (seen.tools.server.empty()) {
    return ExitCode::unreachable;
  }
  const DoctorSum sum = sum_of(findings);
  const bool found = sum.failures > 0 || (strict && sum.warnings + sum.could_not_look > 0);
  return found ? ExitCode::not_verified : ExitCode::done;
}

Style style_of(const RawOptions& options)
{
  const std::string colour = options.value("color", "auto");
  return choose_style({.colour = colour == "always"  ? When::always
                                 : colour == "never" ? When::never
                                                     : When::automatic,
                       .plain = options.has("plain"),
                       .accessible = options.has("accessible")},
                      process_environment(),
                      is_terminal(k_standard_output));
}

} // namespace

ExitCode doctor_command(const RawOptions& options, World& world)
{
  const auto started = world.clock().now();
  Session session = read_asked(options, world);
  const std::vector<std::string> only = chosen_ids(options, session.problems);
  if (!session.problems.empty()) {
    world.err(problems_text(session.problems));
    return ExitCode::usage;
  }
  look(session, options, world, false, options.has("pre"));
  const DoctorChoice choice = choice_of(options, session.seen, only);
  Effects effects = world.effects();
  const Diagnosis more = diagnose(session.seen, session.want, extras_of(choice), effects);
  const std::vector<Finding> findings = run_doctor({session.seen, session.want, more}, choice);
  const ExitCode exit = exit_of(findings, session.seen, options.has("strict"));
  if (options.value("output", "text") == "json") {
    world.out(doctor_json(findings, static_cast<int>(exit)).dump(2) + "\n");
    return exit;
  }
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(world.clock().now() - started);
  world.out(doctor_text(findings,
                        took,
                        {.style = style_of(options),
                         .quiet = options.has("quiet"),
                         .verbose = options.has("verbose")}));
  return exit;
}

} // namespace iplease
