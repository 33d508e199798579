// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/flags_file.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

TEST_CASE("Values that speak of a secret are not written down, and asked for again", "[cli][file]")
{
  Settings settings;
  settings.metallb.values_json = {
      .value = R"({"speaker":{"frr":{"password":"canary"}}})", .from = From::file, .where = "f:1"};
  const std::string kept = replayable_settings(settings);
  CHECK(kept.find("canary") == std::string::npos);
  SettingsInput input{.unfinished = kept};
  const ReadSettings read = read_settings(input);
  REQUIRE(read.problems.size() == 1);
  CHECK(read.problems.front().id == "IPL-RUN-071");
  input.set = {"metallb.values={speaker: {frr: {password: again}}}"};
  CHECK(read_settings(input).problems.empty());

  settings.metallb.values_json.value = R"({"speaker":{"frr":{"enabled":false}}})";
  const ReadSettings plain = read_settings({.unfinished = replayable_settings(settings)});
  CHECK(plain.problems.empty());
  CHECK(plain.settings.metallb.values_json.value == settings.metallb.values_json.value);
}

TEST_CASE("A program's path counts from where it was written", "[cli][settings]")
{
  SettingsInput input{.current_folder = "/home/op", .home = "/home/op"};
  const auto words = [&](const char* flag, const char* value) {
    input.flags = {{flag, value}};
    const ReadSettings read = read_settings(input);
    CHECK(read.problems.empty());
    return read.settings.tools.helm.value;
  };
  using Words = std::vector<std::string>;
  CHECK(words("--helm", "./bin/helm") == Words{"/home/op/bin/helm"});
  CHECK(words("--helm", "bin/helm") == Words{"/home/op/bin/helm"});
  CHECK(words("--helm", "../helm") == Words{"/home/op/../helm"});
  CHECK(words("--helm", "sudo ./helm") == Words{"sudo", "/home/op/helm"});
  CHECK(words("--helm", "helm") == Words{"helm"});
  CHECK(words("--helm", "/usr/bin/helm --debug a/b") == Words{"/usr/bin/helm", "--debug", "a/b"});
  input.file = FlagsText{.name = "conf/flags.yaml",
                         .folder = "/home/op/conf",
                         .text = "apiVersion: iplease.akash.network/v1\nkind: Enablement\n"
                                 "pool: {addresses: [198.51.100.0/28]}\ntools: {helm: [./helm]}\n"};
  input.flags.clear();
  CHECK(read_settings(input).settings.tools.helm.value == Words{"/home/op/conf/helm"});
}

TEST_CASE("No program is taken over from a journal", "[cli][settings]")
{
  SettingsInput input{.flags = {{"--kubectl", "k3s kubectl"},
                                {"--helm", "/opt/helm"},
                                {"--pool", "198.51.100.0/28"}},
                      .current_folder = "/home/op",
                      .home = "/home/op"};
  const std::string journal = replayable_settings(read_settings(input).settings);
  input.flags.clear();
  input.unfinished = journal;
  const ReadSettings read = read_settings(input);
  CHECK(read.problems.empty());
  CHECK(read.settings.tools.kubectl.value == std::vector<std::string>{"kubectl"});
  CHECK(read.settings.tools.helm.value == std::vector<std::string>{"helm"});
  CHECK(read.settings.pool.addresses.from == From::unfinished_run); // everything else is replayed
  CHECK(programs_given(journal) == "--kubectl 'k3s kubectl' --helm /opt/helm");
  input.unfinished.clear();
  CHECK(programs_given(replayable_settings(read_settings(input).settings)).empty());
  CHECK(programs_given("").empty());
}

TEST_CASE("A kept plan's settings count alone, but for how this machine reaches the cluster",
          "[cli][settings]")
{
  SettingsInput there{.flags = {{"--pool", "198.51.100.0/28"},
                                {"--accept-risk", "IPL-POOL-031"},
                                {"--kubeconfig", "/there/config"},
                                {"--context", "there"},
                                {"--kubectl", "/there/kubectl"}},
                      .current_folder = "/"};
  const Settings planned = read_settings(there).settings;
  SettingsInput here{
      .file = FlagsText{.name = "f",
                        .folder = "/",
                        .text = "apiVersion: iplease.akash.network/v1\nkind: Enablement\n"
                                "pool: {addresses: [203.0.113.0/28]}\nstrictARP: leave\n"
                                "metallb: {version: 0.15.3}\n"},
      .flags = {{"--context", "here"}},
      .environment = {{"IPLEASE_PROVIDER_ADDRESS", "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx"}},
      .current_folder = "/",
      .kept = replayable_settings(planned)};
  const ReadSettings read = read_settings(here);
  CHECK(read.problems.empty());
  const Settings& settings = read.settings;
  CHECK(settings.pool.addresses == planned.pool.addresses); // with its original source
  CHECK(settings.accept_risk == planned.accept_risk);
  CHECK_FALSE(settings.metallb.version.given());
  CHECK(settings.strict_arp.value);
  CHECK_FALSE(settings.provider.address.given());
  CHECK(settings.cluster.context.value == "here");
  CHECK(settings.cluster.kubeconfig.value.empty());
  CHECK(settings.tools.kubectl.value == std::vector<std::string>{"kubectl"});

  // Flags given when a plan is resumed win. The run's kubeconfig stays.
  here.flags = {{"--timeout", "provider=9m"}, {"--pool", "203.0.113.0/28"}};
  here.unfinished = here.kept;
  const Settings resumed = read_settings(here).settings;
  CHECK(resumed.timeout("provider") == std::chrono::minutes(9));
  CHECK(resumed.pool.addresses.where == "--pool");
  CHECK(resumed.pool.addresses.value.front().text == "203.0.113.0/28");
  CHECK(resumed.strict_arp.value);
  CHECK(resumed.cluster.kubeconfig.value == "/there/config");
}

TEST_CASE("Chart values with a secret come from the operator's file again", "[cli][settings]")
{
  Settings planned;
  planned.metallb.values_json = {
      .value = R"({"speaker":{"frr":{"password":"canary"}}})", .from = From::file, .where = "f:1"};
  SettingsInput input{.kept = replayable_settings(planned)};
  REQUIRE(read_settings(input).problems.size() == 1);
  CHECK(read_settings(input).problems.front().id == "IPL-RUN-089");
  CHECK(read_settings(input).problems.front().what.find("f:1") != std::string::npos);
  input.set = {"metallb.values={speaker: {frr: {password: canary}}}"};
  const ReadSettings read = read_settings(input);
  CHECK(read.problems.empty());
  CHECK(read.settings.metallb.values_json.value == planned.metallb.values_json.value);

  // What people are shown has everything: also what was found, and the mark of the secret.
  planned.provider.release = {.value = "other", .from = From::cluster, .where = "found"};
  const Settings shown = settings_of_kept(replayable_settings(planned));
  CHECK(shown.provider.release == planned.provider.release);
  CHECK(shown.metallb.values_json.value.find("canary") == std::string::npos);
  CHECK(shown.metallb.values_json.where == "f:1");
}
