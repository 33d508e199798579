// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/plain_text.hpp>
#include <iplease/facts/provider_values.hpp>
#include <iplease/wizard/question.hpp>
#include <iplease/yaml/diff.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace iplease {

namespace {

struct Words {
  std::string_view path;
  std::string_view title;
  std::string_view why;
  std::string_view settles;
  std::string_view lesson = {};
};

/// For operators who have a server and its bill, but never had to tell a block from an address.
constexpr std::string_view k_pool_lesson =
    "  Where to find them: in your hoster's panel, as additional or failover IPs, a subnet or an "
    "IP "
    "block; or ask there which public IPv4 block is routed to this server.\n"
    "    Routed: the hoster sends the block to the node's own address. Give all of it, the first "
    "and "
    "the last address too.\n"
    "    On-link: the block is the network that the node itself stands in, with a gateway in it. "
    "Give "
    "only the free addresses of it, as first-last.\n"
    "  Do not give: a node's own address; the gateway's; of an on-link block its first address "
    "(the "
    "network's) and its last (the broadcast address); what another host or DHCP uses; private ones "
    "(10., 172.16. to 172.31., 192.168.).\n"
    "  What /28 means: 28 of 32 bits are fixed, so 16 addresses: 198.51.100.32/28 is 198.51.100.32 "
    "to "
    "198.51.100.47. /32 is one address, /30 are 4, /29 are 8, /27 are 32, /24 are 256.\n"
    "  Checked at once: how it is written; that they are public IPv4; that none is a node's, this "
    "machine's gateway's, of the pod or Service network, or of another pool. Checked at the end: "
    "one of them is leased and has to answer. Whether they are yours only the hoster knows.\n";

/// Titles and reasons of the questions that a run may have to ask. Any other key is asked for by
/// its name, and only to change it.
constexpr Words k_words[] = {
    {"pool.addresses",
     "Which public addresses may tenants lease?",
     "nothing on the cluster says which addresses are yours to lease.",
     "IPL-POOL-030",
     k_pool_lesson},
    {"provider.valuesFrom",
     "Which provider values are right?",
     "the values file and the installed release contradict each other. file: the file rules; "
     "release: the file is written from the release; merge: the file, and what only the release "
     "has.",
     "IPL-VAL-010"},
    {"provider.address",
     "What is the provider's wallet address?",
     "`from` of the provider's values is no address, and the IP operator must know whose leases "
     "to watch.",
     "IPL-PRV-008"},
    {"metallb.kubespray.inventory",
     "Where is the Kubespray inventory of this cluster?",
     "MetalLB's variables are written into it.",
     ""},
    {"metallb.kubespray.dir",
     "Where is the Kubespray checkout?",
     "its playbook is to be run from there.",
     ""},
};

Question about(std::string_view path)
{
  Question question{
      .path = std::string(path),
  };
  const auto* words = std::ranges::find(k_words, path, &Words::path);
  if (words != std::ranges::end(k_words)) {
    question.title = words->title;
    question.why = words->why;
    question.settles = words->settles;
    question.lesson = words->lesson;
  }
  return question;
}

/// The masked differences between file and release, as far as planning got.
std::string values_details(const Observation& seen, const Problem& problem)
{
  std::string text = problem.what + ":\n";
  for (const std::string_view line : split_lines(problem.saw)) {
    text += "  " + std::string(line) + "\n";
  }
  for (const ValuesFileSeen& file : seen.provider.files) {
    if (file.exists) {
      return text + masked_diff(seen.provider.release_values.value.reveal(),
                                file.text.reveal(),
                                "from the release to " + file.path);
    }
  }
  return text;
}

std::string kind_of_answer(const SettingKey& key)
{
  std::string type = type_name(key);
  if (key.type == KeyType::addresses || key.type == KeyType::list) {
    type += ", separated by commas";
  }
  return type;
}

std::string example_of(const SettingKey& key)
{
  std::string example(key.example);
  if (example.starts_with('[') && example.ends_with(']')) { // as typed, not as in a file
    example = example.substr(1, example.size() - 2);
  }
  return example;
}

std::vector<std::string> typed_parts(const std::string& text, char at)
{
  std::vector<std::string> parts;
  for (const std::string_view part : split(text, at)) {
    const std::size_t first = part.find_first_not_of(' ');
    if (first != std::string::npos) {
      parts.emplace_back(part.substr(first, part.find_last_not_of(' ') - first + 1));
    }
  }
  return parts;
}

} // namespace

