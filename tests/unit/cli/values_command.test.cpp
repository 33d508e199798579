// SPDX-License-Identifier: Apache-2.0
#include <iplease/cli/values_command.hpp>
#include <iplease/core/sha256.hpp>

#include <catch2/catch.hpp>

#include <map>

using namespace iplease;

namespace {

/// Files in memory. `full` simulates a full disk.
class MemoryFiles final : public Files {
public:
  std::map<std::string, std::string> texts{};
  std::vector<FileWrite> writes{};
  bool full = false;

  [[nodiscard]] FileRead read(const std::string& path) override
  {
    const auto found = texts.find(path);
    return found == texts.end() ? FileRead{} : FileRead{FileRead::Kind::ok, found->second, ""};
  }
  [[nodiscard]] std::optional<std::string> replace(const FileWrite& file) override
  {
    if (full) {
      return "No space left on device";
    }
    writes.push_back(file);
    return std::nullopt;
  }
};

struct Answer {
  ExitCode code;
  std::string out{};
  std::string err{};
};

Answer ask(MemoryFiles& files, const ValuesOptions& options)
{
  Answer answer{ExitCode::bug};
  answer.code = values_command(options, files, answer.out, answer.err);
  return answer;
}

const std::string k_old = "from: x\nkey: s3cr3t\n";
const std::string k_new =
    "from: x\nkey: s3cr3t\nipoperator: true\nattributes:\n  - key: ip-lease\n    value: \"true\"\n";

ValuesOptions options(const std::string& file)
{
  return {.file = file, .attributes = {"ip-lease"}};
}

} // namespace

TEST_CASE("values prints the edited text as it would be written", "[cli][values]")
{
  MemoryFiles files;
  files.texts["p.yaml"] = k_old;
  const Answer answer = ask(files, options("p.yaml"));
  CHECK(answer.code == ExitCode::done);
  CHECK(answer.out == k_new);
  CHECK(answer.err == "p.yaml: ipoperator: + true\np.yaml: attributes: + ip-lease\n");
  CHECK(files.writes.empty());
}

TEST_CASE("values --diff masks what values prints", "[cli][values]")
{
  MemoryFiles files;
  files.texts["p.yaml"] = k_old;
  ValuesOptions wanted = options("p.yaml");
  wanted.diff = true;
  const Answer answer = ask(files, wanted);
  CHECK(answer.code == ExitCode::done);
  CHECK(answer.out.find("+ipoperator: true\n") != std::string::npos);
  CHECK(answer.out.find(" key: ••• (unchanged)\n") != std::string::npos);
  CHECK((answer.out + answer.err).find("s3cr3t") == std::string::npos);
}

TEST_CASE("values --write replaces what it read, and only when something changes", "[cli][values]")
{
  MemoryFiles files;
  files.texts["p.yaml"] = k_old;
  files.texts["right.yaml"] = k_new;
  ValuesOptions wanted = options("p.yaml");
  wanted.write = true;
  CHECK(ask(files, wanted).code == ExitCode::done);
  REQUIRE(files.writes.size() == 1);
  CHECK(files.writes.front().content == k_new);
  CHECK(files.writes.front().was == sha256_hex(k_old));
  CHECK(files.writes.front().shown.find("s3cr3t") == std::string::npos);

  wanted.file = "right.yaml";
  const Answer again = ask(files, wanted);
  CHECK(again.code == ExitCode::done);
  CHECK(again.out.empty());
  CHECK(again.err == "right.yaml: nothing to change\n");
  CHECK(files.writes.size() == 1);
}

TEST_CASE("values says why it does nothing, and never with a secret", "[cli][values]")
{
  MemoryFiles files;
  files.texts["p.yaml"] = "key: s3cr3t\nkey: s3cr3t\n";
  const Answer refused = ask(files, options("p.yaml"));
  CHECK(refused.code == ExitCode::blocked);
  CHECK(refused.out.empty());
  CHECK(refused.err.find("error IPL-VAL-003: ") == 0);
  CHECK(refused.err.find("  place   p.yaml:2:1\n") != std::string::npos);
  CHECK(refused.err.find("s3cr3t") == std::string::npos);

  CHECK(ask(files, options("nowhere.yaml")).code == ExitCode::usage);
  ValuesOptions both = options("p.yaml");
  both.write = true;
  both.diff = true;
  CHECK(ask(files, both).code == ExitCode::usage);
  ValuesOptions piped = options("-");
  piped.write = true;
  CHECK(ask(files, piped).code == ExitCode::usage);
}

TEST_CASE("values tells when the file cannot be written", "[cli][values]")
{
  MemoryFiles files;
  files.texts["p.yaml"] = k_old;
  files.full = true;
  ValuesOptions wanted = options("p.yaml");
  wanted.write = true;
  const Answer answer = ask(files, wanted);
  CHECK(answer.code == ExitCode::cannot_write);
  CHECK(answer.err.find("saw     No space left on device") != std::string::npos);
}

TEST_CASE("values reads standard input", "[cli][values]")
{
  MemoryFiles files;
  files.texts["/dev/stdin"] = k_old;
  CHECK(ask(files, options("-")).out == k_new);
}
