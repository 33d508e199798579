// SPDX-License-Identifier: Apache-2.0
// Any bytes as a chart that helm rendered. Reading it ends, and whatever is taken from it occurs in
// it.
#include <iplease/cluster/fill.hpp>

#include "../target.hpp"

namespace iplease::fuzz {

void rendered(const std::string& text)
{
  Observation seen;
  fill_rendered(seen, text);
  const auto& set = seen.provider.rendered_set;
  must(!set.absent(), "a StatefulSet that was not read is not absent");
  must(!set.found() ||
           (set.value.kind == "StatefulSet" && text.find("StatefulSet") != std::string::npos),
       "a StatefulSet that was seen is one");
  must(seen.provider.rendered_config.empty() || text.find("ConfigMap") != std::string::npos,
       "settings that were seen stand in a ConfigMap");
  Observation again;
  fill_rendered(again, text);
  must(again == seen, "the same text says the same");
  // A document of another kind in front changes nothing. The exceptions: a directive, and the first
  // bytes, from which yaml-cpp detects UTF-16.
  Observation behind;
  fill_rendered(behind, "kind: Secret\n---\n" + text);
  must(text.starts_with("%") || !is_utf8(text) || text.find('\0') != std::string::npos ||
           behind.provider.rendered_set == set,
       "documents stand alone");
}

} // namespace iplease::fuzz
