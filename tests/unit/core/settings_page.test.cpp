// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/schema.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <support/golden.hpp>

using namespace iplease;

namespace {

const char* const k_preamble = R"(# Settings

Written by the tests from the table of settings; `iplease config explain KEY` prints the same. `iplease config show`, with the
flags and file of `enable`, prints every value in force and its source (`-o json`: `settings`, by key); it asks no cluster.

A value comes from, in this order: a flag, the environment, the flags file (`-f FILE` or `IPLEASE_FILE`), the unfinished
run, the cluster, the default. The plan shows the source of each. Only `apiVersion: iplease.akash.network/v1`,
`kind: Enablement` and `pool.addresses` are required. Relative paths count from the file's folder; from standard input,
from the current one. An unknown or repeated key or a wrong type is told with `file:line:column`, all in one report. Keep
secrets out of it where you can: `metallb.values` that speak of one are masked in every plan, and asked for again by
`resume`; a user or password in a repository's address is refused. Namespaces are no keys: Akash looks for MetalLB in
`metallb-system` and for itself in `akash-services`.

A file to begin with, filled in from the cluster: `iplease config init`. The JSON Schema: `iplease config schema`.

## Where provider.yaml is looked for

`provider.valuesFile` where it is given; else `/root/provider/provider.yaml`, `~/provider/provider.yaml` and
`~/provider.yaml`, the first that is there. Where there is none, the last one is written from the release.

## Planning without a cluster

`plan --offline` needs neither kubectl nor helm. It assumes, and says so: one kubeadm node, kube-proxy in iptables mode, no
MetalLB, Helm 3, provider chart 19.0.2, and provider values with the required keys.

## Keys
)";

std::string cell(std::string_view name, std::string_view text)
{
  return text.empty() ? "" : "- " + std::string(name) + ": " + std::string(text) + "\n";
}

std::string code(std::string_view text)
{
  return text.empty() ? "" : "`" + std::string(text) + "`";
}

/// HTML would swallow a bare `<stage>`.
std::string heading(std::string_view path)
{
  return path.find('<') == std::string_view::npos ? std::string(path) : code(path);
}

std::string settings_page()
{
  std::string page = k_preamble;
  for (const SettingKey& key : setting_keys()) {
    page += "\n### " + heading(key.path) + "\n\n" + std::string(key.help) + "\n\n";
    page += cell("type", type_name(key)) + cell("default", key.fallback);
    page += cell("in a file", code(key.example));
    page += cell("on the command line", code(command_line_example(key, key.path)));
    page += cell("variable", code(environment_name(key)));
  }
  return page;
}

} // namespace

TEST_CASE("docs/settings.md is the table of settings", "[core][schema]")
{
  CHECK(test::differs_from_file("docs/settings.md", settings_page()) == "");
}
