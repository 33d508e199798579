// SPDX-License-Identifier: Apache-2.0
#include <iplease/platform/http.hpp>
#include <iplease/platform/process.hpp>

#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <netinet/in.h>
#include <support/temp_dir.hpp>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace iplease;
using namespace std::chrono_literals;

namespace {

/// A web server on loopback in a child process. Answers by path, one connection at a time.
class TinyServer {
public:
  using Answer = std::function<std::string(const std::string& path, int port)>;

  explicit TinyServer(const Answer& answer)
  {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener, 8) == 0);
    socklen_t size = sizeof address;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    m_port = ntohs(address.sin_port);
    m_pid = ::fork();
    if (m_pid == 0) {
      for (;;) {
        serve(listener, answer);
      }
    }
    ::close(listener);
  }
  ~TinyServer()
  {
    ::kill(m_pid, SIGKILL);
    ::waitpid(m_pid, nullptr, 0);
  }
  TinyServer(const TinyServer&) = delete;
  TinyServer& operator=(const TinyServer&) = delete;
  [[nodiscard]] std::string url(const std::string& path) const
  {
    return "http://127.0.0.1:" + std::to_string(m_port) + path;
  }

private:
  void serve(int listener, const Answer& answer) const
  {
    const int peer = ::accept(listener, nullptr, nullptr);
    std::string request(4096, '\0');
    const ssize_t got = ::read(peer, request.data(), request.size());
    request.resize(got > 0 ? static_cast<std::size_t>(got) : 0U);
    const std::size_t from = request.find(' ') + 1;
    const std::string text = answer(request.substr(from, request.find(' ', from) - from), m_port);
    if (text.empty()) {
      ::pause(); // never answers
    }
    [[maybe_unused]] const ssize_t put = ::write(peer, text.data(), text.size());
    ::close(peer);
  }

  int m_port = 0;
  pid_t m_pid = -1;
};

std::string
page(const std::string& body, const std::string& status = "200 OK", const std::string& header = "")
{
  return "HTTP/1.1 " + status +
         "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         header + "\r\n" + body;
}

} // namespace

TEST_CASE("An answer comes with its status and body", "[platform][http]")
{
  const TinyServer server([](const std::string& path, int port) {
    if (path == "/status") {
      return page("{\"address\":\"akash1\"}");
    }
    if (path == "/same") {
      return page("", "302 Found", "Location: /status\r\n");
    }
    if (path == "/other") {
      return page(
          "", "302 Found", "Location: http://localhost:" + std::to_string(port) + "/status\r\n");
    }
    return path == "/loop" ? page("", "302 Found", "Location: /loop\r\n")
                           : page("no", "503 Service Unavailable");
  });
  CurlHttp http(1000);
  const HttpAnswer good = http.get(server.url("/status"), 10s, true);
  CHECK(good.status == 200);
  CHECK(good.body == "{\"address\":\"akash1\"}");
  CHECK(http.get(server.url("/x"), 10s, true).status == 503);
  CHECK(http.get(server.url("/same"), 10s, true).status == 200);
  const HttpAnswer other = http.get(server.url("/other"), 10s, true);
  CHECK(other.status == 0);
  CHECK(other.error.find("another host") != std::string::npos);
  CHECK(http.get(server.url("/loop"), 10s, true).error == "redirected too often");
}

TEST_CASE("A long answer, a slow one and none are errors in words", "[platform][http]")
{
  const TinyServer server([](const std::string& path, int) {
    return path == "/long" ? page(std::string(2000, 'x')) : std::string();
  });
  CurlHttp http(1000);
  CHECK(http.get(server.url("/long"), 10s, true).error == "the answer is too long");
  const auto started = std::chrono::steady_clock::now();
  const HttpAnswer slow = http.get(server.url("/slow"), 1s, true);
  CHECK(slow.status == 0);
  CHECK_FALSE(slow.error.empty());
  CHECK(std::chrono::steady_clock::now() - started < 8s);
  CHECK_FALSE(http.get("http://127.0.0.1:1/", 5s, true).error.empty());
  CHECK_FALSE(http.get("file:///etc/passwd", 5s, true).error.empty());
}

TEST_CASE("A certificate nobody vouches for counts only when asked", "[platform][http]")
{
  const test::TempDir dir;
  ProcessRunner runner;
  const CommandResult made = run(runner,
                                 {.argv = {"openssl",
                                           "req",
                                           "-x509",
                                           "-newkey",
                                           "rsa:2048",
                                           "-nodes",
                                           "-days",
                                           "1",
                                           "-subj",
                                           "/CN=localhost",
                                           "-keyout",
                                           dir / "key",
                                           "-out",
                                           dir / "cert"}});
  if (made.ended == Ended::not_found) {
    WARN("openssl is not installed: certificates were not tried");
    return;
  }
  REQUIRE(made.ok());
  const auto server = runner.start({.argv = {"openssl",
                                             "s_server",
                                             "-accept",
                                             "127.0.0.1:0",
                                             "-key",
                                             dir / "key",
                                             "-cert",
                                             dir / "cert",
                                             "-www"},
                                    .timeout = 120s});
  // s_server prints "ACCEPT 127.0.0.1:PORT" once it listens.
  const auto* answer = &server->result();
  for (int tries = 0;
       tries < 100 && answer->out.find('\n', answer->out.find("ACCEPT")) == std::string::npos;
       ++tries) {
    runner.poll(100ms);
  }
  const std::size_t at = answer->out.find("ACCEPT 127.0.0.1:");
  REQUIRE(at != std::string::npos);
  const std::string port = answer->out.substr(at + 17, answer->out.find('\n', at) - at - 17);
  CurlHttp http;
  CHECK(http.get("https://127.0.0.1:" + port + "/", 20s, false).status == 200);
  const HttpAnswer checked = http.get("https://127.0.0.1:" + port + "/", 20s, true);
  CHECK(checked.status == 0);
  CHECK(checked.error.find("certificate") != std::string::npos);
}
