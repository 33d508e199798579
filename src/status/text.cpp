// SPDX-License-Identifier: Apache-2.0
#include <iplease/report/words.hpp>
#include <iplease/status/status.hpp>
#include <iplease/version.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

namespace iplease {

namespace {

constexpr std::size_t k_width = 80;
constexpr std::size_t k_services = 6; ///< Services shown; JSON has all
constexpr std::size_t k_list = 4;     ///< lines of any other list

std::string line(const std::string& text)
{
  return fit(text, k_width) + "\n";
}

/// A named row. A long text continues on the next line instead of being cut.
std::string row(std::string_view name, std::string_view text)
{
  constexpr std::size_t indent = 18;
  constexpr std::size_t room = k_width - indent;
  std::string out;
  bool first = true;
  while (first || !text.empty()) {
    std::size_t cut = text.size();
    if (cut > room) {
      const std::size_t blank = text.rfind(' ', room);
      cut = blank == std::string_view::npos || blank == 0 ? room : blank;
    }
    out += line(fmt::format("  {:<15} {}", first ? name : "", text.substr(0, cut)));
    text.remove_prefix(
        std::min(text.size(), cut + (cut < text.size() && text[cut] == ' ' ? 1 : 0)));
    first = false;
  }
  return out;
}

/// A time without fractions of a second.
std::string to_second(const std::string& time)
{
  const std::size_t point = time.find('.');
  return point == std::string::npos ? time : time.substr(0, point) + "Z";
}

std::string stages_where(const Status& status, Known present)
{
  std::vector<std::string> names;
  for (const StatusPart& part : status.parts) {
    if (part.present == present) {
      names.push_back(part.stage);
    }
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string headline(const Status& status)
{
  switch (status.state) {
  case LeaseState::on:
    return status.healthy() ? "IP leases are on" : "IP leases are on, but not well";
  case LeaseState::off:
    return "IP leases are off";
  case LeaseState::partly:
    return "IP leases are partly on; missing: " + stages_where(status, Known::no);
  case LeaseState::unreachable:
    return status.tools.kubeconfig_error.empty() ? "IP leases: the cluster does not answer"
                                                 : "IP leases: no cluster was asked";
  case LeaseState::unknown:
    break;
  }
  return "IP leases: not known; could not look at: " + stages_where(status, Known::unknown);
}

std::string_view mark_of(const StatusPart& part)
{
  if (part.present == Known::unknown) {
    return "??";
  }
  if (part.present == Known::no) {
    return "--";
  }
  return part.healthy == Known::yes ? "ok" : part.healthy == Known::no ? "!!" : "??";
}

/// With the image's tag: it may differ from the version that the chart was made for.
std::string chart_of(const Seen<ReleaseSeen>& release, const std::string& tag)
{
  const ReleaseSeen& value = release.value;
  return release.found() ? fmt::format("{} {} ({}{})",
                                       value.name,
                                       value.chart_version,
                                       value.app_version,
                                       tag.empty() ? "" : ", image " + tag)
                         : std::string{};
}

std::string versions(const Status& status)
{
  std::vector<std::string> words{std::string("iplease ") + k_version};
  const auto add = [&](const std::string& name, const std::string& version) {
    if (!version.empty()) {
      words.push_back(name + version);
    }
  };
  add("kubectl ", status.tools.kubectl);
  add("helm ", status.tools.helm);
  add("server ", status.tools.server);
  add("", chart_of(status.provider, status.provider_tag));
  add("", chart_of(status.ip_operator, status.operator_tag));
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string parts_text(const Status& status)
{
  std::string text;
  for (const StatusPart& part : status.parts) {
    text += row(fmt::format("{} {}", mark_of(part), part.title), part.detail);
  }
  for (const StatusPool& pool : status.pools) {
    text += row(pool.name == "default" ? "addresses" : "pool " + pool.name,
                fmt::format("{}, {} in use, {} free{}",
                            pool.size,
                            pool.in_use,
                            pool.size - std::min(pool.size, pool.in_use),
                            pool.name != "default" && pool.auto_assign
                                ? "; autoAssign: leases may get its addresses too"
                                : ""));
  }
  return text;
}

std::string node_text(const StatusService& service)
{
  if (service.addresses.empty()) {
    return "";
  }
  return service.announced == Known::yes  ? service.nodes.front()
         : service.announced == Known::no ? "no node"
                                          : "not known";
}

std::string services_text(const Status& status)
{
  if (status.services.empty()) {
    return "";
  }
  std::string text =
      "\n" + line(fmt::format("  {:<15} {:<14} {}", "address", "announced by", "Service"));
  std::size_t shown = 0;
  for (const StatusService& one : status.services) {
    if (shown++ == k_services) {
      text += line(fmt::format("  and {} more: iplease status -o json",
                               status.services.size() - k_services));
      break;
    }
    const std::string name = one.lease.empty() ? one.name_space + "/" + one.name : one.name;
    const std::string ports = fmt::format("{}", fmt::join(one.ports, ","));
    text += line(fmt::format("  {:<15} {:<14} {} {}",
                             one.addresses.empty() ? "(none yet)" : one.addresses.front(),
                             fit(node_text(one), 14),
                             name,
                             ports));
    if (!one.lease.empty()) {
      text += line("      lease " + one.lease);
    }
    if (!one.refused.empty()) {
      text += row("", one.refused);
    }
  }
  return text;
}

template <class List, class Say>
std::string list_text(const char* name, const List& list, const std::string& none, Say say)
{
  if (list.empty()) {
    return none.empty() ? "" : row(name, none);
  }
  std::string text;
  std::size_t shown = 0;
  for (const auto& one : list) {
    if (shown == k_list) {
      text += row("", fmt::format("and {} more: iplease status -o json", list.size() - k_list));
      break;
    }
    text += row(shown++ == 0 ? name : "", say(one));
  }
  return text;
}

std::string memory_text(const Status& status)
{
  std::string text;
  if (status.applied) {
    const AppliedRun& run = *status.applied;
    text += list_text(
        "drift", status.drift, fmt::format("none since run {}", run.id), [](const Drift& one) {
          return fmt::format("{}: was {}, is {}", one.what, one.applied, one.live);
        });
  }
  text +=
      list_text("owed", status.owed, status.applied ? "nothing" : "", [](const OwedAction& one) {
        return fmt::format("{}, until {}{}",
                           one.id,
                           one.until,
                           one.since.empty() ? ""
                                             : fmt::format(" (since {})", to_second(one.since)));
      });
  if (status.unfinished) {
    const UnfinishedRun& run = *status.unfinished;
    text +=
        row("unfinished",
            !run.at_work.empty() ? "run " + run.id + " is at work: " + run.at_work
                                 : fmt::format("run {}{}; go on with: iplease resume",
                                               run.id,
                                               run.step.empty() ? "" : ", stopped in " + run.step));
  }
  return text + list_text("could not look", status.could_not_look, "", [](const std::string& one) {
           return one;
         });
}

} // namespace

std::string status_text(const Status& status)
{
  std::string text = line(headline(status));
  text += line(fmt::format("  cluster {}{}",
                           status.context.empty() ? "(no context)" : status.context,
                           status.cluster_uid.empty() ? "" : ", uid " + status.cluster_uid));
  text += "\n";
  if (status.state != LeaseState::unreachable) {
    text += parts_text(status);
  }
  text += row("versions", versions(status));
  text += services_text(status);
  const std::string memory = memory_text(status);
  text += memory.empty() ? "" : "\n" + memory;
  text += "\n";
  const std::vector<NextCommand> next = next_commands(status);
  std::size_t width = 0;
  for (const NextCommand& one : next) {
    width = std::max(width, one.command.size());
  }
  const char* name = "Next:";
  for (const NextCommand& one : next) {
    text += line(fmt::format("{:<6} {:<{}}  {}", name, one.command, width, one.purpose));
    name = "";
  }
  return text;
}

} // namespace iplease
