// SPDX-License-Identifier: Apache-2.0
#include <iplease/facts/provider_values.hpp>
#include <iplease/yaml/values_edit.hpp>

#include <catch2/catch.hpp>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/parser.h>

#include "fresh.hpp"

#include <dlfcn.h>

using namespace iplease;
using namespace iplease::test;

namespace {
int documents = 0; // that yaml-cpp read
}

/// Stands before yaml-cpp's own function, counts, and calls it.
bool YAML::Parser::HandleNextDocument(EventHandler& handler)
{
  using Real = bool (*)(Parser*, EventHandler&);
  static void* const real =
      ::dlsym(RTLD_NEXT, "_ZN4YAML6Parser18HandleNextDocumentERNS_12EventHandlerE");
  REQUIRE(real != nullptr);
  const bool there = reinterpret_cast<Real>(real)(this, handler);
  documents += there ? 1 : 0;
  return there;
}

TEST_CASE("However often a run plans, it reads each values text once", "[stages][values]")
{
  Observation seen = enabled();
  const std::string text = seen.provider.release_values.value.reveal();
  seen.provider.release_values.value = SecretYaml(text);
  seen.provider.files = {
      {.path = "/root/provider.yaml", .exists = true, .text = SecretYaml("# mine\n" + text)}};
  documents = 0;
  for (int time = 0; time < 3; ++time) {
    CHECK_FALSE(decide_values(seen, wanted()).upgrade_release);
    static_cast<void>(read_values(seen.provider.release_values.value, "values"));
  }
  CHECK(documents == 2);
}
