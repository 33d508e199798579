// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/resolve.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

namespace {

const std::string k_address = "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx";

Observation running_cluster()
{
  Observation seen;
  seen.metallb.version = "0.13.12";
  seen.metallb.controllers = {{.name_space = "metallb-system", .name = "controller"}};
  seen.metallb.pools = {
      .look = Look::seen,
      .value = {{.name = "other", .name_space = "metallb-system", .addresses = {"203.0.113.0/28"}},
                {.name = "default",
                 .name_space = "metallb-system",
                 .addresses = {"198.51.100.0/28"},
                 .avoid_buggy_ips = true}}};
  seen.metallb.advertisements = {
      .look = Look::seen, .value = {{.name = "l2", .pools = {"default"}, .interfaces = {"eth1"}}}};
  seen.provider.files = {{.path = "/root/provider/provider.yaml"},
                         {.path = "/root/provider.yaml", .exists = true}};
  seen.provider.release_values = {.look = Look::seen};
  return seen;
}

} // namespace

TEST_CASE("What nobody gave comes from the cluster, with its reason", "[core][resolve]")
{
  const Settings s = resolve(
      {},
      running_cluster(),
      {.from = k_address, .domain = "example.com", .kube_proxy = "mode ipvs, strictARP is off"});
  REQUIRE(s.pool.addresses.value.size() == 1);
  CHECK(s.pool.addresses.value[0].text == "198.51.100.0/28");
  CHECK(s.pool.addresses.from == From::cluster);
  CHECK(s.pool.avoid_buggy_ips.value == true);
  CHECK(s.pool.interfaces.value == std::vector<std::string>{"eth1"});
  CHECK(s.metallb.version.value == "0.13.12");
  CHECK(s.metallb.version.where == "installed, kept");
  CHECK(s.strict_arp.where == "kube-proxy: mode ipvs, strictARP is off");
  CHECK(s.provider.address.value == k_address);
  CHECK(s.provider.status_url.value == "https://provider.example.com:8443/status");
  CHECK(s.provider.values_file.value == "/root/provider.yaml");
  // Both exist, so the operator must choose.
  CHECK(s.provider.values_from.value == ValuesFrom::undecided);
  CHECK(s.metallb.install.where == "default");
  CHECK(resolve(s, running_cluster(), {.from = k_address, .domain = "example.com"}) == s);
}

TEST_CASE("On an empty cluster the defaults hold", "[core][resolve]")
{
  Observation seen;
  seen.provider.files = {{.path = "/root/provider/provider.yaml"}, {.path = "/root/provider.yaml"}};
  seen.provider.release_values = {.look = Look::seen};
  seen.provider.status_address = k_address;
  const Settings s = resolve({}, seen, {.from = "mykey"});
  CHECK(s.pool.addresses.value.empty());
  CHECK(s.pool.avoid_buggy_ips.value == false);
  CHECK(s.pool.interfaces.value->empty());
  CHECK_FALSE(s.metallb.version.value);
  CHECK(s.metallb.version.from == From::fallback);
  // In the values, `from` is the name of a key.
  CHECK(s.provider.address.where == "8443/status says so");
  CHECK(s.provider.values_file.value == "/root/provider.yaml");
  CHECK(s.provider.values_from.value == ValuesFrom::release);
}

TEST_CASE("MetalLB of the ConfigMap era is not kept, nor one of a foreign namespace",
          "[core][resolve]")
{
  Observation seen = running_cluster();
  seen.metallb.version = "0.12.1";
  CHECK_FALSE(resolve({}, seen, {}).metallb.version.value);
  seen = running_cluster();
  seen.metallb.controllers.front().name_space = "lb";
  CHECK_FALSE(resolve({}, seen, {}).metallb.version.value);
}

TEST_CASE("The name of a key in `from` is no address, and the reason names the file",
          "[core][resolve]")
{
  const Settings s = resolve({}, {}, {.from = "mykey", .where = "/root/provider.yaml"});
  CHECK(s.provider.address.value.empty());
  CHECK(s.provider.address.where == "`from` of /root/provider.yaml is `mykey`, no address");
}

TEST_CASE("What was given is never touched", "[core][resolve]")
{
  Settings given;
  given.metallb.version = {.value = "0.14.8", .from = From::file, .where = "flags.yaml:7"};
  given.pool.addresses = {.value = {std::get<AddressRange>(parse_range("192.0.2.0/28"))},
                          .from = From::flag,
                          .where = "--pool"};
  given.provider.address = {.value = "x", .from = From::environment, .where = "E"};
  given.strict_arp = {.value = false, .from = From::flag, .where = "--set"};
  const Settings s = resolve(given, running_cluster(), {.from = k_address});
  CHECK(s.metallb.version == given.metallb.version);
  CHECK(s.pool.addresses == given.pool.addresses);
  CHECK(s.provider.address == given.provider.address);
  CHECK(s.strict_arp == given.strict_arp);
}

TEST_CASE("A pool that is yet to be migrated, and a MetalLB that Helm did not install, are kept",
          "[core][resolve]")
{
  const PoolSeen old{.addresses = {"192.0.2.0/28"}, .avoid_buggy_ips = true};
  const ResolveFacts facts{
      .old_pool = old, .old_pool_where = "ConfigMap config", .adopt_because = "no Helm release"};
  const Settings s = resolve({}, {}, facts);
  REQUIRE(s.pool.addresses.value.size() == 1);
  CHECK(s.pool.addresses.where == "ConfigMap config");
  CHECK(s.pool.avoid_buggy_ips.value == true);
  CHECK(s.metallb.install.value == MetallbInstall::adopt);
  CHECK(resolve({}, running_cluster(), facts).pool.addresses.value[0].text == "198.51.100.0/28");
  Settings values;
  values.metallb.values_json = {.value = "{}", .from = From::file};
  CHECK(resolve(values, {}, facts).metallb.install.value == MetallbInstall::helm);
}
