// SPDX-License-Identifier: Apache-2.0
#include <iplease/yaml/text_edit.hpp>

#include <algorithm>

namespace iplease {
namespace {

using Kind = LocatedNode::Kind;

/// Wraps `value` in the keys of `path` from `depth` on.
NewYaml nested(const std::vector<std::string>& path, std::size_t depth, const NewYaml& value)
{
  return depth == path.size() ? value : yaml_map({{path[depth], nested(path, depth + 1, value)}});
}

bool empty_value(const LocatedNode& node)
{
  return node.kind == Kind::null || (node.kind == Kind::mapping && node.children.empty());
}

} // namespace

NewYaml yaml_scalar(std::string raw)
{
  NewYaml value;
  value.scalar = std::move(raw);
  return value;
}

NewYaml yaml_map(std::vector<std::pair<std::string, NewYaml>> entries)
{
  NewYaml value;
  value.entries = std::move(entries);
  return value;
}

NewYaml yaml_list(std::vector<NewYaml> items)
{
  NewYaml value;
  value.items = std::move(items);
  return value;
}

EditOutcome apply_edits(const LocatedYaml& yaml, const std::vector<TextEdit>& edits)
{
  if (edits.empty()) {
    return EditedText{.text = yaml.text, .changed = false};
  }
  std::vector<Splice> splices;
  for (const TextEdit& edit : edits) {
    for (Splice& each : splices_of(yaml, edit)) {
      splices.push_back(std::move(each));
    }
  }
  EditedText edited{.text = splice(yaml.text, std::move(splices)), .changed = true};
  const bool removes = std::ranges::any_of(
      edits, [](const TextEdit& edit) { return edit.what == TextEdit::What::remove; });
  // A removal at the end leaves the line end before it, which this text did not have.
  while (removes && !yaml.text.ends_with('\n') && edited.text.ends_with('\n')) {
    edited.text.erase(edited.text.ends_with("\r\n") ? edited.text.size() - 2
                                                    : edited.text.size() - 1);
  }
  std::vector<Problem> problems = verify_edits(yaml, edits, edited.text);
  if (!problems.empty()) {
    return problems;
  }
  return edited;
}

EditOutcome set_in_yaml(const std::string& text,
                        const std::string& file,
                        const std::vector<std::string>& path,
                        const NewYaml& value)
{
  auto located = locate_yaml(text, file);
  if (auto* problems = std::get_if<std::vector<Problem>>(&located)) {
    return std::move(*problems);
  }
  const auto& yaml = std::get<LocatedYaml>(located);
  TextEdit edit;
  std::size_t node = 0;
  for (std::size_t depth = 0; depth < path.size(); ++depth) {
    edit.node = node;
    if (empty_value(yaml.nodes[node])) {
      edit.value = nested(path, depth, value);
      return apply_edits(yaml, {edit});
    }
    if (yaml.nodes[node].kind != Kind::mapping) {
      return std::vector<Problem>{
          yaml_problem("IPL-VAL-006",
                       "`" + path[depth] + "` should stand in a mapping here",
                       yaml.place(yaml.nodes[node].start),
                       "correct the file by hand")};
    }
    const std::size_t next = yaml.find(node, path[depth]);
    if (next == LocatedNode::k_none) {
      edit.what = TextEdit::What::add_entry;
      edit.position = yaml.nodes[node].children.size() / 2;
      edit.key = path[depth];
      edit.value = nested(path, depth + 1, value);
      return apply_edits(yaml, {edit});
    }
    node = next;
  }
  if (reads_as(yaml, node, value)) {
    return EditedText{.text = text, .changed = false};
  }
  edit.node = node;
  edit.value = value;
  return apply_edits(yaml, {edit});
}

} // namespace iplease