std::vector<Question> open_questions(const Observation& seen, const Settings& want)
{
  std::vector<Question> questions;
  for (const MissingKey& missing : missing_keys(want)) {
    questions.push_back(about(missing.path));
    questions.back().missing = missing_problem(missing);
  }
  if (!seen.provider.release.found()) {
    return questions;
  }
  if (want.provider.values_from.value == ValuesFrom::undecided) {
    const ValuesDecision values = decide_values(seen, want);
    const auto differ = std::ranges::find(values.problems, "IPL-VAL-010", &Problem::id);
    if (differ != values.problems.end()) {
      questions.push_back(about("provider.valuesFrom"));
      questions.back().missing = *differ;
      questions.back().missing.fix += "; in a flags file `provider.valuesFrom: file`";
      questions.back().details = values_details(seen, *differ);
    }
  }
  if (want.provider.address.value.empty() && !seen.assumed && known_values(seen, want).known) {
    questions.push_back(about("provider.address"));
    questions.back().missing =
        missing_problem({"provider.address", "`from` of the provider's values is no address"});
    questions.back().missing.id = "IPL-PRV-008";
    questions.back().missing.cause.clear(); // use that of its own id
    questions.back().missing.saw = want.provider.address.where;
  }
  return questions;
}

Question question_to_change(std::string_view path, const Settings& want)
{
  Question question = about(path);
  question.why.clear();
  const SettingKey* key = find_key(path);
  const ShownValue shown = shown_setting(*key, path, want);
  question.current =
      shown.present ? fmt::format("{}", fmt::join(shown.texts, ", ")) : std::string(key->fallback);
  if (question.current.empty()) {
    question.current = "nothing";
  }
  return question;
}

std::string question_text(const Question& question)
{
  const SettingKey& key = *find_key(question.path);
  std::string text = question.title.empty() ? "New value of " + question.path
                                            : question.title + "   " + question.path;
  text += "\n";
  if (!question.details.empty()) {
    // The first lines name the differences; `?` shows all of it.
    const std::vector<std::string_view> lines = split_lines(question.details);
    for (const std::string_view line : lines) {
      if (line.starts_with("---")) {
        break;
      }
      text += "  " + std::string(line) + "\n";
    }
  }
  text += "  " + std::string(key.help) + "\n";
  if (key.type == KeyType::choice) {
    int number = 0;
    for (const std::string& choice : choices_of(key)) {
      text += fmt::format("  {}) {}\n", ++number, choice);
    }
  } else {
    text += "  Type: " + kind_of_answer(key) + "\n";
  }
  text += question.why.empty() ? "" : "  Why: " + question.why + "\n";
  text += question.current.empty() ? "  Default: none, it has to be given\n"
                                   : "  Now: " + question.current + " (Enter keeps it)\n";
  text += "  Example: " + example_of(key) + "\n";
  return text + (question.current.empty() ? "  ? help   q cancel   " : "  ? help   q go back   ") +
         "! check what I typed so far\n";
}

std::string question_help(const Question& question)
{
  const SettingKey& key = *find_key(question.path);
  std::string text = fmt::format("{}: {}\n  If nobody gives it: {}\n  Example: {}\n",
                                 question.path,
                                 key.help,
                                 key.fallback,
                                 example_of(key));
  text += fmt::format("  Without being asked: {}{}{}\n",
                      command_line_form(key, question.path, "VALUE"),
                      key.flag.empty() ? "" : ", or ",
                      environment_name(key));
  text += fmt::format("  In a flags file: {}\n", question.path);
  text += question.lesson;
  if (!question.details.empty()) {
    text += "  " + question.details;
  }
  return text + "  Ctrl-D cancels: nothing is changed before you confirm the whole plan.\n";
}

GivenValue answer_value(const Question& question,
                        const std::string& typed,
                        const std::string& folder,
                        const std::string& home)
{
  const SettingKey& key = *find_key(question.path);
  GivenValue value{.from = From::answer,
                   .where = "your answer",
                   .name = question.path,
                   .folder = folder,
                   .home = home};
  std::vector<std::string> texts{typed};
  if (key.type == KeyType::addresses || key.type == KeyType::list) {
    texts = typed_parts(typed, ',');
  } else if (key.type == KeyType::words) {
    texts = typed_parts(typed, ' ');
  } else if (key.type == KeyType::choice && typed.size() == 1) {
    const std::vector<std::string> choices = choices_of(key);
    const auto index = static_cast<std::size_t>(typed.front() - '1');
    texts = index < choices.size() ? std::vector<std::string>{choices[index]} : texts;
  }
  for (std::string& text : texts) {
    value.texts.push_back({.text = std::move(text)});
  }
  return value;
}

} // namespace iplease
