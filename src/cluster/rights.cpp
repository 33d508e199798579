// SPDX-License-Identifier: Apache-2.0
#include <iplease/cluster/rights.hpp>
#include <iplease/core/names.hpp>
#include <iplease/core/plan.hpp>

#include <fmt/format.h>

#include "json_access.hpp"
#include <algorithm>
#include <array>
#include <span>
#include <sstream>

namespace iplease {
namespace {

using nlohmann::json;

constexpr const char* k_rbac = "rbac.authorization.k8s.io";

struct StageRight {
  std::string_view stage;
  const char* verb;
  const char* group;
  const char* resource;
  const char* name_space;
};

// A stage creates what is absent and patches what exists. helm keeps its records in Secrets.
constexpr std::array k_rights{
    StageRight{"namespace", "create", "", "namespaces", ""},
    StageRight{"namespace", "patch", "", "namespaces", ""},
    StageRight{"metallb", "create", "", "secrets", k_metallb_ns},
    StageRight{"metallb", "create", "apps", "deployments", k_metallb_ns},
    StageRight{"metallb", "create", "apps", "daemonsets", k_metallb_ns},
    StageRight{"metallb", "create", "apiextensions.k8s.io", "customresourcedefinitions", ""},
    StageRight{"metallb", "create", k_rbac, "clusterroles", ""},
    StageRight{"metallb", "create", k_rbac, "clusterrolebindings", ""},
    StageRight{
        "metallb", "create", "admissionregistration.k8s.io", "validatingwebhookconfigurations", ""},
    StageRight{"migrate", "patch", "", "services", ""},
    StageRight{"migrate", "delete", "", "configmaps", k_metallb_ns},
    StageRight{"expose", "create", "", "services", k_metallb_ns},
    StageRight{"expose", "patch", "", "services", k_metallb_ns},
    StageRight{"pool", "create", "metallb.io", "ipaddresspools", k_metallb_ns},
    StageRight{"pool", "patch", "metallb.io", "ipaddresspools", k_metallb_ns},
    StageRight{"pool", "create", "metallb.io", "l2advertisements", k_metallb_ns},
    StageRight{"pool", "patch", "metallb.io", "l2advertisements", k_metallb_ns},
    StageRight{"strict-arp", "update", "", "configmaps", "kube-system"},
    StageRight{"strict-arp", "patch", "apps", "daemonsets", "kube-system"},
    StageRight{"ip-operator", "create", "", "secrets", k_akash_ns},
    StageRight{"ip-operator", "create", "apps", "deployments", k_akash_ns},
    StageRight{"ip-operator", "patch", "apps", "deployments", k_akash_ns},
    StageRight{"ip-operator", "create", k_rbac, "clusterroles", ""},
    StageRight{"ip-operator", "get", "", "services/proxy", k_akash_ns},
    StageRight{"provider", "create", "", "secrets", k_akash_ns},
    StageRight{"provider", "patch", "apps", "statefulsets", k_akash_ns},
    StageRight{"provider", "create", "", "pods/exec", k_akash_ns},
    StageRight{"provider", "get", "", "services/proxy", k_akash_ns},
    StageRight{"verify", "create", "", "services", k_akash_ns},
    StageRight{"verify", "delete", "", "services", k_akash_ns},
};

/// `undo` deletes what enable created and patches what it changed.
constexpr std::array k_undo_rights{
    StageRight{"provider", "create", "", "secrets", k_akash_ns},
    StageRight{"provider", "patch", "apps", "statefulsets", k_akash_ns},
    StageRight{"provider", "create", "", "pods/exec", k_akash_ns},
    StageRight{"provider", "get", "", "services/proxy", k_akash_ns},
    StageRight{"ip-operator", "create", "", "secrets", k_akash_ns},
    StageRight{"ip-operator", "patch", "apps", "deployments", k_akash_ns},
    StageRight{"ip-operator", "delete", "", "secrets", k_akash_ns},
    StageRight{"ip-operator", "delete", "apps", "deployments", k_akash_ns},
    StageRight{"ip-operator", "delete", k_rbac, "clusterroles", ""},
    StageRight{"verify", "delete", "", "services", k_akash_ns},
    StageRight{"pool", "delete", "metallb.io", "ipaddresspools", k_metallb_ns},
    StageRight{"pool", "delete", "metallb.io", "l2advertisements", k_metallb_ns},
    StageRight{"pool", "patch", "metallb.io", "ipaddresspools", k_metallb_ns},
    StageRight{"pool", "patch", "metallb.io", "l2advertisements", k_metallb_ns},
    StageRight{"expose", "delete", "", "services", k_metallb_ns},
    StageRight{"expose", "patch", "", "services", k_metallb_ns},
    StageRight{"metallb", "delete", "", "secrets", k_metallb_ns},
    StageRight{"metallb", "delete", "apps", "deployments", k_metallb_ns},
    StageRight{"metallb", "delete", "apps", "daemonsets", k_metallb_ns},
    StageRight{"metallb", "delete", "apiextensions.k8s.io", "customresourcedefinitions", ""},
    StageRight{"metallb", "delete", k_rbac, "clusterroles", ""},
    StageRight{
        "metallb", "delete", "admissionregistration.k8s.io", "validatingwebhookconfigurations", ""},
    StageRight{"strict-arp", "patch", "", "configmaps", "kube-system"},
    StageRight{"strict-arp", "patch", "apps", "daemonsets", "kube-system"},
    StageRight{"namespace", "delete", "", "namespaces", ""},
    StageRight{"namespace", "patch", "", "namespaces", ""},
};

} // namespace

std::vector<Right> rights_for(const Plan& plan)
{
  std::vector<Right> rights;
  const std::span<const StageRight> table =
      plan.command == "undo" ? std::span<const StageRight>(k_undo_rights) : k_rights;
  for (const StageRight& one : table) {
    const bool needed = std::ranges::any_of(plan.stages, [&](const StagePlan& stage) {
      return stage.stage == one.stage && stage.verdict != Verdict::satisfied;
    });
    Right right{.verb = one.verb,
                .group = one.group,
                .resource = one.resource,
                .name_space = one.name_space};
    if (needed && std::ranges::find(rights, right) == rights.end()) {
      rights.push_back(std::move(right));
    }
  }
  return rights;
}

std::string access_manifest(const std::vector<Right>& rights)
{
  json items = json::array();
  for (const Right& right : rights) {
    const std::size_t slash = right.resource.find('/');
    json attributes{{"verb", right.verb}, {"resource", right.resource.substr(0, slash)}};
    if (slash != std::string::npos) {
      attributes["subresource"] = right.resource.substr(slash + 1);
    }
    if (!right.group.empty()) {
      attributes["group"] = right.group;
    }
    if (!right.name_space.empty()) {
      attributes["namespace"] = right.name_space;
    }
    items.push_back({{"apiVersion", "authorization.k8s.io/v1"},
                     {"kind", "SelfSubjectAccessReview"},
                     {"spec", {{"resourceAttributes", std::move(attributes)}}}});
  }
  return json{{"apiVersion", "v1"}, {"kind", "List"}, {"items", std::move(items)}}.dump() + "\n";
}

namespace {

/// For example "create pods/exec in akash-services".
std::string right_words(const json& what)
{
  const std::string sub = json_access::text(what, {"subresource"});
  const std::string group = json_access::text(what, {"group"});
  const std::string space = json_access::text(what, {"namespace"});
  return fmt::format("{} {}{}{}{}{}{}{}",
                     json_access::text(what, {"verb"}),
                     json_access::text(what, {"resource"}),
                     sub.empty() ? "" : "/",
                     sub,
                     group.empty() ? "" : ".",
                     group,
                     space.empty() ? "" : " in ",
                     space);
}

} // namespace

std::optional<std::vector<std::string>> parse_access(std::string_view answers, std::size_t asked)
{
  std::vector<json> reviews;
  std::istringstream in{std::string(answers)};
  while (in >> std::ws && in.peek() == '{') {
    json review;
    try {
      in >> review;
    } catch (const json::exception&) {
      return std::nullopt; // truncated
    }
    const std::vector<const json*> listed = json_access::each(review, {"items"});
    if (listed.empty()) {
      reviews.push_back(std::move(review));
    }
    for (const json* one : listed) {
      reviews.push_back(*one);
    }
  }
  std::vector<std::string> denied;
  for (const json& review : reviews) {
    const json* allowed = json_access::at(review, {"status", "allowed"});
    const json* what = json_access::at(review, {"spec", "resourceAttributes"});
    if (allowed == nullptr || !allowed->is_boolean() || what == nullptr) {
      return std::nullopt;
    }
    if (!allowed->get<bool>()) {
      denied.push_back(right_words(*what));
    }
  }
  return reviews.size() == asked ? std::optional(std::move(denied)) : std::nullopt;
}

} // namespace iplease
