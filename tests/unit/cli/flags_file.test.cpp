// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/flags_file.hpp>
#include <iplease/core/catalogue.hpp>

#include <catch2/catch.hpp>

using namespace iplease;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

const std::string k_head = "apiVersion: iplease.akash.network/v1\nkind: Enablement\n";

SettingsInput with_file(const std::string& body, const std::string& head = k_head)
{
  SettingsInput input;
  input.file = FlagsText{"flags.yaml", "/etc/iplease", head + body};
  input.current_folder = "/work-folder";
  input.home = "/home/op";
  return input;
}

/// "ID line:column what -> fix" for every problem.
std::string said(const SettingsInput& input)
{
  std::string all;
  for (const Problem& problem : read_settings(input).problems) {
    CHECK(problem.exit == ExitCode::usage);
    CHECK(find_entry(problem.id) != nullptr);
    all += problem.id.substr(4) + " " + std::to_string(problem.place.line) + ":" +
           std::to_string(problem.place.column) + " " + problem.what + " -> " + problem.fix + "\n";
  }
  return all;
}

std::string in_file(const std::string& body)
{
  return said(with_file(body));
}

Settings good(const SettingsInput& input)
{
  CHECK(said(input) == "");
  return read_settings(input).settings;
}

std::string by_set(const std::string& text)
{
  SettingsInput input;
  input.set = {text};
  return said(input);
}

} // namespace

