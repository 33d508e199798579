// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/schema.hpp>
#include <iplease/core/sha256.hpp>
#include <iplease/report/kept_plan.hpp>
#include <iplease/version.hpp>

#include <algorithm>

namespace iplease {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view k_type = "kept-plan";
constexpr std::string_view k_head = "{\n  \"type\": \"kept-plan\"";
constexpr int k_deepest = 100;          // levels; the values of MetalLB's chart nest deepest
constexpr std::size_t k_most_told = 20; // problems reported per file

std::string dumped(const Json& document, int indent)
{
  return document.dump(indent, ' ', true, Json::error_handler_t::replace);
}

std::string digest_of(Json document)
{
  document.erase("digest");
  return fingerprint(dumped(document, -1));
}

Problem fault(const char* id, std::string what, std::string saw = {})
{
  return {
      .id = id, .what = std::move(what), .saw = std::move(saw), .exit = ExitCode::other_cluster};
}

/// The document, or why it is not one.
std::variant<Json, Problem> parsed(std::string_view text, const std::string& name)
{
  int deepest = 0;
  const auto bounded = [&](int depth, Json::parse_event_t /*event*/, Json& /*value*/) {
    deepest = std::max(deepest, depth);
    return depth <= k_deepest;
  };
  try {
    Json document = Json::parse(text, bounded);
    if (deepest <= k_deepest && document.is_object() && document.value("type", Json()) == k_type) {
      return document;
    }
    return fault("IPL-RUN-080", name + " is JSON, but no plan that iplease kept");
  } catch (const Json::parse_error& error) {
    // The parser counts the end of the text as one more byte.
    if (looks_kept(text) && error.byte > text.size()) {
      return fault("IPL-RUN-081",
                   name + " ends after " + std::to_string(text.size()) + " bytes, too early");
    }
    return fault("IPL-RUN-080",
                 text.empty() ? name + " is empty"
                              : name + " is no plan that iplease kept: byte " +
                                    std::to_string(error.byte) + " is not JSON");
  }
}

/// Differences between the stored document and how this program would write it.
std::vector<std::string> differences(const Json& stored, const Json& written)
{
  std::vector<std::string> all;
  for (const auto& one : nlohmann::json::diff(nlohmann::json(stored), nlohmann::json(written))) {
    const std::string path = one["path"].get<std::string>();
    all.push_back(path + (one["op"] == "add"      ? " is missing"
                          : one["op"] == "remove" ? " is not known"
                                                  : " has a value that it cannot have"));
  }
  return all;
}

bool is_text(const Json& object, const char* key)
{
  return object.is_object() && object.contains(key) && object[key].is_string();
}

bool is_setting(const std::string& path, const Json& entry)
{
  const SettingKey* key = find_key(path);
  if (key == nullptr || !is_text(entry, "source") || !is_text(entry, "where")) {
    return false;
  }
  if (entry.value("secret", Json(false)) == Json(true)) {
    return key->type == KeyType::object;
  }
  const Json texts = entry.value("texts", Json());
  const bool list = key->type == KeyType::list || key->type == KeyType::addresses;
  return texts.is_array() &&
         std::ranges::all_of(texts, [](const Json& text) { return text.is_string(); }) &&
         (list || texts.size() == 1) &&
         (key->type != KeyType::object ||
          Json::parse(texts.front().get<std::string>(), nullptr, false).is_object());
}

std::vector<std::string> setting_faults(const Json& settings)
{
  std::vector<std::string> all;
  for (const auto& [path, entry] : settings.items()) {
    if (!is_setting(path, entry)) {
      all.push_back("/settings/" + path + " is no setting");
    }
  }
  return settings.is_object() ? all : std::vector<std::string>{"/settings is no object"};
}

/// The document as this program would write it, from what it read.
Json rewritten(const Json& stored, const KeptPlan& kept)
{
  Json all{{"type", k_type},
           {"format", k_kept_plan_format},
           {"iplease", k_version},
           {"made", kept.made},
           {"settings", stored.value("settings", Json())},
           {"plan", kept.document},
           {"digest", kept.digest}};
  all["plan"]["cluster"]["uid"] = kept.cluster;
  all["plan"]["cluster"]["context"] = kept.context;
  all["plan"]["stages"] = stages_json(kept.plan);
  all["plan"]["assumed"] = false;
  all["plan"]["blocked"] = false;
  all["plan"]["changes"] = kept.plan.changes();
  return all;
}

std::string text_at(const Json& object, const char* key)
{
  return is_text(object, key) ? object[key].get<std::string>() : "";
}

KeptPlan taken(const Json& stored)
{
  KeptPlan kept{.made = text_at(stored, "made"),
                .digest = text_at(stored, "digest"),
                .document = stored.value("plan", Json())};
  kept.settings = dumped(stored.value("settings", Json()), -1);
  if (!kept.document.is_object()) {
    kept.document = Json::object();
  }
  if (const Json cluster = kept.document.value("cluster", Json()); cluster.is_object()) {
    kept.cluster = text_at(cluster, "uid");
    kept.context = text_at(cluster, "context");
  } else {
    kept.document["cluster"] = Json::object();
  }
  kept.plan = read_plan(kept.document);
  return kept;
}

std::string listed(const std::vector<std::string>& lines)
{
  std::string all;
  for (std::size_t at = 0; at < std::min(lines.size(), k_most_told); ++at) {
    all += (at == 0 ? "" : "\n") + lines[at];
  }
  return lines.size() <= k_most_told
             ? all
             : all + "\nand " + std::to_string(lines.size() - k_most_told) + " more";
}

} // namespace

