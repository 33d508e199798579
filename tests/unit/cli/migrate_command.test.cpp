// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/migrate_command.hpp>
#include <iplease/core/catalogue.hpp>
#include <iplease/core/json.hpp>
#include <iplease/report/problem_text.hpp>

#include <catch2/catch.hpp>

#include <map>
#include <support/support.hpp>

using namespace iplease;

namespace {

class OneFile : public Files {
public:
  explicit OneFile(FileRead answer)
      : m_answer(std::move(answer))
  {
  }
  FileRead read(const std::string& path) override
  {
    asked = path;
    return m_answer;
  }
  std::optional<std::string> replace(const FileWrite&) override
  {
    throw std::logic_error("a converter writes nothing");
  }

  std::string asked{};

private:
  FileRead m_answer;
};

struct Ran {
  ExitCode exit;
  std::string out;
  std::string err;
};

Ran run(FileRead file, const std::string& output = "yaml")
{
  OneFile files(std::move(file));
  const Migrated done = migrate_command({.from = "old.yaml", .output = output}, files);
  return {.exit = done.problem ? done.problem->exit : ExitCode::done,
          .out = done.objects,
          .err = done.warnings + (done.problem ? problem_text(*done.problem) : "")};
}

FileRead text(std::string content)
{
  return {FileRead::Kind::ok, std::move(content), {}};
}

} // namespace

TEST_CASE("migrate --from - reads standard input and says so", "[migrate][cli]")
{
  OneFile files(text("kind: Secret\n"));
  const auto problem = migrate_command({.from = "-"}, files).problem;
  REQUIRE(problem);
  CHECK(files.asked == "/dev/stdin");
  CHECK(problem->exit == ExitCode::usage);
  CHECK(problem->what == "standard input cannot be converted");
}

TEST_CASE("migrate prints the objects and nothing else on standard output", "[migrate][cli]")
{
  const auto ran = run(text(test::data("data/configmaptocrs/01-layer2-single.in.yaml")));
  CHECK(ran.exit == ExitCode::done);
  CHECK(ran.err.empty());
  CHECK(ran.out == "apiVersion: metallb.io/v1beta1\n"
                   "kind: IPAddressPool\n"
                   "metadata:\n"
                   "  name: default\n"
                   "  namespace: metallb-system\n"
                   "spec:\n"
                   "  addresses:\n"
                   "    - 192.0.2.16/29\n"
                   "---\n"
                   "apiVersion: metallb.io/v1beta1\n"
                   "kind: L2Advertisement\n"
                   "metadata:\n"
                   "  name: l2advertisement1\n"
                   "  namespace: metallb-system\n"
                   "spec:\n"
                   "  ipAddressPools:\n"
                   "    - default\n"
                   "---\n");
}

TEST_CASE("migrate writes JSON when asked", "[migrate][cli]")
{
  const auto ran = run(text(test::data("data/configmaptocrs/03-two-pools-flags.in.yaml")), "json");
  CHECK(parsed_json(ran.out)["items"].size() == 4);
}

TEST_CASE("migrate fails loudly where the upstream tool exits 0 with an empty file",
          "[migrate][cli]")
{
  const auto [file, id, words] = GENERATE(table<std::string, std::string, std::string>(
      {{"07-name-collision", "IPL-MIG-003", "duplicate definition of pool"},
       {"11-bad-address", "IPL-MIG-003", "invalid CIDR \"192.0.2.7\""},
       {"14-no-config-key", "IPL-MIG-003", "no data"},
       {"24-list-of-configmaps", "IPL-MIG-003", "not a configmap"}}));
  const auto ran = run(text(test::data("data/configmaptocrs/" + file + ".in.yaml")));
  CHECK(ran.exit == ExitCode::usage);
  CHECK(ran.out.empty());
  CHECK(ran.err.find("error " + id) == 0);
  CHECK(ran.err.find(words) != std::string::npos);
  CHECK(find_entry(id) != nullptr);
}

TEST_CASE("migrate says when its output would be refused by any server", "[migrate][cli]")
{
  const auto ran = run(text("{apiVersion: v1, kind: ConfigMap, data: {config: 'address-pools: "
                            "[{name: trailing_, addresses: [192.0.2.0/28]}]'}}"));
  CHECK(ran.exit == ExitCode::usage);
  CHECK(ran.out.empty());
  CHECK(ran.err.find("error IPL-MIG-004") == 0);
  CHECK(find_entry("IPL-MIG-004") != nullptr);
}

TEST_CASE("migrate names a bad format and an unreadable file", "[migrate][cli]")
{
  CHECK(run(text(""), "toml").err.find("error IPL-MIG-001") == 0);
  CHECK(run({FileRead::Kind::absent, {}, {}}).err.find("error IPL-MIG-002") == 0);
  CHECK(run({FileRead::Kind::error, {}, "Permission denied"}).err.find("Permission denied") !=
        std::string::npos);
  CHECK(find_entry("IPL-MIG-001") != nullptr);
  CHECK(find_entry("IPL-MIG-002") != nullptr);
}

TEST_CASE("migrate only warns of ranges that our own rules refuse", "[migrate][cli]")
{
  const auto ran = run(text("{apiVersion: v1, kind: ConfigMap, data: {config: 'address-pools: "
                            "[{name: default, protocol: layer2, addresses: [192.0.2.5/28]}]'}}"));
  CHECK(ran.exit == ExitCode::done);
  CHECK(ran.err.find("warning: pool default: 192.0.2.5/28 has host bits set") == 0);
  CHECK(ran.out.find("192.0.2.5/28") != std::string::npos);
}

TEST_CASE("migrate of an empty configuration says that nothing was written", "[migrate][cli]")
{
  const auto ran = run(text(test::data("data/configmaptocrs/13-typo-keys-ignored.in.yaml")));
  CHECK(ran.exit == ExitCode::done);
  CHECK(ran.out.empty());
  CHECK(ran.err.find("key `address_pools`") != std::string::npos);
  CHECK(ran.err.find("nothing to convert") != std::string::npos);
}
