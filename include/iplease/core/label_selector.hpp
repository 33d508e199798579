// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

namespace iplease {

/// A Kubernetes label selector (metav1.LabelSelector); all its conditions must hold.
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

/// Decides like apimachinery's labels package; an empty selector selects everything.
[[nodiscard]] bool selects(const LabelSelector& selector,
                           const std::map<std::string, std::string>& labels);
/// The selector in the form of `kubectl get -l`: "a=b,c in (d,e),!f".
[[nodiscard]] std::string to_text(const LabelSelector& selector);

} // namespace iplease
