// SPDX-License-Identifier: Apache-2.0
#include "chart_values.hpp"

#include "given.hpp"
#include <algorithm>
#include <cstdlib>
#include <optional>

namespace iplease {

namespace {

using nlohmann::ordered_json;

/// Words like `yes`, which YAML 1.1 reads as a boolean and YAML 1.2 as text.
bool is_read_in_two_ways(const std::string& text)
{
  constexpr const char* words[] = {"y",
                                   "Y",
                                   "yes",
                                   "Yes",
                                   "YES",
                                   "on",
                                   "On",
                                   "ON",
                                   "n",
                                   "N",
                                   "no",
                                   "No",
                                   "NO",
                                   "off",
                                   "Off",
                                   "OFF"};
  if (std::find(std::begin(words), std::end(words), text) != std::end(words)) {
    return true;
  }
  const std::string_view digits =
      std::string_view(text).substr(text.find_first_not_of("+-") == 1 ? 1 : 0);
  const bool number_like =
      !digits.empty() && digits.find_first_not_of("0123456789_:.xob") == std::string_view::npos;
  const bool leading_zero = digits.size() > 1 && digits[0] == '0' && digits[1] != '.';
  return number_like && (leading_zero || digits.find_first_of('_') != std::string_view::npos);
}

class Reader {
public:
  Reader(const std::string& name, const std::string& file)
      : m_name(name),
        m_file(file)
  {
  }

  ordered_json read(const StrictNode& node, const std::string& path)
  {
    switch (node.kind) {
    case StrictNode::Kind::null:
      return nullptr;
    case StrictNode::Kind::scalar:
      return read_scalar(node, path);
    case StrictNode::Kind::list: {
      ordered_json list = ordered_json::array();
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        list.push_back(read(node.items[i], path + "[" + std::to_string(i) + "]"));
      }
      return list;
    }
    case StrictNode::Kind::map:
      break;
    }
    ordered_json map = ordered_json::object();
    for (const StrictMember& member : node.members) {
      map[member.key] = read(member.value, path + "." + member.key);
    }
    return map;
  }

  std::vector<Problem> problems{};

private:
  ordered_json read_scalar(const StrictNode& node, const std::string& path)
  {
    const std::string& text = node.text;
    if (!node.quoted && is_read_in_two_ways(text)) {
      problems.push_back(setting_problem(
          "IPL-CFG-004",
          path,
          "`" + text + "` means different things to different readers of YAML",
          "write true, false or a plain number; or put it in quotes if text is meant",
          {m_file, node.line, node.column}));
      return nullptr;
    }
    switch (plain_type(node)) {
    case PlainType::null:
      return nullptr;
    case PlainType::boolean:
      return text[0] == 't' || text[0] == 'T';
    case PlainType::integer: {
      char* end = nullptr;
      const long long number = std::strtoll(text.c_str(), &end, 0);
      return text.size() < 19 && *end == '\0' ? ordered_json(number) : ordered_json(text);
    }
    case PlainType::real: {
      const double number = std::strtod(text.c_str(), nullptr);
      if (text.find_first_of("nN") == std::string::npos) {
        return number;
      }
      return text;
    }
    case PlainType::text:
      break;
    }
    return text;
  }

  const std::string& m_name;
  const std::string& m_file;
};

} // namespace

ChartValues
read_chart_values(const StrictNode& node, const std::string& name, const std::string& file)
{
  ChartValues values;
  Reader reader(name, file);
  values.json = reader.read(node, name);
  values.problems = std::move(reader.problems);
  return values;
}

namespace {

/// Parts of the chart that IP leases need, and the value that disables each.
struct Needed {
  std::string_view part;
  std::string_view flag;
  const char* why;
};
constexpr Needed k_needed[] = {
    {"crds",
     "enabled",
     "the resource types would go, and with them every pool and every address in use"},
    {"speaker", "enabled", "without speakers nobody announces the addresses"},
    {"controller", "enabled", "without the controller no address is given out or counted"},
    {"rbac", "create", "controller and speakers may not read their pools then"},
};

/// The member that disables the part: false, or null, which removes the chart's default.
const StrictMember* switched_off(const StrictMember& member, const Needed& needed)
{
  const auto off = [](const StrictNode& node) {
    return node.kind == StrictNode::Kind::null ||
           (node.kind == StrictNode::Kind::scalar && !node.quoted &&
            plain_type(node) == PlainType::boolean && (node.text[0] == 'f' || node.text[0] == 'F'));
  };
  if (member.key != needed.part) {
    return nullptr;
  }
  if (member.value.kind == StrictNode::Kind::null) {
    return &member;
  }
  for (const StrictMember& inner : member.value.members) {
    if (inner.key == needed.flag && off(inner.value)) {
      return &inner;
    }
  }
  return nullptr;
}

/// Keys with which the chart or Akash cannot work, whatever their value.
struct Refused {
  std::string_view key;
  const char* why;
};
constexpr Refused k_refused[] = {
    {"loadBalancerClass", "Akash's Services have no class, so MetalLB would ignore all of them"},
    {"configInline", "the chart refuses it from 0.13 on; the pool comes from pool.addresses"},
    {"nameOverride",
     "MetalLB is known by its label app.kubernetes.io/name=metallb, which this changes"},
};

bool is_empty(const StrictNode& node)
{
  return node.kind == StrictNode::Kind::null ||
         (node.kind == StrictNode::Kind::scalar && node.text.empty());
}

/// The member that moves the metrics to a port other than the one Akash reads.
const StrictMember* other_metrics_port(const StrictMember& member)
{
  if (member.key != "prometheus") {
    return nullptr;
  }
  for (const StrictMember& inner : member.value.members) {
    if (inner.key == "metricsPort" && inner.value.text != "7472") {
      return &inner;
    }
  }
  return nullptr;
}

} // namespace

std::vector<Problem>
refused_chart_values(const StrictNode& node, const std::string& name, const std::string& file)
{
  std::vector<Problem> problems;
  const auto refuse = [&](const StrictMember& member,
                          const std::string& path,
                          const std::string& why) {
    problems.push_back(setting_problem(
        "IPL-CFG-013", name + "." + path, why, "remove it", {file, member.line, member.column}));
  };
  for (const StrictMember& member : node.members) {
    for (const Refused& refused : k_refused) {
      if (member.key == refused.key && !is_empty(member.value)) {
        refuse(member, member.key, refused.why);
      }
    }
    for (const Needed& needed : k_needed) {
      if (const StrictMember* off = switched_off(member, needed)) {
        refuse(*off, std::string(needed.part) + "." + std::string(needed.flag), needed.why);
      }
    }
    if (const StrictMember* port = other_metrics_port(member)) {
      refuse(*port, "prometheus.metricsPort", "Akash's IP operator reads the metrics on port 7472");
    }
  }
  return problems;
}

} // namespace iplease
