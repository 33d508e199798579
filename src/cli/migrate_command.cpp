// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/migrate_command.hpp>
#include <iplease/migrate/convert.hpp>

namespace iplease {

namespace {

/// MetalLB prints two joined errors on two lines; here they become one.
std::string one_line(std::string text)
{
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at)) {
    text.replace(at, 1, ": ");
  }
  return text;
}

} // namespace

Migrated migrate_command(const MigrateOptions& options, Files& files)
{
  Migrated migrated;
  const auto refused = [&](Problem problem) {
    problem.exit = ExitCode::usage;
    migrated.problem = std::move(problem);
    return migrated;
  };
  if (options.output != "yaml" && options.output != "json") {
    return refused(
        {.id = "IPL-MIG-001", .what = "-o " + options.output + " is neither yaml nor json"});
  }
  if (options.from.empty()) {
    return refused({.id = "IPL-CLI-006",
                    .what = "`iplease migrate` needs --from FILE",
                    .fix = "for example: iplease migrate --from config.yaml"});
  }
  const bool piped = options.from == "-";
  const std::string name = piped ? "standard input" : options.from;
  const FileRead file = files.read(piped ? "/dev/stdin" : options.from);
  if (file.kind != FileRead::Kind::ok) {
    return refused({.id = "IPL-MIG-002",
                    .what = name + " cannot be read",
                    .saw = file.kind == FileRead::Kind::absent ? "no such file" : file.error});
  }
  const auto result = convert_configmap(file.text);
  if (const auto* error = std::get_if<ConvertError>(&result)) {
    return refused({.id = error->ours ? "IPL-MIG-004" : "IPL-MIG-003",
                    .what = name + " cannot be converted",
                    .saw = one_line(error->message)});
  }
  const auto& converted = std::get<Converted>(result);
  for (const std::string& warning : converted.warnings) {
    migrated.warnings += "warning: " + warning + "\n";
  }
  migrated.objects =
      options.output == "json" ? render_json(converted.objects) : render_yaml(converted.objects);
  if (converted.objects.empty()) {
    migrated.warnings += "warning: nothing to convert: no object was written\n";
  }
  return migrated;
}

} // namespace iplease
