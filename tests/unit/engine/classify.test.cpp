// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/catalogue.hpp>
#include <iplease/engine/classify.hpp>

#include <catch2/catch.hpp>

using namespace iplease;

namespace {

Step kubectl_step()
{
  return {.id = "pool/apply", .action = Run{.command = {.argv = {"kubectl", "apply", "-f", "-"}}}};
}
Step helm_step()
{
  return {.id = "metallb/install",
          .action = Run{.command = {.argv = {"helm", "upgrade", "--install"}}}};
}

Problem classified(const Step& step, const CommandResult& result, const std::string& stage = "pool")
{
  return classify_failure({.stage = stage}, step, result);
}

struct Row {
  std::string err;
  std::string id;
  ExitCode exit = ExitCode::failed;
};

} // namespace

TEST_CASE("kubectl's words are told apart", "[engine][classify]")
{
  const auto row = GENERATE(values<Row>({
      {R"(Error from server (InternalError): error when creating "STDIN": Internal error occurred: failed calling webhook "ipaddresspoolvalidationwebhook.metallb.io": failed to call webhook: Post "https://metallb-webhook-service.metallb-system.svc:443/x?timeout=10s": dial tcp 10.96.1.2:443: connect: connection refused)",
       "IPL-MLB-004"},
      {R"(Error from server (InternalError): failed calling webhook "l2advertisementvalidationwebhook.metallb.io": no endpoints available for service "metallb-webhook-service")",
       "IPL-MLB-004"},
      {R"(Error from server (Forbidden): error when creating "STDIN": admission webhook "ipaddresspoolvalidationwebhook.metallb.io" denied the request: CIDR "1.2.3.4" in pool "default" overlaps)",
       "IPL-POOL-050"},
      {R"(Error from server: admission webhook "validate.kyverno.svc-fail" denied the request: no)",
       "IPL-CLU-055"},
      {R"(The IPAddressPool "default" is invalid: spec.addresses: Required value)", "IPL-CLU-053"},
      {R"(Error from server (BadRequest): strict decoding error: unknown field "spec.serviceAllocation")",
       "IPL-CLU-053"},
      {R"(error: resource mapping not found for name: "default" namespace: "metallb-system" from "STDIN": no matches for kind "IPAddressPool" in version "metallb.io/v1beta1")",
       "IPL-MLB-050"},
      {R"(no matches for kind "HTTPRoute" in version "gateway.networking.k8s.io/v1")",
       "IPL-CLU-056"},
      {R"(Error from server (AlreadyExists): namespaces "x" already exists)", "IPL-CLU-054"},
      {R"(Error from server (Conflict): Operation cannot be fulfilled: the object has been modified; please apply your changes to the latest version)",
       "IPL-CLU-051"},
      {R"(pods "speaker" is forbidden: violates PodSecurity "baseline:latest": host namespaces)",
       "IPL-CLU-052"},
      {R"(Error from server (Forbidden): services is forbidden: User "jane" cannot create resource "services" in API group "" in the namespace "metallb-system")",
       "IPL-CLU-002",
       ExitCode::blocked},
      {"Unable to connect to the server: dial tcp 192.0.2.1:6443: i/o timeout",
       "IPL-CLU-001",
       ExitCode::unreachable},
      {"The connection to the server 127.0.0.1:6443 was refused - did you specify the right host "
       "or port?",
       "IPL-CLU-001",
       ExitCode::unreachable},
      {"error: You must be logged in to the server (Unauthorized)",
       "IPL-CLU-057",
       ExitCode::unreachable},
      {"error: timed out waiting for the condition", "IPL-RUN-006", ExitCode::timed_out},
      {"something new", "IPL-RUN-008"},
  }));
  CAPTURE(row.err);
  const Problem problem = classified(kubectl_step(), {.exit_code = 1, .err = row.err + "\n"});
  CHECK(problem.id == row.id);
  CHECK(problem.exit == row.exit);
  CHECK(problem.saw == row.err);
  CHECK_FALSE(problem.fix.empty());
  CHECK_FALSE(problem.cause.empty());
}

