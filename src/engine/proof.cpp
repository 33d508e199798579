// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/pattern.hpp>
#include <iplease/engine/proof.hpp>

namespace iplease {

std::optional<Proof> proof_of(const Step& step, const CommandResult& result)
{
  if (!result.ok() || step.proves.empty()) {
    return std::nullopt;
  }
  Proof proof{.step = step.id, .words = step.proves};
  if (const auto* wait = std::get_if<WaitUntil>(&step.action)) {
    const auto groups = search_pattern(wait->pattern, result.out);
    proof.found = groups && groups->size() > 1 ? (*groups)[1] : "";
  }
  if (const std::size_t hole = proof.words.find("\\1"); hole != std::string::npos) {
    proof.words.replace(hole, 2, proof.found);
  }
  return proof;
}

} // namespace iplease
