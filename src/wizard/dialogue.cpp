// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/catalogue.hpp>
#include <iplease/core/pool_rules.hpp>
#include <iplease/report/plan_view.hpp>
#include <iplease/report/problem_text.hpp>
#include <iplease/wizard/answers.hpp>
#include <iplease/wizard/dialogue.hpp>
#include <iplease/wizard/pages.hpp>
#include <iplease/wizard/wrap.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

namespace iplease {

namespace {

constexpr const char* k_mark = "> ";

std::string trimmed(const std::string& text)
{
  const std::size_t first = text.find_first_not_of(' ');
  return first == std::string::npos ? std::string{}
                                    : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

} // namespace

std::vector<Problem> problems_of(const Plan& plan)
{
  std::vector<Problem> all;
  for (const StagePlan& stage : plan.stages) {
    for (const Problem& problem : stage.problems) {
      const bool told = std::ranges::any_of(all, [&](const Problem& one) {
        return one.id == problem.id && one.what == problem.what;
      });
      if (!told) {
        all.push_back(problem);
      }
    }
  }
  return all;
}

bool is_risk(const Problem& problem)
{
  const CatalogueEntry* entry = find_entry(problem.id);
  return entry != nullptr &&
         entry->fix.find("--accept-risk " + problem.id) != std::string_view::npos;
}

Dialogue::Dialogue(Prompt& prompt, Workbench& bench, bool numbered_lines)
    : m_prompt(prompt),
      m_bench(bench),
      m_numbered_lines(numbered_lines)
{
}

void Dialogue::say(const std::string& text)
{
  m_prompt.say(wrap(text, static_cast<std::size_t>(m_prompt.columns())));
}

std::optional<ExitCode> Dialogue::cancelled(ExitCode exit)
{
  say("Cancelled. Nothing was changed.");
  return exit;
}

Dialogue::Typed Dialogue::read()
{
  const Reply reply = m_prompt.ask(k_mark);
  if (reply.kind == Reply::Kind::line) {
    return {trimmed(reply.text), std::nullopt};
  }
  if (reply.kind == Reply::Kind::end) {
    return {{}, cancelled(ExitCode::declined)};
  }
  return {{}, cancelled(reply.signal == SIGINT ? ExitCode::interrupted : ExitCode::terminated)};
}

std::string Dialogue::menu_text(const std::vector<std::string>& labels) const
{
  const auto columns = static_cast<std::size_t>(std::max(m_prompt.columns(), 20));
  std::string text;
  std::string line;
  std::size_t number = 0;
  for (const std::string& label : labels) {
    const std::string item = fmt::format("{}) {}", ++number, label);
    if (!line.empty() && (m_numbered_lines || line.size() + 3 + item.size() > columns)) {
      text += line + "\n";
      line.clear();
    }
    line += (line.empty() ? "  " : "   ") + item;
  }
  return text + line + "\n";
}

Dialogue::Choice Dialogue::choose(const std::vector<std::string>& labels, std::size_t fallback)
{
  m_prompt.say(menu_text(labels));
  for (int attempt = 0; attempt < k_attempts; ++attempt) {
    const Typed typed = read();
    if (typed.stop) {
      return {0, typed.stop};
    }
    if (typed.text.empty() && fallback > 0) {
      return {fallback, std::nullopt};
    }
    if (typed.text.size() == 1 && typed.text.front() >= '1' &&
        static_cast<std::size_t>(typed.text.front() - '0') <= labels.size()) {
      return {static_cast<std::size_t>(typed.text.front() - '0'), std::nullopt};
    }
    say(fmt::format("Type a number from 1 to {}{}.",
                    labels.size(),
                    fallback > 0 ? fmt::format(", or Enter for {}", fallback) : ""));
  }
  return {0, cancelled(ExitCode::declined)};
}

Dialogue::Verdicts Dialogue::judge(const Question& question, const std::string& typed) const
{
  Verdicts verdicts{.asked = m_bench.asked()};
  const SettingKey& key = *find_key(question.path);
  const GivenValue value = answer_value(question, typed, m_bench.folder(), m_bench.home());
  if (value.texts.empty()) {
    verdicts.problems = {missing_problem({question.path, "nothing was typed"})};
    return verdicts;
  }
  verdicts.problems = store_setting(key, question.path, value, verdicts.asked);
  if (!verdicts.problems.empty()) {
    return verdicts;
  }
  if (key.type == KeyType::addresses) {
    verdicts.warnings = check_pool(verdicts.asked.pool.addresses.value).warnings;
  }
  const std::vector<Problem> before = problems_of(m_bench.plan());
  for (const Problem& problem : problems_of(m_bench.try_out(verdicts.asked).plan)) {
    const bool old = std::ranges::any_of(before, [&](const Problem& one) {
      return one.id == problem.id && one.what == problem.what;
    });
    if (!old) {
      (is_risk(problem) ? verdicts.risks : verdicts.problems).push_back(problem);
    }
  }
  return verdicts;
}

/// Says what is wrong; true when nothing is.
bool Dialogue::tell(const Verdicts& verdicts)
{
  for (const Problem& raw : verdicts.problems) {
    const Problem problem = with_catalogue(raw);
    say("  " + problem.what + (problem.fix.empty() ? "" : "\n  " + problem.fix) + "\n  (" +
        problem.id + ")");
  }
  return verdicts.problems.empty();
}

void Dialogue::check_only(const Question& question, const std::string& typed)
{
  if (typed.empty()) {
    say("  Nothing to check yet: type an answer with ! behind it, or an answer first.");
    return;
  }
  const Verdicts verdicts = judge(question, typed);
  say("  You typed: " + typed);
  if (!tell(verdicts)) {
    return;
  }
  for (const Problem& problem : verdicts.risks) {
    say("  A risk, " + problem.id + ": " + problem.what);
  }
  for (const Problem& problem : verdicts.warnings) {
    say("  A warning, " + problem.id + ": " + problem.what);
  }
  std::string good = "  It can be used.";
  if (find_key(question.path)->type == KeyType::addresses) {
    const auto& ranges = verdicts.asked.pool.addresses.value;
    good = fmt::format("  It can be used: {} addresses.", count(ranges));
  }
  say(good + " Enter takes it.");
}

std::optional<ExitCode> Dialogue::agree_to_risk(const Problem& raw, bool& taken)
{
  const Problem risk = with_catalogue(raw);
  say(fmt::format("A risk, {}: {}\n  {}\nTo take this risk type its id. Enter does not take it.",
                  risk.id,
                  risk.what,
                  risk.cause));
  const Typed typed = read();
  taken = typed.text == risk.id;
  if (!taken && !typed.stop) {
    say("Not taken.");
  }
  return typed.stop;
}

std::optional<ExitCode> Dialogue::agree_to_warning(const Problem& raw, bool& taken)
{
  const Problem warning = with_catalogue(raw);
  say(fmt::format("{}\n  {}\n  ({})", warning.what, warning.cause, warning.id));
  const Choice choice = choose({"do not use it (default)", "use it all the same"}, 1);
  taken = choice.number == 2;
  return choice.stop;
}

std::optional<ExitCode> Dialogue::agree(Verdicts& verdicts, bool& taken)
{
  taken = true;
  for (const Problem& risk : verdicts.risks) {
    if (const auto stop = agree_to_risk(risk, taken); stop || !taken) {
      return stop;
    }
    verdicts.asked.accept_risk.value.push_back(risk.id);
    verdicts.asked.accept_risk.from = From::answer;
    verdicts.asked.accept_risk.where = "your answer";
  }
  for (const Problem& warning : verdicts.warnings) {
    if (const auto stop = agree_to_warning(warning, taken); stop || !taken) {
      return stop;
    }
  }
  return std::nullopt;
}

std::optional<ExitCode> Dialogue::ask(const Question& question)
{
  say("\n" + question_text(question));
  std::string draft;
  int attempts = 0;
  while (attempts < k_attempts) {
    const Typed typed = read();
    if (typed.stop) {
      return typed.stop;
    }
    if (typed.text == "?") {
      say(question_help(question));
      continue;
    }
    if (typed.text.ends_with('!')) {
      const std::string before = trimmed(typed.text.substr(0, typed.text.size() - 1));
      draft = before.empty() ? draft : before;
      check_only(question, draft);
      continue;
    }
    if (typed.text.empty() && draft.empty() && !question.current.empty()) {
      return std::nullopt; // kept
    }
    draft = typed.text.empty() ? draft : typed.text;
    Verdicts verdicts = judge(question, draft);
    if (!tell(verdicts)) {
      ++attempts;
      continue;
    }
    bool taken = true;
    if (const auto stop = agree(verdicts, taken)) {
      return stop;
    }
    if (taken) {
      m_bench.take(std::move(verdicts.asked));
      return std::nullopt;
    }
    draft.clear();
    say("Type another answer.");
  }
  say(fmt::format("No answer fitted in {} attempts. {}.", k_attempts, question.missing.fix));
  return cancelled(ExitCode::declined);
}

std::optional<ExitCode> Dialogue::ask_open_questions()
{
  for (;;) {
    const std::vector<Question> open = open_questions(m_bench.seen(), m_bench.want());
    if (open.empty()) {
      return std::nullopt;
    }
    if (const auto stop = ask(open.front())) {
      return stop;
    }
  }
}

} // namespace iplease
