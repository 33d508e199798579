// SPDX-License-Identifier: Apache-2.0
// What stays remembered after an undo of everything.
#include <iplease/stages/undo.hpp>
#include <iplease/yaml/values_restore.hpp>

#include "subjects.hpp"
#include "support.hpp"
#include "undo.hpp"
#include "undo_provider.hpp"
#include <algorithm>
#include <optional>

namespace iplease {

namespace {

using namespace stages;

using FieldNames = std::vector<std::string>;

constexpr std::string_view k_values_file = "file/";

const FileBack* file_back_of(const std::vector<FileBack>& files, const std::string& subject)
{
  const auto at = std::ranges::find_if(
      files, [&](const FileBack& file) { return subject == "file/" + file.path; });
  return at == files.end() ? nullptr : &*at;
}

/// The fields that still differ once everything that can be restored is restored. If an attribute
/// stays, so does the list.
FieldNames kept_values(const Secret& after, const std::map<std::string, MadeField>& fields)
{
  FieldNames kept;
  bool attribute = false;
  for (const auto& [name, now] : values_now(after, fields)) {
    const bool of_list = name.starts_with("attributes/");
    if ((of_list || name == "ipoperator") && now != fields.at(name).was) {
      kept.push_back(name);
      attribute = attribute || of_list;
    }
  }
  if (attribute && fields.contains("attributes")) {
    kept.emplace_back("attributes");
  }
  return kept;
}

FieldNames kept_of_release(const Observation& seen, const MadeSeen& made)
{
  const ReleaseBack back = release_back(seen);
  FieldNames kept = kept_values(back.after, made.fields);
  const auto chart = made.fields.find("chart");
  if (chart != made.fields.end() && back.chart.empty() &&
      seen.provider.release.value.chart_version != chart->second.was) {
    kept.emplace_back("chart");
  }
  return kept;
}

/// Fields that are neither as before nor as iplease made them.
FieldNames kept_of_object(const Observation& seen, const std::string& subject, const MadeSeen& made)
{
  FieldNames kept;
  for (const auto& [name, field] : made.fields) {
    const std::string now = field_now(seen, subject, name);
    if (now != field.was && std::ranges::count(field.is, now) == 0) {
      kept.push_back(name);
    }
  }
  return kept;
}

/// Decides it subject by subject.
class Keeping {
public:
  Keeping(const Observation& seen, const Plan& plan)
      : m_seen(seen),
        m_plan(plan),
        m_files(files_back(seen))
  {
  }

  /// Nothing: the subject goes, is gone, or is as before.
  [[nodiscard]] std::optional<FieldNames> of(const std::string& subject, const MadeSeen& made) const
  {
    const StagePlan* stage = find_stage(m_plan.stages, made.stage);
    if (stage == nullptr || stage->kept.empty() || is_gone(subject)) {
      return std::nullopt;
    }
    const FileBack* file = file_back_of(m_files, subject);
    if (file != nullptr && file->kept.empty()) {
      return std::nullopt;
    }
    FieldNames fields = kept_fields(subject, made);
    if (!fields.empty() || (!is_written(subject) && stays_whole(subject, made))) {
      return fields;
    }
    return std::nullopt;
  }

private:
  [[nodiscard]] bool is_provider(const std::string& subject) const
  {
    return m_seen.provider.release.found() &&
           release_subject(m_seen.provider.release.value) == subject;
  }

  [[nodiscard]] bool is_gone(const std::string& subject) const
  {
    return !subject.starts_with(k_values_file) && subject_state(m_seen, subject) == "absent";
  }

  [[nodiscard]] FieldNames kept_fields(const std::string& subject, const MadeSeen& made) const
  {
    if (const FileBack* file = file_back_of(m_files, subject)) {
      return file->after.reveal().empty() ? FieldNames{} : kept_values(file->after, made.fields);
    }
    if (is_provider(subject)) {
      return kept_of_release(m_seen, made);
    }
    const bool by_field = subject == "pool/default" || subject == "advertisement/default" ||
                          subject == "namespace/metallb-system";
    return by_field ? kept_of_object(m_seen, subject, made) : FieldNames{};
  }

  [[nodiscard]] bool is_written(const std::string& subject) const
  {
    return std::ranges::any_of(m_plan.stages, [&](const StagePlan& stage) {
      return std::ranges::any_of(stage.steps, [&](const Step& step) {
        const auto* file = std::get_if<FileWrite>(&step.action);
        return file != nullptr ? subject == "file/" + file->path : step.subject == subject;
      });
    });
  }

  /// Values stay field by field, unless their file could not be read.
  [[nodiscard]] bool stays_whole(const std::string& subject, const MadeSeen& made) const
  {
    if (subject.starts_with(k_values_file) || is_provider(subject)) {
      const FileBack* file = file_back_of(m_files, subject);
      return file != nullptr && file->after.reveal().empty() && !made.fields.empty();
    }
    return subject_state(m_seen, subject) != made.before;
  }

  const Observation& m_seen;
  const Plan& m_plan;
  std::vector<FileBack> m_files;
};

} // namespace

std::map<std::string, std::vector<std::string>> undo_keeps(const Observation& seen,
                                                           const Plan& plan)
{
  const Keeping keeping(seen, plan);
  std::map<std::string, FieldNames> kept;
  for (const auto& [subject, made] : seen.memory.made) {
    if (auto fields = keeping.of(subject, made)) {
      kept[subject] = *std::move(fields);
    }
  }
  return kept;
}

} // namespace iplease