std::string
kept_plan_text(const Json& document, const std::string& settings, const std::string& made)
{
  Json all{{"type", k_type},
           {"format", k_kept_plan_format},
           {"iplease", k_version},
           {"made", made},
           {"settings", Json::parse(settings)},
           {"plan", document}};
  // Invalid UTF-8 is replaced on output, so the digest is of the replaced text.
  all = Json::parse(dumped(all, -1));
  all["digest"] = digest_of(all);
  return dumped(all, 2) + "\n";
}

bool looks_kept(std::string_view text)
{
  return text.starts_with(k_head);
}

std::variant<KeptPlan, std::vector<Problem>> read_kept_plan(std::string_view text,
                                                            const std::string& name)
{
  const std::variant<Json, Problem> read = parsed(text, name);
  if (const auto* problem = std::get_if<Problem>(&read)) {
    return std::vector<Problem>{*problem};
  }
  const Json& stored = std::get<Json>(read);
  const std::string by = text_at(stored, "iplease");
  if (const Json format = stored.value("format", Json());
      format.is_number_integer() && format > k_kept_plan_format) {
    return std::vector<Problem>{
        fault("IPL-RUN-083",
              name + " has format " + format.dump() + ", written by iplease " + by,
              "this is iplease " + std::string(k_version) + ", which reads format " +
                  std::to_string(k_kept_plan_format))};
  }
  std::vector<Problem> problems;
  KeptPlan kept = taken(stored);
  if (kept.digest != digest_of(stored)) {
    problems.push_back(fault("IPL-RUN-082", name + " does not fit its digest"));
  }
  if (by != k_version) {
    problems.push_back(fault("IPL-RUN-084",
                             name + " was made by iplease " + (by.empty() ? "(unknown)" : by) +
                                 ", and this is iplease " + k_version));
  }
  std::vector<std::string> faults = differences(stored, rewritten(stored, kept));
  // The version was reported above.
  std::erase_if(faults, [](const std::string& one) { return one.starts_with("/iplease "); });
  std::ranges::move(setting_faults(stored.value("settings", Json())), std::back_inserter(faults));
  if (kept.cluster.empty()) {
    faults.emplace_back("/plan/cluster/uid names no cluster");
  }
  if (!faults.empty()) {
    problems.push_back(
        fault("IPL-RUN-085", name + " holds what iplease does not write", listed(faults)));
  }
  return problems.empty() ? std::variant<KeptPlan, std::vector<Problem>>(std::move(kept))
                          : std::move(problems);
}

} // namespace iplease
