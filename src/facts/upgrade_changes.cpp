// SPDX-License-Identifier: Apache-2.0
// What an upgrade would change besides what was requested.
#include <iplease/core/secret.hpp>
#include <iplease/facts/provider_values.hpp>
#include <iplease/yaml/secrets.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace iplease {

namespace {

using Which = ValueDifference::Which;
using Texts = std::map<std::string, std::string>;

constexpr const char* k_switch = "AKASH_IP_OPERATOR";

/// Takes keys of the chart's values and variables of the provider.
Weight weight_of(std::string key)
{
  std::ranges::transform(key, key.begin(), [](unsigned char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : static_cast<char>(c);
  });
  for (const char* word : {"bidprice", "bid_price", "price_target", "whitelist"}) {
    if (key.find(word) != std::string::npos) {
      return Weight::prices;
    }
  }
  return key == "image" || key == "akash_version" ? Weight::image
         : key == "resources"                     ? Weight::resources
                                                  : Weight::other;
}

std::string words_of(Which which, const ValueDifference& one)
{
  const std::string name = one.line.substr(0, one.line.find(": "));
  switch (which) {
  case Which::only_a:
    return name + " leaves the release" +
           (name == "bidpricescript" ? ": bids go by the chart's scale, no longer by the script"
                                     : ": the chart's default counts");
  case Which::only_b:
    return name + " comes with the file";
  case Which::differs:
    break;
  }
  return one.line;
}

void add_values(std::vector<UpgradeChange>& changes,
                const Observation& seen,
                const Settings& want,
                const ValuesDecision& values)
{
  const ValuesWish wish{.ipoperator = true, .attributes = want.provider.attributes.value};
  for (const ValueDifference& one :
       compare_values(seen.provider.release_values.value, values.after, "release", "file", wish)) {
    changes.push_back({.weight = one.path.empty() ? Weight::other : weight_of(one.path.front()),
                       .text = words_of(one.which, one)});
  }
}

/// Makes "1000m" equal to "1", and "1Gi" to "1024Mi".
std::optional<double> amount(const std::string& text)
{
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) {
    return std::nullopt;
  }
  const std::string unit(end, text.data() + text.size());
  constexpr double k_binary = 1024;
  constexpr double k_decimal = 1000;
  if (unit.empty()) {
    return number;
  }
  if (unit == "m") {
    return number / k_decimal;
  }
  constexpr std::string_view letters = "KMGTPE";
  const char first = unit.front() == 'k' ? 'K' : unit.front();
  const std::size_t power = letters.find(first);
  const bool binary = unit.size() == 2 && unit.back() == 'i';
  if (power == std::string_view::npos || (unit.size() > 1 && !binary)) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i <= power; ++i) {
    number *= binary ? k_binary : k_decimal;
  }
  return number;
}

bool same_amount(const std::string& a, const std::string& b)
{
  const auto left = amount(a);
  return left && left == amount(b);
}

std::string shown(const std::string& key, const std::string& value)
{
  if (value.empty()) {
    return "nothing";
  }
  return secret_path({key}) || looks_like_secret(value) ? std::string(k_masked) : mask_line(value);
}

/// `now` runs, `then` is what the upgrade sets. Helm leaves alone what only `now` has.
void add_live(std::vector<UpgradeChange>& changes,
              const Texts& now,
              const Texts& then,
              const char* what,
              std::optional<Weight> weight)
{
  for (const auto& [key, value] : then) {
    const auto live = now.find(key);
    const std::string old = live == now.end() ? "" : live->second;
    const bool amounts = weight == Weight::resources;
    if (key == k_switch || old == value || (amounts && same_amount(old, value))) {
      continue;
    }
    changes.push_back({.weight = weight.value_or(weight_of(key)),
                       .text = std::string(what) + " " + key + ": " + shown(key, old) +
                               " runs, the upgrade sets " + shown(key, value)});
  }
}

void add_running(std::vector<UpgradeChange>& changes, const ProviderSeen& provider)
{
  if (!provider.stateful_set.found() || !provider.rendered_set.found()) {
    return;
  }
  const WorkloadSeen& now = provider.stateful_set.value;
  const WorkloadSeen& then = provider.rendered_set.value;
  const auto images = [](const WorkloadSeen& set) {
    Texts by_place;
    for (std::size_t i = 0; i < set.images.size(); ++i) {
      by_place["of container " + std::to_string(i + 1)] = set.images[i];
    }
    return by_place;
  };
  add_live(changes, images(now), images(then), "image", Weight::image);
  add_live(changes, now.resources, then.resources, "resources", Weight::resources);
  Texts env = now.env;
  Texts wanted = then.env;
  env.insert(provider.config.begin(), provider.config.end());
  wanted.insert(provider.rendered_config.begin(), provider.rendered_config.end());
  add_live(changes, env, wanted, "variable", std::nullopt);
}

} // namespace

std::vector<UpgradeChange>
upgrade_changes(const Observation& seen, const Settings& want, const ValuesDecision& values)
{
  std::vector<UpgradeChange> changes;
  if (!values.upgrade_release || !values.problems.empty() || seen.assumed) {
    return changes;
  }
  if (seen.provider.release_values.found()) {
    add_values(changes, seen, want, values);
  }
  add_running(changes, seen.provider);
  std::ranges::stable_sort(changes, std::ranges::greater{}, &UpgradeChange::weight);
  return changes;
}

} // namespace iplease