TEST_CASE("helm's words are told apart", "[engine][classify]")
{
  const auto row = GENERATE(values<Row>({
      {"Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress",
       "IPL-HELM-050",
       ExitCode::locked},
      {"Error: INSTALLATION FAILED: cannot re-use a name that is still in use", "IPL-HELM-051"},
      {"Error: UPGRADE FAILED: context deadline exceeded", "IPL-HELM-052", ExitCode::timed_out},
      {"Error: timed out waiting for the condition", "IPL-HELM-052", ExitCode::timed_out},
      {"Error: chart \"metallb\" matching 9.9.9 not found in https://example.com index. (try 'helm "
       "repo update')",
       "IPL-HELM-053"},
      {"Error: path \"/srv/charts/metallb-0.14.8.tgz\" not found", "IPL-HELM-053"},
      {"Error: looks like \"https://example.com\" is not a valid chart repository or cannot be "
       "reached: Get \"https://example.com/index.yaml\": dial tcp: lookup example.com: no such "
       "host",
       "IPL-HELM-054"},
      {"Error: looks like \"https://example.com\" is not a valid chart repository or cannot be "
       "reached: Get \"https://example.com/index.yaml\": net/http: TLS handshake timeout",
       "IPL-HELM-054"},
      {"Error: Unable to continue with install: ServiceAccount \"speaker\" in namespace "
       "\"metallb-system\" exists and cannot be imported into the current release: invalid "
       "ownership metadata; label validation error",
       "IPL-HELM-055"},
      {"Error: UPGRADE FAILED: cannot patch \"akash-provider\": StatefulSet.apps "
       "\"akash-provider\" is invalid: spec: Forbidden: updates to statefulset spec for fields "
       "other than 'replicas'",
       "IPL-HELM-056"},
      {"Error: template: provider/templates/issuer.yaml:3: nil pointer evaluating interface "
       "{}.cloudflare",
       "IPL-HELM-057"},
      {"Error: Kubernetes cluster unreachable: Get \"https://127.0.0.1:6443/version\": dial tcp "
       "127.0.0.1:6443: connect: connection refused",
       "IPL-CLU-001",
       ExitCode::unreachable},
  }));
  CAPTURE(row.err);
  const Problem problem = classified(helm_step(), {.exit_code = 1, .err = row.err});
  CHECK(problem.id == row.id);
  CHECK(problem.exit == row.exit);
}

TEST_CASE("A tool that is missing or that ran out of time is said", "[engine][classify]")
{
  const CommandResult missing{.ended = Ended::not_found, .exit_code = 127, .err = "x: not found"};
  CHECK(classified(kubectl_step(), missing).id == "IPL-CLU-003");
  CHECK(classified(helm_step(), missing).id == "IPL-CLU-004");
  CHECK(classified(helm_step(), missing).exit == ExitCode::unreachable);
  CHECK(classified({.id = "k", .action = Run{.command = {.argv = {"ansible-playbook"}}}}, missing)
            .id == "IPL-RUN-014");
  CHECK(classified(kubectl_step(), {.ended = Ended::not_started, .exit_code = 127}).id ==
        "IPL-RUN-009");
  const Problem slow = classified(kubectl_step(), {.ended = Ended::timed_out, .exit_code = 2});
  CHECK(slow.id == "IPL-RUN-007");
  CHECK(slow.exit == ExitCode::timed_out);
}

TEST_CASE("A step's own id wins, but not over a cause outside the step", "[engine][classify]")
{
  Step step = kubectl_step();
  step.failure_id = "IPL-POOL-021";
  CHECK(classified(step, {.exit_code = 1, .err = "something new"}).id == "IPL-POOL-021");
  CHECK(classified(step, {.exit_code = 1, .err = "Unable to connect to the server: EOF"}).id ==
        "IPL-CLU-001");
}

TEST_CASE("Waits, files and addresses have their own ends", "[engine][classify]")
{
  const Step wait{
      .id = "pool/seen",
      .action = WaitUntil{.probe = {.argv = {"kubectl"}}, .pattern = "x", .what = "the pool"}};
  const Problem ran_out =
      classified(wait, {.ended = Ended::timed_out, .err = "last answer: nothing"});
  CHECK(ran_out.id == "IPL-RUN-006");
  CHECK(ran_out.exit == ExitCode::timed_out);
  CHECK(ran_out.what.find("the pool was not seen within 60 s") != std::string::npos);
  CHECK(classified(wait, {.ended = Ended::timed_out}, "verify").exit == ExitCode::not_verified);
  const Step file{.id = "f", .action = FileWrite{.path = "/p", .content = "", .shown = ""}};
  CHECK(classified(file, {.exit_code = 1, .err = "Read-only file system"}).exit ==
        ExitCode::cannot_write);
  CHECK(classified({.id = "h", .action = HttpGet{.url = "https://x"}}, {.exit_code = 1}).id ==
        "IPL-RUN-012");
}

