// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/migrate_command.hpp>
#include <iplease/core/catalogue.hpp>
#include <iplease/migrate/convert.hpp>

namespace iplease {

namespace {

ExitCode refuse(std::string& err, const Problem& problem)
{
  const Problem full = with_catalogue(problem);
  err += "error " + full.id + ": " + full.what + "\n";
  if (!full.saw.empty()) {
    err += "  saw     " + full.saw + "\n";
  }
  err += "  cause   " + full.cause + "\n  fix     " + full.fix + "\n  more    iplease explain " +
         full.id + "\n";
  return full.exit;
}

/// Two joined complaints of MetalLB are two lines; here they are one.
std::string one_line(std::string text)
{
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at)) {
    text.replace(at, 1, ": ");
  }
  return text;
}

} // namespace

ExitCode
migrate_command(const MigrateOptions& options, Files& files, std::string& out, std::string& err)
{
  if (options.output != "yaml" && options.output != "json") {
    return refuse(err,
                  {.id = "IPL-MIG-001",
                   .what = "-o " + options.output + " is neither yaml nor json",
                   .exit = ExitCode::usage});
  }
  const bool piped = options.from == "-";
  const std::string name = piped ? "standard input" : options.from;
  const FileRead file = files.read(piped ? "/dev/stdin" : options.from);
  if (file.kind != FileRead::Kind::ok) {
    return refuse(err,
                  {.id = "IPL-MIG-002",
                   .what = name + " cannot be read",
                   .saw = file.kind == FileRead::Kind::absent ? "no such file" : file.error,
                   .exit = ExitCode::usage});
  }
  const auto result = convert_configmap(file.text);
  if (const auto* error = std::get_if<ConvertError>(&result)) {
    return refuse(err,
                  {.id = error->ours ? "IPL-MIG-004" : "IPL-MIG-003",
                   .what = name + " cannot be converted",
                   .saw = one_line(error->message),
                   .place = {.file = name},
                   .exit = ExitCode::usage});
  }
  const auto& converted = std::get<Converted>(result);
  for (const std::string& warning : converted.warnings) {
    err += "warning: " + warning + "\n";
  }
  out = options.output == "json" ? render_json(converted.objects) : render_yaml(converted.objects);
  if (converted.objects.empty()) {
    err += "warning: nothing to convert: no object was written\n";
  }
  return ExitCode::done;
}

} // namespace iplease
