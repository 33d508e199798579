// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/values_command.hpp>
#include <iplease/core/catalogue.hpp>
#include <iplease/core/sha256.hpp>
#include <iplease/yaml/diff.hpp>
#include <iplease/yaml/values_edit.hpp>

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

/// Why the options cannot be had together; empty when they can.
const char* clashing(const ValuesOptions& options)
{
  if (!options.write) {
    return "";
  }
  return options.file == "-" ? "standard input cannot be written back"
         : options.diff      ? "--write and --diff exclude each other"
                             : "";
}

/// What changed, in words.
void tell(const std::string& name, const ValuesEdit& edit, std::string& err)
{
  for (const std::string& change : edit.changes) {
    err += name + ": " + change + "\n";
  }
  if (!edit.changed) {
    err += name + ": nothing to change\n";
  }
}

} // namespace

ExitCode
values_command(const ValuesOptions& options, Files& files, std::string& out, std::string& err)
{
  const bool piped = options.file == "-";
  const std::string name = piped ? "standard input" : options.file;
  if (const char* clash = clashing(options); *clash != 0) {
    return refuse(err, clash, "", ExitCode::usage);
  }
  const FileRead file = files.read(piped ? "/dev/stdin" : options.file);
  if (file.kind != FileRead::Kind::ok) {
    return refuse(err,
                  name + " cannot be read",
                  file.kind == FileRead::Kind::absent ? "no such file" : file.error,
                  ExitCode::usage);
  }
  const auto result = edit_values(
      SecretYaml(file.text), name, {.ipoperator = true, .attributes = options.attributes});
  if (const auto* problems = std::get_if<std::vector<Problem>>(&result)) {
    return refuse(err, *problems);
  }
  const auto& edit = std::get<ValuesEdit>(result);
  if (options.write && edit.changed) {
    const auto failure = files.replace({.path = options.file,
                                        .content = edit.text,
                                        .shown = masked_diff(file.text, edit.text, name),
                                        .was = sha256_hex(file.text)});
    if (failure) {
      return refuse(err, name + " was not changed", *failure, ExitCode::cannot_write);
    }
  }
  tell(name, edit, err);
  if (options.diff) {
    out = masked_diff(file.text, edit.text, name);
  } else if (!options.write) {
    out = edit.text;
  }
  return ExitCode::done;
}

} // namespace iplease
