// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/catalogue.hpp>
#include <iplease/core/plain_text.hpp>
#include <iplease/report/doctor_view.hpp>
#include <iplease/report/words.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace iplease {

namespace {

struct Mark {
  const char* glyph;
  const char* ascii;
  const char* word; ///< in JSON
};

Mark mark_of(Outcome outcome)
{
  switch (outcome) {
  case Outcome::ok:
    return {"✔", "ok", "ok"};
  case Outcome::warn:
    return {"‼", "!!", "warn"};
  case Outcome::fail:
    return {"✖", "xx", "fail"};
  case Outcome::could_not_look:
    return {"?", "??", "could-not-look"};
  case Outcome::not_applicable:
    break;
  }
  return {"-", "--", "not-applicable"};
}

std::string marked(Outcome outcome, const Style& style)
{
  const Mark mark = mark_of(outcome);
  return style.ascii ? mark.ascii : mark.glyph;
}

bool is_found(const Finding& finding)
{
  return finding.outcome == Outcome::warn || finding.outcome == Outcome::fail ||
         finding.outcome == Outcome::could_not_look;
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

/// One output row: one finding, or all that have the same cause.
struct Row {
  std::vector<const Finding*> of{};
  std::string cause{}; ///< id of the finding that explains them; else empty
};

/// The root cause of a finding: the first in its chain that itself follows from nothing shown.
std::string first_cause(const std::vector<Finding>& findings, const Finding& finding)
{
  std::string cause = finding.follows;
  for (std::size_t turn = 0; turn < findings.size(); ++turn) { // ends even in a cycle
    const auto told = std::ranges::find(findings, cause, &Finding::id);
    if (told == findings.end() || told->follows.empty()) {
      break;
    }
    cause = told->follows;
  }
  return cause;
}

/// Whether this id has a row as a cause; what it explains is then shown there only.
bool is_told(const std::vector<Finding>& findings, const std::string& id)
{
  return std::ranges::any_of(findings, [&](const Finding& finding) {
    return finding.id == id && is_found(finding) && finding.follows.empty();
  });
}

bool have_one_cause(const Row& row, const Finding& finding, const std::string& cause)
{
  const Finding& first = *row.of.front();
  if (!cause.empty() || !row.cause.empty()) {
    return row.cause == cause;
  }
  return first.what == finding.what &&
         (first.id == finding.id || finding.outcome == Outcome::could_not_look);
}

std::vector<Row> rows_of(const std::vector<Finding>& findings, Outcome outcome)
{
  std::vector<Row> rows;
  for (const Finding& finding : findings) {
    if (finding.outcome != outcome || (!is_found(finding) && finding.follows.empty())) {
      continue;
    }
    const std::string cause = first_cause(findings, finding);
    if (is_told(findings, cause)) {
      continue;
    }
    const auto same = std::ranges::find_if(
        rows, [&](const Row& row) { return have_one_cause(row, finding, cause); });
    if (same == rows.end()) {
      rows.push_back({.of = {&finding}, .cause = cause});
    } else {
      same->of.push_back(&finding);
    }
  }
  return rows;
}

using Findings = std::vector<const Finding*>;

/// The findings of one outcome that another one explains.
Findings explained_by(const std::string& id, const std::vector<Finding>& all, Outcome outcome)
{
  Findings list;
  for (const Finding& finding : all) {
    if (finding.outcome == outcome && first_cause(all, finding) == id) {
      list.push_back(&finding);
    }
  }
  return list;
}

std::string line(const std::string& mark, std::string_view id, std::string_view words)
{
  return fmt::format("  {} {:<13} {}\n", mark, id, words);
}

std::string line_of(const Finding& finding, const Style& style)
{
  return line(marked(finding.outcome, style),
              finding.id,
              fmt::format("{:<30} {}", finding.check, plain_text(finding.what)));
}

constexpr std::size_t k_ids_in_a_line = 6;

std::string ids_of(const Findings& findings)
{
  std::string text;
  for (std::size_t at = 0; at < findings.size(); ++at) {
    text += at == 0 ? "" : at % k_ids_in_a_line == 0 ? ",\n" : ", ";
    text += findings[at]->id;
  }
  return text;
}

std::string counted(const Findings& findings)
{
  const std::size_t number = findings.size();
  const std::string checks = fmt::format("{} check{} ", number, number == 1 ? "" : "s");
  return checks + (findings.front()->outcome == Outcome::could_not_look
                       ? "could not look because of it"
                       : fmt::format("follow{} from it: cure it first, then look again",
                                     number == 1 ? "s" : ""));
}

/// Adds how many findings it explains that have no row of their own.
void add_explained(std::string& text, const Findings& findings, bool every_id)
{
  if (!findings.empty()) {
    add_part(text, "so", counted(findings));
    add_part(text, "", every_id || findings.size() <= k_ids_in_a_line ? ids_of(findings) : "");
  }
}

/// Each evidence once.
std::string saw_of(const Row& row)
{
  std::vector<std::string> all;
  for (const Finding* finding : row.of) {
    if (std::ranges::find(all, finding->saw) == all.end()) {
      all.push_back(finding->saw);
    }
  }
  return fmt::format("{}", fmt::join(all, "\n"));
}

/// Does not show the catalogue's cause and fix: they are for a fault that was seen.
void add_not_looked(std::string& text, const Row& row)
{
  add_part(text, "checks", row.of.size() > 1 ? ids_of(row.of) : "");
  add_part(text, "saw", row.cause.empty() ? saw_of(row) : "");
  add_part(text, "more", row.cause.empty() ? "" : "iplease explain " + row.cause);
}

void add_fault(std::string& text, const Row& row)
{
  const Finding& finding = *row.of.front();
  const Problem problem = with_catalogue(to_problem(finding, ExitCode::not_verified));
  add_part(text, "saw", saw_of(row));
  add_part(text, "cause", problem.cause);
  add_part(text, "fix", problem.fix);
  add_part(text, "more", "iplease explain " + finding.id);
}

std::string row_text(const Row& row, const std::vector<Finding>& all, const DoctorTalk& talk)
{
  const Finding& finding = *row.of.front();
  const std::string mark = marked(finding.outcome, talk.style);
  if (!row.cause.empty() && row.of.size() > 1) { // its cause has no row
    std::string text = line(mark, row.cause, counted(row.of));
    add_part(text, "checks", ids_of(row.of));
    return text;
  }
  if (!is_found(finding)) {
    return line_of(finding, talk.style);
  }
  std::string text = line(mark, finding.id, finding.check);
  add_part(text, "what", finding.what);
  if (finding.outcome == Outcome::could_not_look) {
    add_not_looked(text, row);
  } else {
    add_fault(text, row);
  }
  add_explained(text, explained_by(finding.id, all, Outcome::could_not_look), talk.verbose);
  if (!talk.verbose && !talk.quiet) { // else each has its line, or none
    add_explained(text, explained_by(finding.id, all, Outcome::not_applicable), false);
  }
  return text;
}

std::string rows_text(const std::vector<Finding>& findings, Outcome outcome, const DoctorTalk& talk)
{
  std::string text;
  for (const Row& row : rows_of(findings, outcome)) {
    text += row_text(row, findings, talk);
  }
  return text;
}

/// Every check that passes or does not apply, under its group.
std::string unfolded(const std::vector<Finding>& findings, const DoctorTalk& talk)
{
  std::string text;
  std::string group;
  for (const Finding& finding : findings) {
    if (is_found(finding) || (talk.quiet && finding.outcome == Outcome::ok)) {
      continue;
    }
    if (finding.group != group) {
      text += (text.empty() ? "" : "\n") + finding.group + "\n";
      group = finding.group;
    }
    text += line_of(finding, talk.style);
  }
  return text;
}

/// One line per group: the number of passed checks, and the remarks.
std::string folded(const std::vector<Finding>& findings, const Style& style)
{
  std::vector<std::string> groups;
  for (const Finding& finding : findings) {
    if (finding.outcome == Outcome::ok &&
        std::ranges::find(groups, finding.group) == groups.end()) {
      groups.push_back(finding.group);
    }
  }
  std::string text;
  for (const std::string& group : groups) {
    int passes = 0;
    std::string remarks;
    for (const Finding& finding : findings) {
      if (finding.outcome == Outcome::ok && finding.group == group) {
        ++passes;
        add_part(remarks, "note", finding.remark ? finding.id + ": " + finding.what : "");
      }
    }
    text += line(marked(Outcome::ok, style),
                 group,
                 fmt::format("{} check{}", passes, passes == 1 ? " passes" : "s pass"));
    text += remarks;
  }
  return text;
}

/// The count of each outcome; leaves out zeros.
std::string sum_text(const DoctorSum& sum)
{
  std::string text = fmt::format("{} ok", sum.ok);
  const auto add = [&](int count, const char* one, const char* many) {
    text += count == 0 ? "" : fmt::format(", {} {}", count, count == 1 ? one : many);
  };
  add(sum.failures, "failure", "failures");
  add(sum.warnings, "warning", "warnings");
  add(sum.could_not_look, "could not be looked at", "could not be looked at");
  add(sum.not_applicable, "not applicable", "not applicable");
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
  const auto add = [&](const std::string& part) {
    text += (text.empty() || part.empty() ? "" : "\n") + part;
  };
  for (const Outcome outcome : {Outcome::fail, Outcome::warn, Outcome::could_not_look}) {
    add(rows_text(findings, outcome, talk));
  }
  if (talk.verbose) {
    add(unfolded(findings, talk));
  } else if (!talk.quiet) {
    add(rows_text(findings, Outcome::not_applicable, talk));
    add(folded(findings, talk.style));
  }
  const DoctorSum sum = sum_of(findings);
  const char* verdict = sum.failures > 0                        ? "not healthy"
                        : sum.warnings + sum.could_not_look > 0 ? "healthy, with remarks"
                                                                : "healthy";
  return text +
         fmt::format(
             "{}{}: {}, in {}\n", text.empty() ? "" : "\n", verdict, sum_text(sum), human(took));
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
