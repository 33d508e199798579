// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

namespace iplease {

/// A label selector of a Kubernetes object (metav1.LabelSelector): everything it says must hold.
struct LabelSelector {
  struct Expression {
    std::string key{};
    std::string how{}; ///< In, NotIn, Exists or DoesNotExist
    std::vector<std::string> values{};
    bool operator==(const Expression&) const = default;
  };
  std::map<std::string, std::string> match{};
  std::vector<Expression> expressions{};
  bool operator==(const LabelSelector&) const = default;
};

/// As apimachinery's labels package decides; an empty selector selects everything.
[[nodiscard]] bool selects(const LabelSelector& selector,
                           const std::map<std::string, std::string>& labels);
/// The selector as `kubectl get -l` takes it: "a=b,c in (d,e),!f".
[[nodiscard]] std::string to_text(const LabelSelector& selector);

} // namespace iplease
