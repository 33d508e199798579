// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/catalogue.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/report/doctor_view.hpp>
#include <iplease/report/words.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace iplease {

namespace {

struct Mark {
  const char* glyph;
  const char* ascii;
  const char* colour;
  const char* word; ///< in JSON
};

Mark mark_of(Outcome outcome)
{
  switch (outcome) {
  case Outcome::ok:
    return {"✔", "ok", "\033[32m", "ok"};
  case Outcome::warn:
    return {"‼", "!!", "\033[33m", "warn"};
  case Outcome::fail:
    return {"✖", "xx", "\033[31m", "fail"};
  case Outcome::could_not_look:
    return {"?", "??", "\033[33m", "could-not-look"};
  case Outcome::not_applicable:
    break;
  }
  return {"-", "--", "\033[2m", "not-applicable"};
}

std::string marked(Outcome outcome, const Style& style)
{
  const Mark mark = mark_of(outcome);
  const char* text = style.ascii ? mark.ascii : mark.glyph;
  return style.colour ? fmt::format("{}{}\033[0m", mark.colour, text) : text;
}

bool is_found(const Finding& finding)
{
  return finding.outcome == Outcome::warn || finding.outcome == Outcome::fail ||
         finding.outcome == Outcome::could_not_look;
}

bool is_shown(const Finding& finding, const DoctorTalk& talk)
{
  if (finding.outcome == Outcome::not_applicable) {
    return talk.verbose || (!talk.quiet && !finding.follows.empty());
  }
  return !talk.quiet || is_found(finding);
}

void add_part(std::string& text, const char* name, const std::string& said)
{
  const std::string words = plain_text(said);
  std::size_t at = 0;
  while (at < words.size()) {
    const std::size_t end = std::min(words.find('\n', at), words.size());
    text += fmt::format("      {:<6} {}\n", at == 0 ? name : "", words.substr(at, end - at));
    at = end + 1;
  }
}

std::string finding_text(const Finding& finding, const Style& style)
{
  const std::string mark = marked(finding.outcome, style);
  if (!is_found(finding)) {
    return fmt::format("  {} {:<30} {}\n", mark, finding.check, plain_text(finding.what));
  }
  std::string text = fmt::format("  {} {:<30} {}\n", mark, finding.check, finding.id);
  const Problem problem = with_catalogue(to_problem(finding, ExitCode::not_verified));
  add_part(text, "what", finding.what);
  add_part(text, "saw", finding.saw);
  if (finding.outcome == Outcome::could_not_look) {
    return text; // cause and cure are those of a fault that was not seen
  }
  add_part(text, "cause", problem.cause);
  add_part(text, "fix", problem.fix);
  add_part(text, "more", "iplease explain " + finding.id);
  return text;
}

} // namespace

DoctorSum sum_of(const std::vector<Finding>& findings)
{
  DoctorSum sum;
  for (const Finding& finding : findings) {
    switch (finding.outcome) {
    case Outcome::ok:
      ++sum.ok;
      break;
    case Outcome::warn:
      ++sum.warnings;
      break;
    case Outcome::fail:
      ++sum.failures;
      break;
    case Outcome::could_not_look:
      ++sum.could_not_look;
      break;
    case Outcome::not_applicable:
      ++sum.not_applicable;
      break;
    }
  }
  return sum;
}

std::string doctor_text(const std::vector<Finding>& findings,
                        std::chrono::milliseconds took,
                        const DoctorTalk& talk)
{
  std::string text;
  std::string group;
  for (const Finding& finding : findings) {
    if (!is_shown(finding, talk)) {
      continue;
    }
    if (finding.group != group) {
      text += (text.empty() ? "" : "\n") + finding.group + "\n";
      group = finding.group;
    }
    text += finding_text(finding, talk.style);
  }
  const DoctorSum sum = sum_of(findings);
  const char* verdict = sum.failures > 0                        ? "not healthy"
                        : sum.warnings + sum.could_not_look > 0 ? "healthy, with remarks"
                                                                : "healthy";
  return text + fmt::format("{}{}: {} ok, {} warnings, {} failures, {} could not be looked at, {} "
                            "not applicable, in {}\n",
                            text.empty() ? "" : "\n",
                            verdict,
                            sum.ok,
                            sum.warnings,
                            sum.failures,
                            sum.could_not_look,
                            sum.not_applicable,
                            human(took));
}

nlohmann::ordered_json doctor_json(const std::vector<Finding>& findings, int exit)
{
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const Finding& finding : findings) {
    nlohmann::ordered_json row{{"id", finding.id},
                               {"group", finding.group},
                               {"check", finding.check},
                               {"outcome", mark_of(finding.outcome).word},
                               {"what", finding.what},
                               {"evidence", finding.saw}};
    if (finding.outcome == Outcome::warn || finding.outcome == Outcome::fail) {
      const Problem problem = with_catalogue(to_problem(finding, ExitCode::not_verified));
      row["cause"] = problem.cause;
      row["fix"] = problem.fix;
    }
    rows.push_back(std::move(row));
  }
  const DoctorSum sum = sum_of(findings);
  return {{"type", "doctor"},
          {"ui", "1.0"},
          {"exit", exit},
          {"sum",
           {{"ok", sum.ok},
            {"warn", sum.warnings},
            {"fail", sum.failures},
            {"could-not-look", sum.could_not_look},
            {"not-applicable", sum.not_applicable}}},
          {"findings", std::move(rows)}};
}

} // namespace iplease
