// SPDX-License-Identifier: Apache-2.0
// Only kube-proxy's IPVS mode needs strictARP: it binds every LoadBalancer address to kube-ipvs0 on
// every node, and without strictARP all nodes answer ARP for it.
#include <iplease/yaml/scalar_meaning.hpp>
#include <iplease/yaml/strict_arp.hpp>
#include <iplease/yaml/text_edit.hpp>

#include <optional>

namespace iplease {

namespace {

using Kind = LocatedNode::Kind;

constexpr const char* k_file = "config.conf";
constexpr const char* k_key = "strictARP";

/// kube-proxy's mapping `ipvs` and its field; k_none if absent.
struct Found {
  std::size_t ipvs = LocatedNode::k_none;
  std::size_t strict = LocatedNode::k_none;
};

Found found_in(const LocatedYaml& yaml)
{
  Found found;
  found.ipvs = yaml.find_effective(0, "ipvs");
  if (found.ipvs != LocatedNode::k_none) {
    found.ipvs = yaml.target(found.ipvs);
    found.strict = yaml.find_effective(found.ipvs, k_key);
  }
  if (found.strict != LocatedNode::k_none) {
    found.strict = yaml.target(found.strict);
  }
  return found;
}

StrictArp state_of(const LocatedNode& value)
{
  const Meaning meaning = meaning_of(value);
  if (value.kind == Kind::null || meaning.kind == Meaning::Kind::null) {
    return StrictArp::off;
  }
  if (value.kind != Kind::scalar || meaning.kind != Meaning::Kind::boolean) {
    return StrictArp::unclear;
  }
  return meaning.truth ? StrictArp::on : StrictArp::off;
}

std::string words_of(const std::vector<Problem>& problems)
{
  std::string text;
  for (const Problem& problem : problems) {
    text += (text.empty() ? "" : "; ") + std::string(k_file) + " line " +
            std::to_string(problem.place.line) + ": " + problem.what;
  }
  return text;
}

/// The parsed text, or why it cannot be parsed.
std::variant<LocatedYaml, std::string> read(std::string_view text)
{
  auto located = locate_yaml(std::string(text), k_file);
  if (const auto* problems = std::get_if<std::vector<Problem>>(&located)) {
    return words_of(*problems);
  }
  auto& yaml = std::get<LocatedYaml>(located);
  if (yaml.root().kind != Kind::mapping) {
    return std::string(k_file) + " is not a mapping";
  }
  return std::move(yaml);
}

StrictArpSeen seen_in(const LocatedYaml& yaml)
{
  StrictArpSeen seen;
  if (const std::size_t mode = yaml.find_effective(0, "mode"); mode != LocatedNode::k_none) {
    seen.mode = yaml.nodes[yaml.target(mode)].text;
  }
  if (const Found found = found_in(yaml); found.strict != LocatedNode::k_none) {
    const LocatedNode& value = yaml.nodes[found.strict];
    seen.state = state_of(value);
    seen.spelling = value.text;
    seen.place = yaml.place(value.start);
  }
  return seen;
}

bool has_merge(const LocatedYaml& yaml, std::size_t mapping)
{
  return yaml.find(mapping, "<<") != LocatedNode::k_none;
}

/// Why the text cannot be edited at one place; empty: it can.
std::string not_editable(const LocatedYaml& yaml, const Found& found)
{
  if (found.ipvs == LocatedNode::k_none) {
    return has_merge(yaml, 0) ? "config.conf uses merge keys" : "";
  }
  if (has_merge(yaml, 0) || has_merge(yaml, found.ipvs)) {
    return "config.conf uses merge keys around `ipvs`";
  }
  const Kind kind = yaml.nodes[found.ipvs].kind;
  return kind == Kind::mapping || kind == Kind::null ? ""
                                                     : "`ipvs` in config.conf is not a mapping";
}

/// A key in the mapping's own style: JSON stays JSON.
std::string key_for(const LocatedYaml& yaml, std::size_t mapping, const std::string& name)
{
  const LocatedNode& node = yaml.nodes[mapping];
  const bool braces = node.style == LocatedNode::Style::flow && !node.children.empty();
  return yaml.root().style == LocatedNode::Style::flow || braces ? "\"" + name + "\"" : name;
}

/// The one edit that the text needs. New keys go first, because comments at the end of a mapping
/// belong to what follows.
TextEdit edit_of(const LocatedYaml& yaml, const Found& found)
{
  TextEdit edit{.value = yaml_scalar("true")};
  if (found.ipvs == LocatedNode::k_none) {
    edit.what = TextEdit::What::add_entry;
    edit.key = key_for(yaml, 0, "ipvs");
    edit.value = yaml_map({{key_for(yaml, 0, k_key), edit.value}});
    return edit;
  }
  edit.node = found.ipvs;
  if (found.strict != LocatedNode::k_none) {
    edit.node = yaml.find(found.ipvs, k_key); // the place of an alias, not its target
  } else if (yaml.nodes[found.ipvs].children.empty()) {
    edit.value = yaml_map({{key_for(yaml, found.ipvs, k_key), edit.value}});
  } else {
    edit.what = TextEdit::What::add_entry;
    edit.key = key_for(yaml, found.ipvs, k_key);
  }
  return edit;
}

} // namespace

StrictArpSeen find_strict_arp(std::string_view config_conf)
{
  const auto yaml = read(config_conf);
  if (const auto* why = std::get_if<std::string>(&yaml)) {
    StrictArpSeen seen;
    seen.error = *why;
    return seen;
  }
  return seen_in(std::get<LocatedYaml>(yaml));
}

std::variant<std::string, NoEdit> set_strict_arp(std::string_view config_conf)
{
  const auto read_text = read(config_conf);
  if (const auto* why = std::get_if<std::string>(&read_text)) {
    return NoEdit{*why};
  }
  const auto& yaml = std::get<LocatedYaml>(read_text);
  if (seen_in(yaml).state == StrictArp::on) {
    return yaml.text;
  }
  const Found found = found_in(yaml);
  if (std::string why = not_editable(yaml, found); !why.empty()) {
    return NoEdit{std::move(why)};
  }
  auto outcome = apply_edits(yaml, {edit_of(yaml, found)});
  if (const auto* problems = std::get_if<std::vector<Problem>>(&outcome)) {
    return NoEdit{words_of(*problems)};
  }
  return std::move(std::get<EditedText>(outcome).text);
}

StrictArpWritten strict_arp_written(std::string_view config_conf)
{
  const auto read_text = read(config_conf);
  const auto* yaml = std::get_if<LocatedYaml>(&read_text);
  StrictArpWritten out;
  if (yaml == nullptr) {
    return out;
  }
  const auto source = [&](std::size_t node) {
    const std::string_view text = yaml->source(yaml->nodes[node]);
    return text.empty() ? std::string("null") : std::string(text);
  };
  const std::size_t ipvs = yaml->find(0, "ipvs");
  if (ipvs == LocatedNode::k_none) {
    return out;
  }
  const std::size_t strict = yaml->find(ipvs, k_key);
  out.strict = strict == LocatedNode::k_none ? "" : source(strict);
  out.ipvs = yaml->nodes[ipvs].children.empty() ? source(ipvs) : "mapping";
  return out;
}

std::variant<std::string, NoEdit> restore_strict_arp(std::string_view config_conf,
                                                     const StrictArpWritten& was)
{
  const auto read_text = read(config_conf);
  if (const auto* why = std::get_if<std::string>(&read_text)) {
    return NoEdit{*why};
  }
  const auto& yaml = std::get<LocatedYaml>(read_text);
  const std::size_t ipvs = yaml.find(0, "ipvs");
  const std::size_t strict = ipvs == LocatedNode::k_none ? ipvs : yaml.find(ipvs, k_key);
  if (strict == LocatedNode::k_none) {
    return NoEdit{"`ipvs.strictARP` is not written there"};
  }
  const bool alone = yaml.nodes[ipvs].children.size() == 2 && was.ipvs != "mapping";
  TextEdit edit{.node = alone ? ipvs : strict};
  const std::string& value = alone ? was.ipvs : was.strict;
  if (value.empty()) {
    edit.what = TextEdit::What::remove;
  } else {
    edit.value = yaml_scalar(value);
  }
  auto outcome = apply_edits(yaml, {edit});
  if (const auto* problems = std::get_if<std::vector<Problem>>(&outcome)) {
    return NoEdit{words_of(*problems)};
  }
  return std::move(std::get<EditedText>(outcome).text);
}

} // namespace iplease
