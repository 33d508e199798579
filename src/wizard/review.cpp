// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/command.hpp>
#include <iplease/report/plan_view.hpp>
#include <iplease/wizard/answers.hpp>
#include <iplease/wizard/dialogue.hpp>
#include <iplease/wizard/pages.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace iplease {

namespace {

bool nothing_to_do(const Plan& plan)
{
  return std::ranges::all_of(
      plan.stages, [](const StagePlan& stage) { return stage.verdict == Verdict::satisfied; });
}

} // namespace

/// What blocks the plan and cannot be settled by a question or an accepted risk.
std::vector<Problem> Dialogue::beyond_questions() const
{
  std::vector<Problem> problems = problems_of(m_bench.plan());
  for (const Question& question : open_questions(m_bench.seen(), m_bench.want())) {
    std::erase_if(problems, [&](const Problem& problem) { return problem.id == question.settles; });
  }
  std::erase_if(problems, is_risk);
  return problems;
}

/// Asks about the risks of what was given or found, each by its id.
std::optional<ExitCode> Dialogue::settle_risks()
{
  for (const Problem& problem : problems_of(m_bench.plan())) {
    if (!is_risk(problem)) {
      continue;
    }
    bool taken = false;
    if (const auto stop = agree_to_risk(problem, taken)) {
      return stop;
    }
    if (!taken) {
      save_what_was_answered();
      return cancelled(ExitCode::declined);
    }
    Settings asked = m_bench.asked();
    asked.accept_risk.value.push_back(problem.id);
    asked.accept_risk.from = From::answer;
    asked.accept_risk.where = "your answer";
    m_bench.take(std::move(asked));
  }
  return std::nullopt;
}

std::optional<ExitCode> Dialogue::change_setting()
{
  const std::vector<SettingRow> rows = setting_rows(m_bench.want());
  m_prompt.say(settings_page(rows, true, static_cast<std::size_t>(m_prompt.columns())));
  say("Which one? Its number, or the name of any other key. Enter goes back.");
  for (;;) {
    const Typed typed = read(Quit::goes_back);
    if (typed.stop || typed.back || typed.text.empty()) {
      return typed.stop;
    }
    std::string path = typed.text;
    if (path.size() < 3 && std::ranges::all_of(path, [](char c) { return c >= '0' && c <= '9'; })) {
      const auto number = static_cast<std::size_t>(std::stoi(path));
      path = number >= 1 && number <= rows.size() ? rows[number - 1].key : path;
    }
    if (path == "?") {
      say("  You are asked for the new value, and the plan is made anew. All keys, with what they "
          "mean: iplease config explain");
    } else if (path.starts_with("cluster.") || path.starts_with("tools.")) {
      say("That decides what is looked at: cancel, and start again with the flag for it.");
    } else if (find_key(path) == nullptr) {
      say(fmt::format(
          "Type a number from 1 to {}, or a key such as pool.addresses. Enter goes back.",
          rows.size()));
    } else {
      const auto stop = ask(question_to_change(path, m_bench.want()));
      return stop ? stop : ask_open_questions();
    }
  }
}

std::string Dialogue::absolute(const std::string& path) const
{
  if (path.starts_with("~/")) {
    return m_bench.home() + path.substr(1);
  }
  return path.starts_with('/') ? path : m_bench.folder() + "/" + path;
}

void Dialogue::save_what_was_answered()
{
  if (!holds_answers(m_bench.asked())) {
    return;
  }
  constexpr int most = 99;
  std::optional<std::string> error;
  for (int number = 1; number <= most; ++number) {
    const std::string name =
        number == 1 ? "iplease-answers.yaml" : fmt::format("iplease-answers-{}.yaml", number);
    error = m_bench.save(absolute(name), answers_file(m_bench.asked(), m_bench.seen().context));
    if (!error) {
      say("What you answered so far is saved. To go on from there:");
      m_prompt.say("  " + shell_line({"iplease", "enable", "-f", absolute(name)}) +
                   "\n"); // unwrapped, to be copied
      return;
    }
  }
  say("What you answered so far could not be saved: " + error.value_or("") + ".");
}

namespace {

/// Accepts only the endings of a flags file, so a slip at the question is not a name.
bool names_a_file(const std::string& typed)
{
  const bool ending = typed.ends_with(".yaml") || typed.ends_with(".yml");
  return ending && typed.find(", ") == std::string::npos; // a pasted column of lines
}

} // namespace

