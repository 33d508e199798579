// SPDX-License-Identifier: Apache-2.0
#include <iplease/engine/pods.hpp>

#include <catch2/catch.hpp>

using namespace iplease;
using namespace std::chrono_literals;

namespace {

std::string pod(const std::string& name, const std::string& status, const std::string& meta = "")
{
  return R"({"metadata":{"name":")" + name + R"(","uid":"uid-)" + name + "\"" + meta +
         R"(},"spec":{"nodeName":"worker-2"},"status":)" + status + "}";
}
std::string list(const std::string& items)
{
  return R"({"kind":"List","items":[)" + items + "]}";
}
std::string waiting(const std::string& reason, const std::string& message)
{
  return R"({"phase":"Pending","containerStatuses":[{"name":"c","state":{"waiting":{"reason":")" +
         reason + R"(","message":")" + message + R"("}}}]})";
}
const std::string k_ready =
    R"({"phase":"Running","conditions":[{"type":"Ready","status":"True"}]})";

} // namespace

TEST_CASE("Pods tell why they are not ready", "[engine][pods]")
{
  CHECK(explain_pods(list(pod("a", k_ready) + "," + pod("b", waiting("ContainerCreating", "")))) ==
        "1/2 pods ready (b on worker-2: ContainerCreating)");
  CHECK(explain_pods(list("")) == "no pod yet");
  CHECK(explain_pods(list(pod("a", k_ready))) == "1/1 pods ready");
  CHECK(explain_pods(
            list(pod("a",
                     R"({"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False",)"
                     R"("message":"0/1 nodes are available: 1 Insufficient cpu."}]})"))) ==
        "0/1 pods ready (a on worker-2: not scheduled: 0/1 nodes are available: 1 Insufficient "
        "cpu.)");
  CHECK(
      explain_pods(list(pod(
          "a",
          R"({"phase":"Pending","initContainerStatuses":[{"name":"init","state":{"running":{}}}],)"
          R"("containerStatuses":[{"name":"c","state":{"waiting":{"reason":"PodInitializing"}}}]})"))) ==
      "0/1 pods ready (a on worker-2: init container init still runs)");
  CHECK(explain_pods(list(pod("a", R"({"phase":"Running"})"))) ==
        "0/1 pods ready (a on worker-2: runs, not ready yet)");
}

TEST_CASE("A container that is being created says what it waits for", "[engine][pods]")
{
  const auto creating = [](const std::string& sandbox) {
    return explain_pods(list(
        pod("a",
            R"({"phase":"Pending","conditions":[{"type":"PodReadyToStartContainers","status":")" +
                sandbox +
                R"("}],"containerStatuses":[{"name":"c","image":"quay.io/metallb/speaker:v0.14.8",)"
                R"("state":{"waiting":{"reason":"ContainerCreating"}}}]})")));
  };
  CHECK(creating("True") == "0/1 pods ready (a on worker-2: ContainerCreating, image pull from "
                            "quay.io/metallb/speaker:v0.14.8)");
  CHECK(creating("False") == "0/1 pods ready (a on worker-2: ContainerCreating, its volumes or its "
                             "network are not there yet)");
  CHECK_FALSE(look_at_pods(list(pod("a", k_ready))).waits);
  CHECK(look_at_pods(list(pod("a", k_ready) + "," + pod("b", R"({"phase":"Running"})"))).waits);
  CHECK(look_at_pods(list("")).waits);
}

TEST_CASE("Only two pods are named, the rest is counted, going ones are left out", "[engine][pods]")
{
  const std::string going =
      pod("old", R"({"phase":"Running"})", R"(,"deletionTimestamp":"2026-11-23T06:40:00Z")");
  const std::string slow = R"({"phase":"Running"})";
  CHECK(explain_pods(list(going + "," + pod("a", slow) + "," + pod("b", slow) + "," +
                          pod("c", slow))) == "0/3 pods ready (a on worker-2: runs, not ready yet; "
                                              "b on worker-2: runs, not ready yet; and 1 more)");
}

TEST_CASE("States that seldom heal are troubles with a grace", "[engine][pods]")
{
  const auto trouble = [](const std::string& reason) {
    return look_at_pods(list(pod("a", waiting(reason, "said")))).troubles;
  };
  REQUIRE(trouble("ImagePullBackOff").size() == 1);
  CHECK(trouble("ImagePullBackOff")[0] ==
        PodTrouble{"uid-a", "a on worker-2: ImagePullBackOff: said", 90s, "a", "", 0});
  CHECK(trouble("InvalidImageName")[0].grace == 15s);
  CHECK(trouble("CrashLoopBackOff")[0].grace == 150s);
  CHECK(trouble("ContainerCreating").empty());
  const std::string bad_init =
      R"({"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"waiting":{"reason":"ErrImagePull","message":"not found\nmore"}}}],)"
      R"("containerStatuses":[{"name":"c","state":{"waiting":{"reason":"PodInitializing"}}}]})";
  CHECK(look_at_pods(list(pod("a", bad_init))).troubles.at(0).why ==
        "a on worker-2: ErrImagePull: not found");
}

TEST_CASE("A crash loop is one trouble in all of its states", "[engine][pods]")
{
  const auto crash = [](const std::string& state) {
    return look_at_pods(
               list(pod("a",
                        R"({"phase":"Running","containerStatuses":[{"name":"c","restartCount":4,)"
                        R"("lastState":{"terminated":{"exitCode":3}},"state":)" +
                            state + "}]}")))
        .troubles;
  };
  for (const std::string state : {R"({"waiting":{"reason":"CrashLoopBackOff","message":"x"}})",
                                  R"({"running":{}})",
                                  R"({"terminated":{"exitCode":3}})"}) {
    CAPTURE(state);
    REQUIRE(crash(state).size() == 1);
    CHECK(crash(state)[0] ==
          PodTrouble{"uid-a",
                     "a on worker-2: CrashLoopBackOff: container c ended with exit 3, 4 restarts",
                     150s,
                     "a",
                     "c",
                     4});
  }
  CHECK(crash(R"({"waiting":{"reason":"ContainerCreating"}})").empty());
  const Command words =
      last_words_of(crash(R"({"running":{}})")[0],
                    {.argv = {"kubectl", "--namespace", "x", "get", "pods", "-o", "json"}});
  CHECK(words.argv == std::vector<std::string>{
                          "kubectl", "--namespace", "x", "logs", "a", "-c", "c", "--tail=10"});
}

TEST_CASE("Text that is not kubectl's says nothing", "[engine][pods]")
{
  CHECK(explain_pods("").empty());
  CHECK(explain_pods("No resources found").empty());
  CHECK(explain_pods("[1,2]").empty());
  CHECK(explain_pods(R"({"items":[{"metadata":3}]})") == "0/1 pods ready (: just created)");
}
