// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/catalogue.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/core/pool_rules.hpp>
#include <iplease/report/plan_view.hpp>
#include <iplease/report/problem_text.hpp>
#include <iplease/report/wrap.hpp>
#include <iplease/wizard/answers.hpp>
#include <iplease/wizard/dialogue.hpp>
#include <iplease/wizard/pages.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <csignal>
#include <utility>

namespace iplease {

namespace {

constexpr const char* k_mark = "> ";
constexpr std::size_t k_echo = 400; ///< bytes to repeat of what was typed

std::string trimmed(const std::string& text)
{
  const std::size_t first = text.find_first_not_of(' ');
  return first == std::string::npos ? std::string{}
                                    : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string echoed(const std::string& text)
{
  return text.size() <= k_echo ? text : std::string(first_bytes(text, k_echo)) + "...";
}

std::string in_small(std::string_view text)
{
  std::string small(text);
  std::ranges::transform(
      small, small.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return small;
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
  return entry != nullptr && entry->risk;
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

Dialogue::Typed Dialogue::read(Quit quit)
{
  const Reply reply = m_prompt.ask(k_mark);
  if (reply.kind == Reply::Kind::end) {
    return {{}, cancelled(ExitCode::declined)};
  }
  if (reply.kind == Reply::Kind::interrupt) {
    return {{}, cancelled(reply.signal == SIGINT ? ExitCode::interrupted : ExitCode::terminated)};
  }
  std::string text = trimmed(plain_text(reply.text));
  if (in_small(text) != "q" && in_small(text) != "quit") {
    return {std::move(text), std::nullopt};
  }
  const bool ends = quit == Quit::ends;
  return {{}, ends ? cancelled(ExitCode::declined) : std::nullopt, !ends};
}

std::string Dialogue::menu_text(const std::vector<Offer>& offers) const
{
  const auto columns = static_cast<std::size_t>(std::max(m_prompt.columns(), 20));
  std::string text;
  std::string line;
  std::size_t number = 0;
  for (const Offer& offer : offers) {
    const std::string item = fmt::format("{}) {}", ++number, offer.label);
    if (!line.empty() && (m_numbered_lines || line.size() + 3 + item.size() > columns)) {
      text += line + "\n";
      line.clear();
    }
    line += (line.empty() ? "  " : "   ") + item;
  }
  return text + line + "\n";
}

/// From 1; 0 if it is none of them, or ambiguous.
std::size_t Dialogue::chosen_by(const std::string& typed, const std::vector<Offer>& offers)
{
  const std::string word = in_small(typed);
  std::size_t chosen = 0;
  for (std::size_t number = 1; number <= offers.size(); ++number) {
    const Offer& offer = offers[number - 1];
    if (word == std::to_string(number) || word == offer.word) {
      return number;
    }
    if (!word.empty() && (offer.word.starts_with(word) || offer.label.starts_with(word))) {
      chosen = chosen == 0 ? number : offers.size() + 1;
    }
  }
  return chosen > offers.size() ? 0 : chosen;
}

/// Asks until one is chosen, without a limit.
Dialogue::Choice Dialogue::choose(const std::vector<Offer>& offers, std::size_t fallback)
{
  m_prompt.say(menu_text(offers));
  for (;;) {
    const Typed typed = read();
    if (typed.stop) {
      return {0, typed.stop};
    }
    const std::size_t chosen = typed.text.empty() ? fallback : chosen_by(typed.text, offers);
    if (chosen > 0) {
      return {chosen, std::nullopt};
    }
    if (typed.text == "?") {
      for (const Offer& offer : offers) {
        say(fmt::format("  {}: {}", offer.word, offer.help));
      }
    }
    say(fmt::format("Type a number from 1 to {} or its word{}. ? explains them, q cancels.",
                    offers.size(),
                    fallback > 0 ? fmt::format(", or Enter for {}", fallback) : ""));
  }
}

Dialogue::Verdicts Dialogue::judge(const Question& question, const std::string& typed) const
{
  Verdicts verdicts{.asked = m_bench.asked()};
  const SettingKey& key = *find_key(question.path);
  const GivenValue value = answer_value(question, typed, m_bench.folder(), m_bench.home());
  if (value.texts.empty()) {
    verdicts.problems = {missing_problem({question.path, "nothing was typed"})};
    verdicts.problems.front().fix = "type an answer; ? explains it, q cancels";
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

/// Reports what is wrong. True: nothing.
bool Dialogue::tell(const Verdicts& verdicts)
{
  for (const Problem& raw : verdicts.problems) {
    const Problem problem = with_catalogue(raw);
    say("  " + echoed(problem.what) + (problem.fix.empty() ? "" : "\n  " + echoed(problem.fix)) +
        "\n  (" + problem.id + ")");
  }
  return verdicts.problems.empty();
}

/// True if Enter may give it.
bool Dialogue::check_only(const Question& question, const std::string& typed)
{
  if (typed.empty()) {
    say("  Nothing to check yet: type an answer with ! behind it, or an answer first.");
    return false;
  }
  const Verdicts verdicts = judge(question, typed);
  say("  You typed: " + echoed(typed));
  if (!tell(verdicts)) {
    return false;
  }
  for (const Problem& problem : verdicts.risks) {
    say("  A risk, " + problem.id + ": " + problem.what);
  }
  for (const Problem& problem : verdicts.warnings) {
    say("  A warning, " + problem.id + ": " + problem.what);
  }
  std::string good = "  It can be used";
  if (find_key(question.path)->type == KeyType::addresses) {
    good += fmt::format(": {} addresses", count(verdicts.asked.pool.addresses.value));
  }
  const bool asks = !verdicts.risks.empty() || !verdicts.warnings.empty();
  say(good + (asks ? ", if you agree to that. Enter asks you." : ". Enter takes it."));
  return true;
}

std::optional<ExitCode> Dialogue::agree_to_risk(const Problem& raw, bool& taken)
{
  const Problem risk = with_catalogue(raw);
  say(fmt::format("A risk, {}: {}\n  {}\nTo take this risk type its id. Enter does not take it.",
                  risk.id,
                  risk.what,
                  risk.cause));
  for (;;) {
    const Typed typed = read();
    taken = as_id(typed.text) == risk.id;
    if (typed.stop || taken) {
      return typed.stop;
    }
    if (typed.text.empty()) {
      say("Not taken.");
      return std::nullopt;
    }
    say(typed.text == "?" ? "  Instead: " + risk.fix
                          : fmt::format("  That is not {}: the risk is not taken. Type the id to "
                                        "take it, Enter to leave it; ? explains it, q cancels.",
                                        risk.id));
  }
}

std::optional<ExitCode> Dialogue::agree_to_warning(const Problem& raw, bool& taken)
{
  const Problem warning = with_catalogue(raw);
  say(fmt::format("{}\n  {}\n  ({})", echoed(warning.what), warning.cause, warning.id));
  const Choice choice =
      choose({{"no", "do not use it (default)", "you are asked for another answer"},
              {"yes", "use it all the same", "it is kept, with what was said of it"}},
             1);
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

/// Handles input that is not an answer: `?` explains, `!` checks. False: it is an answer.
bool Dialogue::told_more(const Question& question, const std::string& typed, Draft& draft)
{
  if (typed == "?") {
    say(question_help(question));
    return true;
  }
  if (!typed.ends_with('!')) {
    return false;
  }
  const std::string before = trimmed(typed.substr(0, typed.size() - 1));
  draft.last = before.empty() ? draft.last : before;
  draft.good = check_only(question, draft.last) ? draft.last : "";
  return true;
}

/// Keeps a valid answer if its risks and warnings are accepted.
std::optional<ExitCode>
Dialogue::try_answer(const Question& question, const std::string& typed, Tried& tried)
{
  Verdicts verdicts = judge(question, typed);
  tried = Tried::wrong;
  if (!tell(verdicts)) {
    return std::nullopt;
  }
  bool agreed = true;
  if (const auto stop = agree(verdicts, agreed)) {
    return stop;
  }
  tried = agreed ? Tried::taken : Tried::declined;
  if (agreed) {
    m_bench.take(std::move(verdicts.asked));
  } else {
    say("Type another answer.");
  }
  return std::nullopt;
}

/// Asks an open question k_attempts times. Repeats one that only changes a value until the operator
/// answers or leaves it.
std::optional<ExitCode> Dialogue::ask(const Question& question)
{
  say("\n" + question_text(question));
  const bool changes = !question.current.empty();
  Draft draft;
  int slips = 0;
  while (changes || slips < k_attempts) {
    const Typed typed = read(changes ? Quit::goes_back : Quit::ends);
    if (typed.stop || typed.back) {
      return typed.stop;
    }
    if (told_more(question, typed.text, draft)) {
      continue;
    }
    if (typed.text.empty() && draft.good.empty() && changes) {
      return std::nullopt; // the current value stays
    }
    draft.last = typed.text.empty() ? draft.good : typed.text;
    draft.good.clear();
    Tried tried = Tried::wrong;
    const auto stop = try_answer(question, draft.last, tried);
    if (stop || tried == Tried::taken) {
      return stop;
    }
    slips += tried == Tried::wrong ? 1 : 0;
    if (changes) {
      say("  Enter keeps " + echoed(question.current) + ".");
    }
  }
  say(fmt::format("No answer fitted in {} attempts. To go without the question: {}.",
                  k_attempts,
                  question.missing.fix));
  save_what_was_answered();
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