TEST_CASE("The whole file of the reference is read, every value with its place", "[cli][settings]")
{
  const Settings s = good(with_file(R"(cluster:
  kubeconfig: admin.conf
  context: prod
  uid: 6f0c2f6e
metallb:
  install: helm
  version: 0.14.8
  values: {speaker: {frr: {enabled: false}}, n: 3, t: "3", list: [a, 1.5, null]}
pool:
  addresses: [198.51.100.32/28, 198.51.100.64-198.51.100.70]
  avoidBuggyIPs: false
  interfaces: []
strictARP: leave
provider:
  release: akash-provider
  address: akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx
  valuesFile: ./provider.yaml
  valuesFrom: file
  chartVersion: installed
  attributes: [ip-lease, feat-endpoint-ip]
  statusUrl: https://provider.example.com:8443/status
ipOperator:
  chartVersion: auto
repositories:
  metallb: https://metallb.github.io/metallb
  akash: charts
timeouts: {metallb: 90s, ip-operator: 3m}
tools: {kubectl: [k3s, kubectl], helm: [helm]}
acceptRisk: [IPL-POOL-031]
)"));
  CHECK(s.cluster.kubeconfig.value == "/etc/iplease/admin.conf");
  CHECK(s.cluster.context.where == "flags.yaml:5");
  CHECK(s.metallb.version.value == "0.14.8");
  CHECK(s.metallb.values_json.value ==
        R"({"speaker":{"frr":{"enabled":false}},"n":3,"t":"3","list":["a",1.5,null]})");
  REQUIRE(s.pool.addresses.value.size() == 2);
  CHECK(count(s.pool.addresses.value) == 23);
  CHECK(s.pool.addresses.from == From::file);
  CHECK(s.pool.addresses.place == Place{"flags.yaml", 12, 14});
  CHECK(s.pool.avoid_buggy_ips.value == false);
  CHECK(s.pool.interfaces.value->empty());
  CHECK_FALSE(s.strict_arp.value);
  CHECK(s.provider.values_file.value == "/etc/iplease/provider.yaml");
  CHECK(s.provider.values_from.value == ValuesFrom::file);
  CHECK(s.repositories.metallb.value == "https://metallb.github.io/metallb");
  CHECK(s.repositories.akash.value == "/etc/iplease/charts");
  CHECK(s.timeout("metallb") == 90s);
  CHECK(s.tools.kubectl.value == std::vector<std::string>{"k3s", "kubectl"});
  CHECK(s.accepts("IPL-POOL-031"));
  CHECK(s.provider.release.given());
}

TEST_CASE("Flag beats environment beats file beats default, and each is remembered",
          "[cli][settings]")
{
  SettingsInput input =
      with_file("metallb: {version: 0.14.5}\npool: {addresses: [198.51.100.0/28]}\n");
  CHECK(good(input).metallb.version.value == "0.14.5");
  input.environment["IPLEASE_METALLB_VERSION"] = "0.14.7";
  CHECK(good(input).metallb.version.value == "0.14.7");
  CHECK(good(input).metallb.version.where == "IPLEASE_METALLB_VERSION");
  CHECK(good(input).metallb.version.from == From::environment);
  input.flags = {{"--metallb-version", "0.15.2"}};
  CHECK(good(input).metallb.version.value == "0.15.2");
  CHECK(good(input).metallb.version.where == "--metallb-version");
  CHECK(good(input).metallb.install.from == From::fallback);
  input.environment["IPLEASE_METALLB_VERSION"] = ""; // counts as unset
  input.flags.clear();
  CHECK(good(input).metallb.version.from == From::file);
  input.set = {"metallb.version=0.13.12"};
  CHECK(good(input).metallb.version.where == "--set metallb.version");
}

TEST_CASE("Flags repeat and take commas, and --set is typed by the schema", "[cli][settings]")
{
  SettingsInput input;
  input.current_folder = "/here";
  input.home = "/home/op";
  input.flags = {{"--pool", "198.51.100.0/28, 198.51.100.16/28"},
                 {"--pool", "198.51.100.64 - 198.51.100.70"},
                 {"--timeout", "metallb=10m"},
                 {"--timeout", "verify=1m30s,pool=1m"},
                 {"--kubectl", "k3s  kubectl"},
                 {"--accept-risk", "IPL-POOL-031"},
                 {"--accept-risk", "IPL-POOL-032"},
                 {"--provider-values", "~/p.yaml"},
                 {"--kubeconfig", "k.conf"}};
  input.set = {"pool.avoidBuggyIPs=true",
               "pool.interfaces=eth0,eth1",
               "strictARP=leave",
               "metallb.values={speaker: {frr: {enabled: false}}}",
               "timeouts.expose=45s",
               "tools.helm=helm"};
  const Settings s = good(input);
  CHECK(s.pool.addresses.value.size() == 3);
  CHECK(s.pool.addresses.where == "--pool");
  CHECK(s.timeout("metallb") == 600s);
  CHECK(s.timeout("verify") == 90s);
  CHECK(s.timeout("pool") == 60s);
  CHECK(s.timeout("expose") == 45s);
  CHECK(s.tools.kubectl.value == std::vector<std::string>{"k3s", "kubectl"});
  CHECK(s.accept_risk.value.size() == 2);
  CHECK(s.provider.values_file.value == "/home/op/p.yaml");
  CHECK(s.cluster.kubeconfig.value == "/here/k.conf");
  CHECK(s.pool.avoid_buggy_ips.value == true);
  CHECK(s.pool.interfaces.value == std::vector<std::string>{"eth0", "eth1"});
  CHECK(s.metallb.values_json.value == R"({"speaker":{"frr":{"enabled":false}}})");
}

TEST_CASE("Unknown keys are told with the nearest name, all in one report", "[cli][settings]")
{
  CHECK(in_file("pool:\n  adresses: [198.51.100.0/28]\nprovder: {release: x}\nchartVersion: "
                "installed\nzzz: 1\n"
                "metallb: {frr: {}}\nmetallb-version: 0.14.8\n") ==
        "CFG-003 4:3 pool.adresses: unknown key -> did you mean pool.addresses?\n"
        "CFG-003 5:1 provder: unknown key -> did you mean provider?\n"
        "CFG-003 6:1 chartVersion: unknown key -> did you mean provider.chartVersion or "
        "ipOperator.chartVersion?\n"
        "CFG-003 7:1 zzz: unknown key -> known here: apiVersion, kind, cluster, metallb, pool, "
        "strictARP, provider, "
        "ipOperator, repositories, timeouts, tools, acceptRisk\n"
        "CFG-003 8:11 metallb.frr: unknown key -> known under metallb: install, version, values, "
        "kubespray\n"
        "CFG-003 9:1 metallb-version: unknown key -> that is the name of the flag; in a file the "
        "key is "
        "metallb.version\n");
  CHECK_THAT(in_file("timeouts: {metalb: 5m}\n"),
             Contains("timeouts.metalb: unknown key -> did you mean timeouts.metallb?"));
}

TEST_CASE("Wrong types say what is expected and what stands there", "[cli][settings]")
{
  CHECK(in_file("cluster: {context: 2024}\n") ==
        "CFG-004 3:20 cluster.context: `2024` reads as a number here, and text is expected -> put "
        "it in quotes: \"2024\"\n");
  CHECK(in_file("cluster: {context: true}\n") ==
        "CFG-004 3:20 cluster.context: `true` reads as true or false here, and text is expected -> "
        "put it in quotes: \"true\"\n");
  CHECK(
      in_file("cluster:\n  context:\n") ==
      "CFG-004 4:11 cluster.context: no value stands here -> give one, or remove the line to have "
      "it found or defaulted\n");
  CHECK_THAT(in_file("cluster: {context: [a]}\n"),
             Contains("expects text, this is a list -> for example: prod"));
  CHECK(in_file("pool: {addresses: 198.51.100.0/28}\n") ==
        "CFG-004 3:19 pool.addresses: expects a list, this is text -> write [198.51.100.0/28]\n");
  CHECK(in_file("pool: {avoidBuggyIPs: yes}\n") ==
        "CFG-004 3:23 pool.avoidBuggyIPs: expects true or false, this is `yes` -> write true\n");
  CHECK_THAT(in_file("pool: {avoidBuggyIPs: \"false\"}\n"),
             Contains("this is `false` in quotes -> write false"));
  CHECK_THAT(in_file("pool: [198.51.100.0/28]\n"),
             Contains("pool: expects keys under it, this is a list"));
  CHECK(in_file("provider:\nmetallb:\n  kubespray:\n").empty()); // an empty group
  CHECK_THAT(in_file("acceptRisk: [IPL-POOL-031, {a: b}]\n"),
             Contains("acceptRisk[1]: expects list of text, this is a map"));
  CHECK_THAT(in_file("metallb: {values: [a]}\n"), Contains("expects a map, this is a list"));
}

TEST_CASE("Words, versions, durations and addresses are checked", "[cli][settings]")
{
  CHECK(in_file("metallb: {install: kubespary}\n") ==
        "CFG-005 3:20 metallb.install: \"kubespary\" is not helm, kubespray or adopt -> did you "
        "mean kubespray?\n");
  CHECK_THAT(in_file("strictARP: true\n"), Contains("CFG-005") && Contains("is not auto or leave"));
  CHECK_THAT(in_file("metallb: {version: 0.14}\n"),
             Contains("CFG-006") && Contains("\"0.14\" is not an exact version"));
  CHECK_THAT(in_file("metallb: {version: v0.14.8}\n"), Contains("-> write 0.14.8"));
  CHECK_THAT(in_file("metallb: {version: 0.13.4}\n"), Contains("older than 0.13.5"));
  CHECK_THAT(in_file("metallb: {version: 0.16.0}\n"),
             Contains("newer than 0.15.3") && Contains("plain HTTP"));
  CHECK(in_file("metallb: {version: 0.15.3}\n") == "");
  CHECK(in_file("metallb: {version: 0.13.5}\n") == "");
  CHECK_THAT(in_file("provider: {chartVersion: instaled}\n"), Contains("did you mean installed?"));
  CHECK_THAT(in_file("ipOperator: {chartVersion: 1.2}\n"), Contains("is not an exact version"));
  CHECK_THAT(in_file("timeouts: {metallb: 300}\n"),
             Contains("CFG-006") && Contains("add the unit: 300s or 300m"));
  CHECK_THAT(in_file("timeouts: {metallb: 0s}\n"), Contains("not between 1s and 24h"));
  CHECK_THAT(in_file("provider: {address: akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfy}\n"),
             Contains("CFG-016") && Contains("look at character 44"));
  CHECK_THAT(in_file("provider: {release: Akash_Provider}\n"),
             Contains("cannot be the name of a Helm release"));
  CHECK_THAT(in_file("provider: {statusUrl: provider.example.com}\n"),
             Contains("is not a web address"));
  CHECK_THAT(in_file("repositories: {akash: \"oci://ghcr.io/x\"}\n"), Contains("OCI"));
  const std::string told = in_file("repositories: {akash: \"https://u:canary@example.com/c\"}\n");
  CHECK_THAT(told, Contains("CFG-070"));
  CHECK_THAT(told, !Contains("canary"));
  CHECK_THAT(in_file("acceptRisk: [all]\n"), Contains("there is no `all`"));
  CHECK_THAT(in_file("acceptRisk: [IPL-POOL-999]\n"), Contains("is not the id of a risk"));
  CHECK_THAT(in_file("pool: {interfaces: [eth0, eth0, an interface]}\n"),
             Contains("stands twice") && Contains("cannot be a network interface"));
  CHECK_THAT(in_file("provider: {attributes: [\"ip lease\"]}\n"),
             Contains("cannot be the key of an attribute"));
  CHECK_THAT(in_file("tools: {kubectl: []}\n"), Contains("the list is empty"));
}

TEST_CASE("Each address is judged at its own place", "[cli][settings]")
{
  const std::string body =
      "pool:\n  addresses:\n    - 198.51.100.0/33\n    - 198.51.100.5/28\n    - 198.51.100.0/28\n";
  const std::string all = in_file(body);
  CHECK_THAT(all,
             Contains("POOL-001 5:7 pool.addresses: invalid CIDR \"198.51.100.0/33\" -> an IPv4 "
                      "prefix ends in /0 to /32; did you mean 198.51.100.0/32?"));
  CHECK_THAT(all, Contains("POOL-002 6:7 pool.addresses: 198.51.100.5/28 has host bits set"));
  CHECK_THAT(
      all,
      Contains("POOL-003 7:7 pool.addresses: 198.51.100.0/28 repeats 198.51.100.5/28 (line 6)"));
  CHECK_THAT(in_file("pool: {addresses: []}\n"), Contains("POOL-009"));
  SettingsInput private_pool = with_file("pool:\n  addresses: [10.0.0.0/24]\n");
  REQUIRE(read_settings(private_pool).warnings.size() == 1);
  CHECK(read_settings(private_pool).warnings[0].id == "IPL-POOL-008");
  CHECK(read_settings(private_pool).warnings[0].place == Place{"flags.yaml", 4, 15});
}

TEST_CASE("apiVersion and kind are required in a file", "[cli][settings]")
{
  CHECK(said(with_file("pool: {addresses: [198.51.100.0/28]}\n", "")) ==
        "CFG-007 1:1 apiVersion: missing -> write apiVersion: iplease.akash.network/v1\n"
        "CFG-008 1:1 kind: missing -> write kind: Enablement\n");
  CHECK_THAT(said(with_file("", "apiVersion: iplease.akash.network/v2\nkind: Disablement\n")),
             Contains("1:13 apiVersion: \"iplease.akash.network/v2\" is not "
                      "iplease.akash.network/v1 -> this iplease reads only") &&
                 Contains("CFG-008 2:7"));
  CHECK_THAT(said(with_file("", "")), Contains("CFG-010 1:1 the file is empty"));
  CHECK_THAT(said(with_file("", "- a\n- b\n")), Contains("the file holds a list, not keys"));
}

TEST_CASE("YAML's own mistakes come with the others, or alone when nothing else can be read",
          "[cli][settings]")
{
  CHECK(in_file("strictARP: auto\nstrictARP: lave\nzz: 1\n") ==
        "CFG-002 4:1 `strictARP` is given twice; the first is at line 3 -> keep one of the two\n" +
            in_file("strictARP: auto\n\nzz: 1\n"));
  CHECK(in_file("pool: [\n") ==
        "CFG-001 3:7 the `[` that opens here is never closed -> add the closing `]`\n");
  CHECK_THAT(in_file("pool: &p {interfaces: []}\n"), Contains("CFG-011"));
  CHECK_THAT(in_file("---\nkind: x\n"), Contains("CFG-010 3:1"));
  CHECK_THAT(said(with_file("\xff")), Contains("CFG-015"));
}

TEST_CASE("Chart values that break IP leases are refused", "[cli][settings]")
{
  CHECK_THAT(in_file("metallb:\n  values:\n    loadBalancerClass: x\n"),
             Contains("CFG-013 5:5 metallb.values.loadBalancerClass"));
  CHECK_THAT(in_file("metallb: {values: {prometheus: {metricsPort: 9120}}}\n"),
             Contains("CFG-013"));
  CHECK(
      in_file("metallb: {values: {prometheus: {metricsPort: 7472}, loadBalancerClass: \"\"}}\n") ==
      "");
  CHECK_THAT(in_file("metallb: {values: {a: {b: yes}}}\n"),
             Contains("metallb.values.a.b: `yes` means different things to different readers"));
  CHECK_THAT(in_file("metallb: {values: {a: [010]}}\n"), Contains("metallb.values.a[0]"));
  CHECK(in_file("metallb: {values: {a: [\"010\", 10, 0.5, 0, -3, no such]}}\n") == "");
  CHECK_THAT(by_set("metallb.values={loadBalancerClass: x}"), Contains("CFG-013"));
  for (const char* values : {"crds: {enabled: false}",
                             "speaker: {enabled: false}",
                             "controller: {enabled: False}",
                             "controller: {enabled: null}",
                             "speaker: null",
                             "rbac: {create: false}",
                             "nameOverride: lb"}) {
    CHECK_THAT(by_set(std::string("metallb.values={") + values + "}"), Contains("CFG-013"));
  }
  CHECK_THAT(by_set("metallb.values={speaker: {enabled: true}, crds: {}}"), !Contains("CFG-013"));
}

TEST_CASE("Keys without effect beside another key are refused", "[cli][settings]")
{
  CHECK_THAT(in_file("metallb: {kubespray: {inventory: /x}}\n"),
             Contains("CFG-014 3:34 metallb.kubespray.inventory: counts only with metallb.install: "
                      "kubespray, and "
                      "metallb.install is helm, its default"));
  CHECK(in_file("metallb: {install: kubespray, kubespray: {inventory: /x}}\n") == "");
  CHECK(in_file("metallb: {kubespray: {run: false}}\n") == "");
  CHECK_THAT(in_file("metallb: {install: adopt, version: 0.14.8}\n"),
             Contains("CFG-014") && Contains("adopt"));
  CHECK_THAT(in_file("metallb: {install: adopt, values: {a: 1}}\n"), Contains("CFG-014"));
  CHECK_THAT(in_file("metallb: {install: kubespray, version: 0.14.8}\n"),
             Contains("CFG-014") && Contains("release of Kubespray"));
}

TEST_CASE("Bad --set, flags and variables are named by what was typed", "[cli][settings]")
{
  CHECK_THAT(by_set("pool.addresses"), Contains("CFG-012"));
  CHECK_THAT(by_set("=x"), Contains("CFG-012"));
  CHECK_THAT(by_set("pool.adresses=x"),
             Contains("CFG-003") && Contains("--set pool.adresses") && Contains("pool.addresses?"));
  CHECK_THAT(by_set("pool=x"), Contains("group of keys") && Contains("pool.addresses"));
  CHECK_THAT(by_set("pool.avoidBuggyIPs=yes"),
             Contains("CFG-005 0:0 --set pool.avoidBuggyIPs: \"yes\" is not true or false"));
  CHECK_THAT(by_set("metallb.values.a.b=1"), Contains("set as one map"));
  CHECK_THAT(by_set("metallb.values={a"), Contains("CFG-012"));
  CHECK_THAT(by_set("timeouts.metalb=5m"), Contains("timeouts.metallb"));
  SettingsInput input;
  input.flags = {{"--timeout", "metalb=5m"},
                 {"--timeout", "5m"},
                 {"--timeout", "pool=5"},
                 {"--pool", "198.51.100.7"}};
  input.environment["IPLEASE_METALLB"] = "helmm";
  CHECK_THAT(said(input),
             Contains("there is no stage \"metalb\" -> did you mean metallb?") &&
                 Contains("\"5m\" is not STAGE=TIME") &&
                 Contains("--timeout pool: \"5\" is not a duration") &&
                 Contains("--pool: invalid CIDR") && Contains("IPLEASE_METALLB: \"helmm\" is not"));
}

TEST_CASE("The same key twice on the command line is refused, unless it says the same",
          "[cli][settings]")
{
  SettingsInput input;
  input.flags = {{"--metallb", "helm"}};
  input.set = {"metallb.install=helm"};
  CHECK(said(input) == "");
  input.set = {"metallb.install=adopt"};
  CHECK_THAT(said(input),
             Contains("CFG-017") &&
                 Contains("given twice, by --metallb and --set metallb.install"));
  input.set.clear();
  input.flags = {{"--context", "a"}, {"--context", "b"}};
  CHECK_THAT(said(input), Contains("CFG-017"));
}
