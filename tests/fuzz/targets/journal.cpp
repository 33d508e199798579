// SPDX-License-Identifier: Apache-2.0
// Any bytes as a run's journal. What is accepted is what was written, line by line, and whatever is
// remembered of a run is in the journal.
#include <iplease/core/sha256.hpp>
#include <iplease/engine/journal.hpp>

#include "../../../src/engine/journal_format.hpp"
#include "../target.hpp"
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>

namespace iplease::fuzz {

namespace {

/// The events of a text that is accepted.
std::optional<std::vector<Json>> believed(const std::string& text)
{
  try {
    return read_events(text, "given");
  } catch (const EnvironmentError& error) {
    must_be_refusal(error.problem(), ExitCode::cannot_write);
    must(error.problem().id == "IPL-RUN-003" || error.problem().id == "IPL-RUN-013",
         "a journal is damaged or newer",
         error.problem().id);
    return std::nullopt;
  }
}

std::vector<std::string> whole_lines_of(const std::string& text)
{
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = text.find('\n', from);
    if (end == std::string::npos) {
      break;
    }
    lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return lines;
}

/// Whether the line carries its own sum, checked independently of the product.
bool has_its_sum(const std::string& line, const Json& event)
{
  const std::size_t at = line.rfind(R"(,"sum":")");
  return at != std::string::npos && event.contains("sum") && event["sum"].is_string() &&
         event["sum"].get<std::string>() == sha256_hex(line.substr(0, at)).substr(0, 16) &&
         line.size() == at + 8 + 16 + 2;
}

void check_events(const std::string& text, const std::vector<Json>& events)
{
  const std::vector<std::string> lines = whole_lines_of(text);
  must(events.size() == lines.size() || events.size() + 1 == lines.size(),
       "no more than the last line is dropped");
  std::size_t sealed = 0;
  for (std::size_t at = 0; at < events.size(); ++at) {
    must(events[at] == Json::parse(lines[at], nullptr, false), "an event is its line", lines[at]);
    sealed += has_its_sum(lines[at], events[at]) ? 1 : 0;
  }
  must(sealed == 0 || sealed == events.size(), "every line has its sum, or none has one");
}

/// The same events as a version that seals lines wrote them.
std::string sealed(const std::vector<Json>& events)
{
  std::string text;
  int number = 0;
  for (Json event : events) {
    event.erase("sum");
    event["n"] = number++;
    text += sealed_line(event);
  }
  return text;
}

void check_sealed(const std::vector<Json>& events, const std::string& input)
{
  const std::string text = sealed(events);
  const auto whole = believed(text);
  must(whole && whole->size() == events.size(), "what was sealed is believed", text);
  // After a crash every prefix is accepted, up to its last whole line.
  const std::string cut = text.substr(0, number_of(input, text.size() + 1));
  const std::size_t lines = whole_lines_of(cut).size();
  const auto first = believed(cut);
  if (first) {
    must(std::ranges::equal(
             *first,
             std::vector(whole->begin(), whole->begin() + static_cast<std::ptrdiff_t>(lines))),
         "a part of a journal is its first whole lines",
         cut);
  } else {
    // No cut may be refused, not even one that loses only the final newline.
    must(false, "a journal that was cut is believed", cut);
  }
  std::string other = text;
  char& byte = other[number_of(input, other.size())];
  byte = static_cast<char>(static_cast<unsigned char>(byte) + 1 + number_of(input + "x", 255));
  if (const auto read = believed(other)) {
    must(read->size() <= whole->size() && std::equal(read->begin(), read->end(), whole->begin()) &&
             read->size() + 1 >= whole->size(),
         "a changed byte never makes another event",
         other);
  }
}

/// A cluster's directory with one run. Removed when the program ends.
class Directory {
public:
  Directory()
  {
    std::string name = (std::filesystem::temp_directory_path() / "iplease-fuzz-XXXXXX").string();
    must(::mkdtemp(name.data()) != nullptr, "there is a directory for the journal", name);
    m_path = name;
    m_cluster = m_path + "/cluster";
    std::filesystem::create_directories(m_cluster + "/runs/r1");
  }
  ~Directory()
  {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  Directory(Directory&&) = delete;
  Directory& operator=(Directory&&) = delete;
  /// The directory is named after the cluster, if that is a valid file name.
  const std::string& with(const std::string& journal, const std::string& cluster)
  {
    const bool is_name = !cluster.empty() && cluster.size() < 100 && cluster.front() != '.' &&
                         cluster.find_first_of(std::string("/\0", 2)) == std::string::npos;
    const std::string path = m_path + "/" + (is_name ? cluster : "cluster");
    std::filesystem::rename(m_cluster, path);
    m_cluster = path;
    std::ofstream(m_cluster + "/runs/r1/journal.jsonl", std::ios::binary | std::ios::trunc)
        << journal;
    return m_cluster;
  }

private:
  std::string m_path{};
  std::string m_cluster{};
};

/// Whether the journal in that directory is refused because it belongs to another cluster.
bool is_refused(const std::string& path, const std::string& cluster)
{
  if (cluster.empty() || path.ends_with("/" + cluster)) {
    return false;
  }
  try {
    static_cast<void>(read_memory(path));
  } catch (const EnvironmentError& error) {
    must(error.problem().id == "IPL-RUN-033", "it is of another cluster", error.problem().id);
    return true;
  }
  must(false, "the journal of another cluster is refused", cluster);
  return true;
}

void check_memory(const std::string& text, const std::vector<Json>& events)
{
  static Directory directory;
  const std::string cluster = events.empty() ? "" : text_of(events.front(), "cluster");
  const std::string& path = directory.with(text, cluster);
  if (is_refused(path, cluster)) {
    return;
  }
  const MemorySeen memory = read_memory(path);
  std::set<std::string> debts;
  std::set<std::string> steps;
  std::set<std::string> subjects;
  std::size_t intents = 0;
  for (const Json& event : events) {
    if (text_of(event, "ev") != "intent") {
      continue;
    }
    ++intents;
    steps.insert(text_of(event, "step"));
    subjects.insert(text_of(event, "subject"));
    subjects.insert("file/" + text_of(event, "path"));
    for (const Json& debt : event.value("owes", Json::array())) {
      debts.insert(text_of(debt, "id"));
    }
  }
  for (const Debt& debt : memory.debts) {
    must(debts.contains(debt.id), "no debt is invented", debt.id);
  }
  must(memory.in_flight_step.empty() || steps.contains(memory.in_flight_step),
       "no step in flight is invented",
       memory.in_flight_step);
  for (const auto* made : {&memory.made, &memory.touched}) {
    for (const auto& [subject, what] : *made) {
      must(subjects.contains(subject), "nothing that was made is invented", subject);
    }
  }
  must(memory.unfinished_run.empty() || (memory.unfinished_run == "r1" && intents > 0),
       "no unfinished run is invented");
  const std::vector<RunSummary> runs = list_runs(path);
  must(runs.size() == (events.empty() ? 0U : 1U), "a run is listed once");
  must(runs.empty() || runs.front().commands <= static_cast<int>(intents),
       "no command is invented");
  static_cast<void>(made_by(path, "r1"));
}

} // namespace

void journal(const std::string& text)
{
  const auto events = believed(text);
  if (!events) {
    return;
  }
  check_events(text, *events);
  must(events_json(text).size() == events->size(), "the JSON has every event");
  must(std::ranges::count(log_text(text), '\n') >= static_cast<std::ptrdiff_t>(events->size()),
       "the log has a line for every event");
  check_memory(text, *events);
  if (!events->empty()) {
    check_sealed(*events, text);
  }
}

} // namespace iplease::fuzz