TEST_CASE("Of many words the last twenty lines are shown", "[engine][classify]")
{
  std::string err;
  for (int i = 1; i <= 30; ++i) {
    err += "line " + std::to_string(i) + "\n";
  }
  const std::string saw = classified(kubectl_step(), {.exit_code = 1, .err = err}).saw;
  CHECK(saw.substr(0, 8) == "line 11\n");
  CHECK(saw.substr(saw.size() - 8) == "\nline 30");
}

TEST_CASE("A command that a signal ended is told as that", "[engine][classify]")
{
  const Problem killed = classified(
      helm_step(), {.ended = Ended::signalled, .exit_code = 9, .err = "connection refused"});
  CHECK(killed.id == "IPL-RUN-070");
  CHECK(killed.what.ends_with(": killed by SIGKILL"));
  CHECK(killed.cause.find("memory") != std::string::npos);
  CHECK(killed.saw == "connection refused"); // what it said earlier is not the cause
  CHECK(classified(helm_step(), {.ended = Ended::signalled, .exit_code = 11})
            .what.ends_with("SIGSEGV"));
  CHECK(classified(helm_step(), {.ended = Ended::signalled, .exit_code = 42})
            .what.ends_with("signal 42"));
  Step own = kubectl_step();
  own.failure_id = "IPL-POOL-021";
  CHECK(classified(own, {.ended = Ended::signalled, .exit_code = 9}).id == "IPL-RUN-070");
  // A shell in between exits with 137 and prints nothing. A program that prints something ended by
  // itself.
  CHECK(classified(kubectl_step(), {.exit_code = 137})
            .what.ends_with(": exit 137, killed by SIGKILL"));
  CHECK(classified(kubectl_step(), {.exit_code = 137, .err = "command terminated"}).id ==
        "IPL-RUN-008");
  CHECK(classified(kubectl_step(), {.exit_code = 200}).id == "IPL-RUN-008");
}

TEST_CASE("Words are promised only where there are some", "[engine][classify]")
{
  CHECK(classified(kubectl_step(), {.exit_code = 3}).cause ==
        "the program said nothing; it ended with exit 3");
  CHECK(
      classified(kubectl_step(), {.exit_code = 3, .err = "no"}).cause.find("own words are above") !=
      std::string::npos);
}

TEST_CASE("Only what a step names is worth another try", "[engine][classify]")
{
  const CommandResult webhook{
      .exit_code = 1,
      .err = R"(failed calling webhook "ipaddresspoolvalidationwebhook.metallb.io": EOF)"};
  const CommandResult conflict{.exit_code = 1,
                               .err = "Error from server (Conflict): the object has been modified"};
  const CommandResult refused{
      .exit_code = 1,
      .err =
          R"(admission webhook "ipaddresspoolvalidationwebhook.metallb.io" denied the request: no)"};
  CHECK(worth_retry(Retry::webhook, webhook));
  CHECK_FALSE(worth_retry(Retry::webhook, refused));
  CHECK_FALSE(worth_retry(Retry::webhook, conflict));
  CHECK_FALSE(worth_retry(Retry::never, webhook));
  CHECK_FALSE(worth_retry(Retry::webhook, {.ended = Ended::timed_out, .err = webhook.err}));
  CHECK_FALSE(worth_retry(Retry::webhook, {}));
}

TEST_CASE("A 503 for a proxied Service is about the Service, not the server", "[engine][classify]")
{
  const CommandResult unavailable{
      .ended = Ended::timed_out,
      .err = "Error from server (ServiceUnavailable): the server is currently unable to handle the "
             "request"};
  Step step{.id = "verify/answers",
            .action = WaitUntil{.probe = {.argv = {"kubectl", "get", "--raw", "/readyz"}},
                                .pattern = "ok"},
            .failure_id = "IPL-VER-004"};
  CHECK(classified(step, unavailable).id == "IPL-CLU-001");
  std::get<WaitUntil>(step.action).probe.argv.back() =
      "/api/v1/namespaces/a/services/https:b:8443/proxy/status";
  CHECK(classified(step, unavailable).id == "IPL-VER-004");
}
