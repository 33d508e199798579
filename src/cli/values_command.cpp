// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/values_command.hpp>
#include <iplease/core/catalogue.hpp>
#include <iplease/core/sha256.hpp>
#include <iplease/yaml/diff.hpp>
#include <iplease/yaml/values_edit.hpp>

#include <optional>

namespace iplease {
namespace {

std::string shown_place(const Place& place)
{
  return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

ExitCode refuse(std::string& err, const std::vector<Problem>& problems)
{
  for (const Problem& each : problems) {
    const Problem full = with_catalogue(each);
    err += "error " + full.id + ": " + full.what + "\n";
    if (full.place.line > 0) {
      err += "  place   " + shown_place(full.place) + "\n";
    }
    if (!full.saw.empty()) {
      err += "  saw     " + full.saw + "\n";
    }
    err += "  cause   " + full.cause + "\n  fix     " + full.fix + "\n  more    iplease explain " +
           full.id + "\n";
  }
  return problems.front().exit;
}

ExitCode refuse(std::string& err, std::string what, std::string saw, ExitCode exit)
{
  Problem problem;
  problem.id = "IPL-VAL-012";
  problem.what = std::move(what);
  problem.saw = std::move(saw);
  problem.exit = exit;
  return refuse(err, {problem});
}

/// Why the options conflict; empty: they do not.
const char* clashing(const ValuesOptions& options)
{
  if (options.file == "-" && options.merge == "-") {
    return "standard input cannot be both the file and what is merged into it";
  }
  if (!options.write) {
    return "";
  }
  return options.file == "-" ? "standard input cannot be written back"
         : options.diff      ? "--write and --diff exclude each other"
                             : "";
}

std::variant<ValuesEdit, std::vector<Problem>> edited(const std::string& text,
                                                      const std::string& name,
                                                      const std::optional<std::string>& other,
                                                      const ValuesWish& wish)
{
  if (!other) {
    return edit_values(Secret(text), name, wish);
  }
  auto merged = merge_values(Secret(text), name, Secret(*other), wish);
  auto* first = std::get_if<ValuesEdit>(&merged);
  if (first == nullptr) {
    return merged;
  }
  auto both = edit_values(Secret(first->text), name, wish);
  if (auto* second = std::get_if<ValuesEdit>(&both)) {
    second->changed = second->changed || first->changed;
    second->changes.insert(second->changes.begin(), first->changes.begin(), first->changes.end());
  }
  return both;
}

/// Reports what changed, in words.
void tell(const std::string& name, const ValuesEdit& edit, std::string& err)
{
  for (const std::string& change : edit.changes) {
    err += name + ": " + change + "\n";
  }
  if (!edit.changed) {
    err += name + ": nothing to change\n";
  }
}

std::string shown_name(const std::string& file)
{
  return file == "-" ? "standard input" : file;
}

/// The text of a file or of standard input; nullopt if it cannot be read.
std::optional<std::string> text_of(const std::string& file, Files& files, std::string& err)
{
  FileRead read = files.read(file == "-" ? "/dev/stdin" : file);
  if (read.kind == FileRead::Kind::ok) {
    return std::move(read.text);
  }
  refuse(err,
         shown_name(file) + " cannot be read",
         read.kind == FileRead::Kind::absent ? "no such file" : read.error,
         ExitCode::usage);
  return std::nullopt;
}

} // namespace

ExitCode
values_command(const ValuesOptions& options, Files& files, std::string& out, std::string& err)
{
  const std::string name = shown_name(options.file);
  if (const char* clash = clashing(options); *clash != 0) {
    return refuse(err, clash, "", ExitCode::usage);
  }
  const std::optional<std::string> text = text_of(options.file, files, err);
  if (!text) {
    return ExitCode::usage;
  }
  std::optional<std::string> other;
  if (!options.merge.empty()) {
    other = text_of(options.merge, files, err);
    if (!other) {
      return ExitCode::usage;
    }
  }
  const auto result =
      edited(*text, name, other, {.ipoperator = true, .attributes = options.attributes});
  if (const auto* problems = std::get_if<std::vector<Problem>>(&result)) {
    return refuse(err, *problems);
  }
  const auto& edit = std::get<ValuesEdit>(result);
  if (options.write && edit.changed) {
    const auto failure = files.replace({.path = options.file,
                                        .content = edit.text,
                                        .shown = masked_diff(*text, edit.text, name),
                                        .was = sha256_hex(*text)});
    if (failure) {
      return refuse(err, name + " was not changed", *failure, ExitCode::cannot_write);
    }
  }
  tell(name, edit, err);
  if (options.write && edit.changed) {
    err += name + " is written; as it was, it is beside it: " + name + ".backup-TIME\n";
  }
  if (options.diff) {
    out = masked_diff(*text, edit.text, name);
  } else if (!options.write) {
    out = edit.text;
  }
  return ExitCode::done;
}

} // namespace iplease
