// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/sha256.hpp>
#include <iplease/engine/journal.hpp>
#include <iplease/engine/proof.hpp>
#include <iplease/platform/state_files.hpp>
#include <iplease/version.hpp>

#include "journal_format.hpp"
#include <algorithm>
#include <limits>
#include <random>
#include <set>

namespace iplease {
namespace {

class FileJournal final : public Journal {
public:
  FileJournal(const RunStart& start, const RunPlace& place, int sequence, Clock& clock)
      : m_directory(place.directory),
        m_clock(clock),
        m_file(place.directory + "/journal.jsonl")
  {
    Json event = make("run");
    event["iplease"] = k_version;
    event["run"] = place.id;
    event["seq"] = sequence;
    event["cluster"] = start.cluster_uid;
    event["command"] = start.command;
    if (!start.only.empty()) {
      event["only"] = start.only;
    }
    event["settings"] =
        start.settings_json.empty() ? Json::object() : Json::parse(start.settings_json);
    if (!start.plan_json.empty()) {
      event["plan"] = "sha256:" + sha256_hex(start.plan_json);
    }
    if (!start.kept.empty()) {
      event["kept"] = start.kept;
    }
    for (const auto& [subject, fields] : start.keeps) {
      Json one{{"subject", subject}};
      if (!fields.empty()) {
        one["fields"] = fields;
      }
      event["keeps"].push_back(std::move(one));
    }
    write(event);
  }

  void begin(const std::string& stage, const Step& step) override
  {
    Json event = make("intent");
    event["stage"] = stage;
    event["step"] = step.id;
    std::visit([&](const auto& action) { describe(event, action); }, step.action);
    if (!step.reason.empty()) {
      event["reason"] = step.reason;
    }
    if (!step.subject.empty()) {
      event["subject"] = step.subject;
      event["before"] = step.before;
      event["expect"] = step.expect;
    }
    for (const FieldChange& one : step.fields) {
      Json field{{"field", one.field}};
      if (!one.was.empty()) {
        field["was"] = one.was;
      }
      if (!one.is.empty()) {
        field["is"] = one.is;
      }
      event["fields"].push_back(std::move(field));
    }
    for (const Debt& debt : step.owes) {
      event["owes"].push_back({{"id", debt.id}, {"until", debt.until}});
      if (!debt.seen.empty()) {
        event["owes"].back()["seen"] = debt.seen;
      }
    }
    write(event);
  }

  void finish(const std::string& stage, const Step& step, const CommandResult& result) override
  {
    Json event = make("done");
    event["stage"] = stage;
    event["step"] = step.id;
    event["ended"] = ended_word(result.ended);
    event["rc"] = result.exit_code;
    event["ms"] = result.took.count();
    if (writes(step) && !result.out.empty()) {
      event["out"] = blob(result.out);
    }
    if (!result.err.empty()) {
      event["err"] = blob(result.err);
    }
    if (result.ok() && !step.pays.empty()) {
      event["pays"] = step.pays;
    }
    if (const auto proof = proof_of(step, result)) {
      event["proved"] = proof->words;
    }
    write(event);
  }

  void paid(const std::string& debt) override
  {
    Json event = make("paid");
    event["debt"] = debt;
    write(event);
  }

  void settled(const std::string& step, const std::string& how) override
  {
    Json event = make("settled");
    event["step"] = step;
    event["how"] = how;
    write(event);
  }

  void close(const std::string& outcome) override
  {
    Json event = make("close");
    event["outcome"] = outcome;
    write(event);
  }

private:
  Json make(const char* kind)
  {
    return {{"v", k_journal_version}, {"n", m_number++}, {"t", m_clock.wall()}, {"ev", kind}};
  }

  void describe(Json& event, const Run& run)
  {
    event["kind"] = run.reads_only ? "read" : "run";
    event["argv"] = run.command.argv;
    if (run.command.secret_input) {
      event["stdin"] = "secret";
    } else if (!run.command.input.empty()) {
      event["stdin"] = blob(run.command.input);
    }
  }
  void describe(Json& event, const FileWrite& file)
  {
    event["kind"] = "file";
    event["path"] = file.path;
    event["diff"] = blob(file.shown);
  }
  static void describe(Json& event, const WaitUntil& wait)
  {
    event["kind"] = "wait";
    event["argv"] = wait.probe.argv;
    event["what"] = wait.what;
  }
  static void describe(Json& event, const HttpGet& get)
  {
    event["kind"] = "http";
    event["url"] = get.url;
  }

  std::string blob(const std::string& bytes)
  {
    const std::string hash = sha256_hex(bytes);
    if (m_blobs.insert(hash).second) {
      if (m_blobs.size() == 1) {
        make_private_directory(m_directory + "/blobs");
      }
      write_private_file(m_directory + "/blobs/" + hash, bytes);
    }
    return "sha256:" + hash;
  }

  void write(const Json& event) { m_file.append(sealed_line(event)); }

  std::string m_directory;
  Clock& m_clock;
  AppendFile m_file;
  std::set<std::string> m_blobs{};
  int m_number = 0;
};

} // namespace

std::string cluster_directory(const std::string& state_dir,
                              const std::string& xdg_state_home,
                              const std::string& home,
                              const std::string& cluster_uid)
{
  // XDG: ignore a relative XDG_STATE_HOME.
  const bool xdg = !xdg_state_home.empty() && xdg_state_home.front() == '/';
  const std::string root = !state_dir.empty() ? state_dir
                           : xdg              ? xdg_state_home
                                              : home + "/.local/state";
  return root + "/iplease/" + cluster_uid;
}

RunPlace new_run(const std::string& cluster_directory, const Clock& clock)
{
  std::string id;
  for (const char c : clock.wall().substr(0, 19)) { // 2026-11-23T06:40:01
    if (c != '-' && c != ':') {
      id += c == 'T' ? '-' : c;
    }
  }
  constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyz23456789";
  std::random_device random;
  id += '-';
  for (int i = 0; i < 4; ++i) {
    id += letters[random() % letters.size()];
  }
  return {.directory = cluster_directory + "/runs/" + id, .id = id};
}

std::unique_ptr<Journal> open_journal(const std::string& cluster_directory,
                                      const RunStart& start,
                                      const RunPlace& place,
                                      Clock& clock)
{
  // The clock may go backwards; the order of the runs must not.
  const std::vector<RunEvents> runs = read_runs(cluster_directory);
  const int last = runs.empty() ? 0 : runs.back().events.front().value("seq", 0);
  const int sequence = last < std::numeric_limits<int>::max() ? last + 1 : last;
  make_private_directory(place.directory);
  if (!start.plan_json.empty()) {
    write_private_file(place.directory + "/plan.json", start.plan_json);
  }
  return std::make_unique<FileJournal>(start, place, sequence, clock);
}

} // namespace iplease
