// SPDX-License-Identifier: Apache-2.0
// Any bytes as a kept plan, as changes to one, and as changes with a matching digest. What is
// accepted is what was kept, or what this program would write itself.
#include <iplease/cli/flags_file.hpp>
#include <iplease/core/observation.hpp>
#include <iplease/core/sha256.hpp>
#include <iplease/report/kept_plan.hpp>
#include <iplease/report/plan_view.hpp>

#include "../target.hpp"
#include <algorithm>

namespace iplease::fuzz {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::ptrdiff_t k_most_objects = 500;
constexpr const char* k_made = "2026-11-23T06:40:00.000Z";
constexpr const char* k_settings =
    R"({"pool.addresses":{"texts":["198.51.100.0/28"],"source":"flag","where":"--pool"},)"
    R"("metallb.values":{"secret":true,"source":"file","where":"flags.yaml:7"}})";

/// A plan with steps of every kind.
Plan some_plan()
{
  const Run run{.command = {.argv = {"helm", "upgrade", "a"}, .input = "x", .secret_input = true},
                .retry = Retry::webhook,
                .watch = Command{.argv = {"kubectl", "get", "pods"}},
                .unless_there = true,
                .holds = FileHolds{.path = "/p", .sha256 = sha256_hex("x"), .id = "IPL-VAL-001"}};
  const Step step{.id = "metallb/install",
                  .reason = "not there",
                  .action = run,
                  .subject = "release/metallb",
                  .before = "absent",
                  .expect = "1 deployed",
                  .owes = {{.id = "verify", .until = "it answers"}},
                  .pays = {"play"},
                  .cleanup = true};
  const Step file{
      .id = "metallb/write",
      .action = FileWrite{.path = "/p", .content = "a: b\n", .shown = "+a: b\n", .was = "absent"}};
  const Step wait{
      .id = "metallb/wait",
      .action = WaitUntil{.probe = {.argv = {"kubectl"}}, .pattern = "^a(b)", .what = "pods"}};
  const Step get{.id = "metallb/get", .action = HttpGet{.url = "https://a", .pattern = "ok"}};
  return {.stages = {{.stage = "metallb",
                      .verdict = Verdict::needed,
                      .reason = "why",
                      .change = "create",
                      .notes = {"note"},
                      .steps = {step, file, wait, get}},
                     {.stage = "pool", .reason = "is there"}}};
}

std::string some_text()
{
  Observation seen = assumed_observation();
  seen.assumed = false;
  seen.context = "lab";
  seen.cluster_uid = {.look = Look::seen, .value = "uid-1"};
  return kept_plan_text(plan_json(some_plan(), seen, {}), k_settings, k_made);
}

/// The kept plan, if the text is accepted.
std::optional<KeptPlan> accepted(const std::string& text)
{
  auto read = read_kept_plan(text, "p.json");
  if (const auto* problems = std::get_if<std::vector<Problem>>(&read)) {
    must(!problems->empty(), "a refusal says why");
    for (const Problem& problem : *problems) {
      must_be_refusal(problem, ExitCode::other_cluster);
    }
    return std::nullopt;
  }
  return std::get<KeptPlan>(std::move(read));
}

/// An accepted plan is what this program would have written, and its settings are usable.
void check_accepted(const KeptPlan& kept)
{
  const std::string again = kept_plan_text(kept.document, kept.settings, kept.made);
  const auto same = accepted(again);
  must(same.has_value(), "a plan that was read and written can be read", again);
  must(same->digest == kept.digest, "it has the same digest", again);
  must(same->plan == kept.plan, "it is the same plan", again);
  must(stages_json(kept.plan) == kept.document.at("stages"),
       "what is carried out is what is shown");
  must(!kept.cluster.empty(), "a plan is for one cluster");
  SettingsInput input{.current_folder = "/", .home = "/root"};
  input.kept = kept.settings;
  for (const Problem& problem : read_settings(input).problems) {
    must_be_refusal(problem, ExitCode::usage);
  }
  static_cast<void>(settings_of_kept(kept.settings));
}

/// Three input bytes make one change: the place (two bytes) and the new byte.
std::string changed(std::string text, const std::string& changes)
{
  for (std::size_t at = 0; at + 3 <= changes.size(); at += 3) {
    const auto high = static_cast<unsigned char>(changes[at]);
    const auto low = static_cast<unsigned char>(changes[at + 1]);
    text[(high * 256U + low) % text.size()] = changes[at + 2];
  }
  return text;
}

std::string sealed(Json document)
{
  document.erase("digest");
  document["digest"] = fingerprint(document.dump(-1, ' ', true, Json::error_handler_t::replace));
  return document.dump(2, ' ', true, Json::error_handler_t::replace);
}

} // namespace

void plan(const std::string& text)
{
  static const std::string base = some_text();
  static const KeptPlan kept = *accepted(base);
  if (const auto read = accepted(text)) {
    check_accepted(*read);
  }
  const std::string other = changed(base, text.substr(0, 30));
  if (const auto read = accepted(other)) {
    must(read->document == kept.document && read->plan == kept.plan &&
             Json::parse(read->settings) == Json::parse(kept.settings) && read->made == kept.made &&
             read->cluster == kept.cluster,
         "a changed text is refused, or means the same",
         other);
  }
  // Writing a deep document needs a deep stack.
  const bool deep = std::ranges::count(text, '{') > k_most_objects;
  const Json patch = deep ? Json() : Json::parse(text, nullptr, false);
  if (patch.is_object()) {
    Json document = Json::parse(base);
    document.merge_patch(patch);
    if (const auto read = accepted(sealed(document))) {
      check_accepted(*read);
    }
  }
}

} // namespace iplease::fuzz