std::optional<ExitCode> Dialogue::save_answers(bool& saved)
{
  constexpr const char* k_name = "iplease.yaml";
  say(fmt::format("Into which file? Default: {} (Enter takes it)", k_name));
  for (;;) {
    const Typed typed = read(Quit::goes_back);
    if (typed.stop || typed.back) {
      return typed.stop;
    }
    const std::string name = typed.text.empty() ? k_name : typed.text;
    const std::string path = absolute(name);
    if (!names_a_file(name)) {
      say(fmt::format("  Type one name that ends in .yaml, such as ~/{}. The file is made anew and "
                      "is yours alone; none is written over. q goes back.",
                      k_name));
      continue;
    }
    const auto error = m_bench.save(path, answers_file(m_bench.asked(), m_bench.seen().context));
    if (!error) {
      saved = true;
      say("Saved. Nothing was changed on the cluster. To go on without questions:");
      m_prompt.say("  " + shell_line({"iplease", "enable", "-f", path, "--yes"}) +
                   "\n"); // unwrapped, to be copied
      return std::nullopt;
    }
    say(fmt::format("  {}. Type another name.", *error));
  }
}

std::optional<ExitCode> Dialogue::change_and_look(bool& changed)
{
  const Settings before = m_bench.asked();
  const std::optional<ExitCode> stop = change_setting();
  changed = before != m_bench.asked();
  if (!stop && changed) {
    say("Looking closer ..."); // Helm and the API server take a while
    m_bench.look_closer();
  }
  return stop;
}

Ending Dialogue::review()
{
  enum { run_it = 1, change, diff, commands, save, cancel };
  const std::vector<Offer> offers{
      {"run", "run it (default)", "carries out the plan that is shown above"},
      {"change", "change a setting", "asks which one and for its new value, then plans anew"},
      {"diff", "show diff", "what changes in your files and objects, secrets masked"},
      {"commands", "show commands", "every command of the plan, in order"},
      {"save", "save answers to a file and stop", "a flags file for a run without questions"},
      {"cancel", "cancel", "ends it; nothing was changed"}};
  bool show = true;
  for (;;) {
    if (const auto stop = settle_risks()) {
      return {false, *stop, {}};
    }
    if (m_bench.plan().blocked()) {
      save_what_was_answered();
      const std::vector<Problem> problems = problems_of(m_bench.plan());
      return {false, problems.front().exit, problems};
    }
    const auto columns = static_cast<std::size_t>(m_prompt.columns());
    if (show) {
      m_prompt.say("\n" + settings_page(setting_rows(m_bench.want()), false, columns) + "\n" +
                   review_page(m_bench.plan(), m_bench.seen(), columns));
    }
    if (nothing_to_do(m_bench.plan())) {
      return {true, ExitCode::done, {}};
    }
    const Choice choice = choose(offers, run_it);
    std::optional<ExitCode> stop = choice.stop;
    bool saved = false;
    show = false;
    if (choice.number == run_it) {
      say("The same without questions:");
      m_prompt.say("  " + answers_command(m_bench.asked()) + "\n\n"); // unwrapped, to be copied
      return {true, ExitCode::done, {}};
    }
    if (choice.number == change) {
      stop = change_and_look(show);
    } else if (choice.number == diff) {
      m_prompt.say(diff_page(m_bench.plan(), columns));
    } else if (choice.number == commands) {
      m_prompt.say(plan_text(m_bench.plan(), m_bench.seen(), m_bench.want()));
    } else if (choice.number == save) {
      stop = save_answers(saved);
    } else if (choice.number == cancel) {
      stop = cancelled(ExitCode::declined);
    }
    if (stop || saved) {
      return {false, stop.value_or(ExitCode::done), {}};
    }
  }
}

Ending Dialogue::run(const std::vector<Problem>& warnings)
{
  m_prompt.say(
      found_page(m_bench.seen(), m_bench.want(), static_cast<std::size_t>(m_prompt.columns())));
  for (const Problem& warning : warnings) {
    bool taken = true;
    const auto stop =
        warning.id == "IPL-POOL-008" ? agree_to_warning(warning, taken) : std::nullopt;
    if (stop || !taken) {
      return {false, stop ? *stop : *cancelled(ExitCode::declined), {}};
    }
  }
  const std::vector<Problem> beyond = beyond_questions();
  if (!beyond.empty()) {
    return {false, beyond.front().exit, beyond}; // no answer would help
  }
  const bool asks = !open_questions(m_bench.seen(), m_bench.want()).empty();
  if (const auto stop = ask_open_questions()) {
    return {false, *stop, {}};
  }
  if (asks) { // the answers may need reads that were not made yet, such as a trial of the upgrade
    say("Looking closer ..."); // Helm and the API server take a while
    m_bench.look_closer();
  }
  return review();
}

} // namespace iplease
