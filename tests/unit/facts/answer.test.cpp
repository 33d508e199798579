// SPDX-License-Identifier: Apache-2.0
#include <iplease/facts/answer.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

TEST_CASE("Evidence is a command with its fields below, each command once", "[facts]")
{
  CHECK(facts::to_text({}).empty());
  CHECK(facts::to_text({{"kubectl get nodes", "node1 Ready"},
                        {"kubectl get nodes", "node2 NotReady"},
                        {"kubectl get pods", ""}}) ==
        "$ kubectl get nodes\nnode1 Ready\nnode2 NotReady\n$ kubectl get pods");
}

TEST_CASE("What could not be seen says why, and is not known", "[facts]")
{
  const auto answer = facts::unseen<bool>(Look::forbidden, "cannot list nodes", "look there");
  CHECK_FALSE(answer.known());
  CHECK(answer.why == "it may not be read: cannot list nodes");
  CHECK(facts::answered(true, {}, facts::Sure::inferred).known());
  std::set<std::string> words;
  for (const Look look :
       {Look::not_looked, Look::absent, Look::forbidden, Look::unreachable, Look::failed}) {
    words.insert(facts::why_unseen(look, ""));
  }
  CHECK(words.size() == 5);
}
