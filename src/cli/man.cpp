// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/options.hpp>
#include <iplease/core/exit_codes.hpp>
#include <iplease/core/schema.hpp>
#include <iplease/version.hpp>

#include <fmt/format.h>

namespace iplease {

namespace {

/// Last change of the text that is only on this page.
constexpr const char* k_date = "2026-11-30";

/// Escapes text for roff: backslashes, dashes, quotes and a leading dot have no special meaning.
std::string roff(std::string_view text)
{
  std::string safe;
  for (const char c : text) {
    if (c == '\\') {
      safe += "\\e";
    } else if (c == '-') {
      safe += "\\-";
    } else if (c == '`') {
      safe += "\\(cq";
    } else if (c == '\'') {
      safe += "\\(aq";
    } else {
      safe += c;
    }
  }
  return safe.starts_with('.') ? "\\&" + safe : safe;
}

std::string option_entry(const OptionSpec& option)
{
  const std::string letter =
      option.letter != 0 ? fmt::format(R"(\fB\-{}\fR, )", option.letter) : "";
  const std::string argument =
      option.argument.empty() ? "" : fmt::format(" \\fI{}\\fR", roff(option.argument));
  return fmt::format(
      ".TP\n{}\\fB\\-\\-{}\\fR{}\n{}.\n", letter, roff(option.name), argument, roff(option.help));
}

std::string options_section(std::string_view title, std::span<const OptionSpec> options)
{
  std::string text = fmt::format(".SS {}\n", title);
  for (const OptionSpec& option : options) {
    text += option_entry(option);
  }
  return text;
}

std::string command_entry(const CommandSpec& command)
{
  std::string text = fmt::format(
      ".SS iplease {}{}\n{}.\n",
      roff(command.name),
      command.positional.empty() ? "" : fmt::format(" \\fI{}\\fR", roff(command.positional)),
      roff(command.summary));
  text += ".PP\n.nf\n";
  for (const std::string_view example : command.examples) {
    text += "    " + roff(example) + "\n";
  }
  text += ".fi\n";
  for (const OptionSpec& option : command.options) {
    text += option_entry(option);
  }
  return text;
}

/// "enable, plan, config init".
std::string names_of_commands_with_settings()
{
  std::string names;
  for (const CommandSpec& command : command_table()) {
    if (command.uses_settings) {
      names += (names.empty() ? "" : ", ") + std::string(command.name);
    }
  }
  return names;
}

std::string keys_section()
{
  std::string text = ".SH FLAGS FILE\nYAML with apiVersion: iplease.akash.network/v1 and kind: "
                     "Enablement. Order: flag, environment, file, found on the cluster, default.\n";
  for (const SettingKey& key : setting_keys()) {
    text += fmt::format(".TP\n\\fB{}\\fR ({})\n{} Default: {}.\n",
                        roff(key.path),
                        roff(type_name(key)),
                        roff(key.help),
                        roff(key.fallback));
    if (!key.flag.empty()) {
      text += fmt::format("Flag \\fB{}\\fR, variable {}.\n", roff(key.flag), environment_name(key));
    }
  }
  return text;
}

} // namespace

std::string man_page()
{
  std::string text = fmt::format(
      ".TH IPLEASE 1 {} \"iplease {}\" \"User Commands\"\n.nh\n.SH NAME\niplease \\- turn on IP "
      "leases "
      "for an existing Akash provider\n.SH SYNOPSIS\n\\fBiplease\\fR \\fICOMMAND\\fR "
      "[\\fIOPTION\\fR]...\n.SH DESCRIPTION\nTakes a cluster from \"no MetalLB, the provider does "
      "not bid on IPs\" to \"a lease gets its own public address\", and proves it. It runs kubectl "
      "and helm. Every run can be stopped and repeated.\n.SH COMMANDS\n",
      k_date,
      k_version);
  for (const CommandSpec& command : command_table()) {
    text += command_entry(command);
  }
  text += ".SH OPTIONS\n";
  text +=
      options_section("Settings (" + names_of_commands_with_settings() + ")", settings_options());
  text += options_section("Cluster", cluster_options());
  text += options_section("Every command", global_options());
  text += keys_section();
  text += ".SH EXIT STATUS\n";
  for (const ExitCodeRow& row : exit_codes()) {
    text += fmt::format(".TP\n\\fB{}\\fR\n{}.\n", static_cast<int>(row.code), roff(row.meaning));
  }
  return text + ".SH FILES\n.TP\n$XDG_STATE_HOME/iplease/UID\nThe journal of every run on a "
                "cluster; UID is that of namespace kube\\-system.\n"
                ".SH SEE ALSO\n\\fBkubectl\\fR(1), \\fBhelm\\fR(1)\n";
}

} // namespace iplease
