// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/address_range.hpp>
#include <iplease/core/error.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace iplease {

/// Where a value came from, in order of precedence. iplease asks for an answer only if nothing else
/// gave a value, or to change one.
enum class From { answer, flag, environment, file, unfinished_run, cluster, fallback };

/// A setting with its source. `where` is for the operator: "flags.yaml:12", "--pool", "kube-proxy
/// mode is ipvs"; the reason of a default.
template <class T> struct Sourced {
  T value{};
  From from = From::fallback;
  std::string where{};
  Place place{}; ///< set if it came from a file
  /// Whether the operator gave it, now or in the unfinished run.
  [[nodiscard]] bool given() const { return from != From::cluster && from != From::fallback; }
  bool operator==(const Sourced&) const = default;
};

enum class MetallbInstall { helm, kubespray, adopt };
/// `merge`: the file plus what only the release has.
enum class ValuesFrom { undecided, file, release, merge };

/// The desired state: what the flags file, the flags and the environment ask for. `resolve`
/// (core/resolve.hpp) fills absent optionals from the observation.
struct Settings {
  struct Cluster {
    Sourced<std::string> kubeconfig{}; ///< path; empty: the usual places
    Sourced<std::string> context{};    ///< empty: the kubeconfig's current context
    Sourced<std::string> uid{};        ///< expected UID of kube-system; empty: any
    bool operator==(const Cluster&) const = default;
  } cluster;
  struct Kubespray {
    Sourced<std::string> inventory{};
    Sourced<std::string> dir{};
    Sourced<std::string> version{};
    Sourced<bool> run{};
    bool operator==(const Kubespray&) const = default;
  };
  struct Metallb {
    Sourced<MetallbInstall> install{};
    Sourced<std::optional<std::string>> version{}; ///< absent: keep what is installed, else 0.14.8
    Sourced<std::string>
        values_json{}; ///< chart values merged over iplease's, as JSON object text; "": none
    Kubespray kubespray{};
    bool operator==(const Metallb&) const = default;
  } metallb;
  struct Pool {
    Sourced<std::vector<AddressRange>> addresses{};
    Sourced<std::optional<bool>> avoid_buggy_ips{};
    Sourced<std::optional<std::vector<std::string>>> interfaces{};
    bool operator==(const Pool&) const = default;
  } pool;
  Sourced<bool> strict_arp{.value = true}; ///< false: leave it as it is
  struct Provider {
    Sourced<std::string> release{.value = "akash-provider"};
    Sourced<std::string> address{};     ///< empty: from the values
    Sourced<std::string> values_file{}; ///< absolute path; empty: the usual places
    Sourced<ValuesFrom> values_from{};
    Sourced<std::string> chart_version{.value = "installed"};
    Sourced<std::vector<std::string>> attributes{
        .value = {"ip-lease", "capabilities/ip-lease", "feat-endpoint-ip"}};
    Sourced<std::string> status_url{}; ///< empty: from `domain`
    bool operator==(const Provider&) const = default;
  } provider;
  Sourced<std::string> ip_operator_chart_version{.value = "auto"};
  struct Repositories {
    Sourced<std::string> metallb{.value = "https://metallb.github.io/metallb"};
    Sourced<std::string> akash{.value = "https://akash-network.github.io/helm-charts"};
    bool operator==(const Repositories&) const = default;
  } repositories;
  /// By stage id. Defaults: metallb 5m, provider 10m, verify 2m, others 3m.
  std::map<std::string, Sourced<std::chrono::seconds>> timeouts;
  struct Tools {
    Sourced<std::vector<std::string>> kubectl{.value = {"kubectl"}};
    Sourced<std::vector<std::string>> helm{.value = {"helm"}};
    bool operator==(const Tools&) const = default;
  } tools;
  Sourced<std::vector<std::string>> accept_risk{};

  [[nodiscard]] std::chrono::seconds timeout(const std::string& stage) const;
  [[nodiscard]] bool accepts(const std::string& risk) const;
  bool operator==(const Settings&) const = default;
};

} // namespace iplease
