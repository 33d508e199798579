// SPDX-License-Identifier: Apache-2.0
// One executable for all targets. IPLEASE_FUZZ names the target to run.
#include <iplease/core/catalogue.hpp>
#include <iplease/core/utf8.hpp>

#include "target.hpp"
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace iplease::fuzz {
namespace {

struct Target {
  std::string_view name;
  void (*run)(const std::string& text);
};

constexpr Target k_targets[] = {
    {"values", values},
    {"flags", flags},
    {"addresses", addresses},
    {"plan", plan},
    {"journal", journal},
    {"kubectl", kubectl},
    {"lists", lists},
    {"helm", helm},
    {"rendered", rendered},
    {"kube-proxy", kube_proxy},
    {"inventory", inventory},
    {"configmap", configmap},
};

const Target& chosen()
{
  const char* name = std::getenv("IPLEASE_FUZZ"); // NOLINT(concurrency-mt-unsafe): nobody sets it
  for (const Target& one : k_targets) {
    if (name != nullptr && one.name == name) {
      return one;
    }
  }
  std::fprintf(stderr, "fuzz: IPLEASE_FUZZ names no target; the targets are");
  for (const Target& one : k_targets) {
    std::fprintf(stderr, " %s", std::string(one.name).c_str());
  }
  std::fprintf(stderr, "\n");
  std::exit(2); // NOLINT(concurrency-mt-unsafe)
}

} // namespace

void must(bool holds, std::string_view law, std::string_view more)
{
  if (!holds) {
    std::fprintf(stderr,
                 "fuzz: this law is broken: %s\n%s\n",
                 std::string(law).c_str(),
                 std::string(more).c_str());
    std::abort();
  }
}

void must_be_refusal(const Problem& problem, ExitCode exit)
{
  const CatalogueEntry* entry = find_entry(problem.id);
  const auto broken = [&](std::string_view law) {
    must(false, law, problem.id + ": " + problem.what + "\nfix: " + problem.fix);
  };
  if (entry == nullptr) {
    broken("a refusal has an id that can be explained");
  } else if (problem.what.empty()) {
    broken("a refusal says what is wrong");
  } else if (problem.fix.empty() && entry->fix.empty()) {
    broken("a refusal has a cure");
  } else if (problem.exit != exit) {
    broken("a refusal has its exit code");
  }
}

CommandResult printed(const std::string& text)
{
  return {.out = text};
}

std::size_t number_of(const std::string& text, std::size_t below)
{
  std::uint64_t hash = 14695981039346656037ULL; // FNV-1a
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  return below == 0 ? 0 : static_cast<std::size_t>(hash % below);
}

bool is_utf8(const std::string& text)
{
  for (std::size_t at = 0; at < text.size();) {
    const Character one = character_at(text, at);
    if (one.bytes == 0) {
      return false;
    }
    at += one.bytes;
  }
  return true;
}

} // namespace iplease::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  static const iplease::fuzz::Target& target = iplease::fuzz::chosen();
  target.run(std::string(data, data + size));
  return 0;
}
