// SPDX-License-Identifier: Apache-2.0
#include <iplease/platform/http.hpp>
#include <iplease/version.hpp>

#include <curl/curl.h>

#include <array>
#include <memory>

namespace iplease {
namespace {

constexpr int k_redirects = 3;

struct Body {
  std::string text{};
  std::size_t bound = 0;
  bool too_long = false;
};

std::size_t take(char* bytes, std::size_t one, std::size_t count, void* into)
{
  auto& body = *static_cast<Body*>(into);
  if (body.text.size() + one * count > body.bound) {
    body.too_long = true;
    return 0; // ends the transfer
  }
  body.text.append(bytes, one * count);
  return one * count;
}

std::string host_of(const std::string& url)
{
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(curl_url(), curl_url_cleanup);
  char* host = nullptr;
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl_url_get(parsed.get(), CURLUPART_HOST, &host, 0) != CURLUE_OK) {
    return {};
  }
  std::string text = host;
  curl_free(host);
  return text;
}

/// One request; `next` receives the target of a redirect.
HttpAnswer ask(CURL* easy, const std::string& url, std::size_t bound, std::string& next)
{
  Body body{.bound = bound};
  std::array<char, CURL_ERROR_SIZE> words{};
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, words.data());
  const CURLcode code = curl_easy_perform(easy);
  HttpAnswer answer;
  if (code != CURLE_OK) {
    answer.error = body.too_long      ? "the answer is too long"
                   : words[0] != '\0' ? words.data()
                                      : curl_easy_strerror(code);
    return answer;
  }
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  char* redirect = nullptr;
  curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &redirect);
  next = redirect == nullptr ? "" : redirect;
  answer.status = static_cast<int>(status);
  answer.body = std::move(body.text);
  return answer;
}

} // namespace

HttpAnswer CurlHttp::get(const std::string& url, std::chrono::seconds timeout, bool verify_tls)
{
  const std::unique_ptr<CURL, void (*)(CURL*)> easy(curl_easy_init(), curl_easy_cleanup);
  if (easy == nullptr) {
    return {.error = "libcurl cannot be started"};
  }
  curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count() * 1000));
  curl_easy_setopt(easy.get(), CURLOPT_SSL_VERIFYPEER, verify_tls ? 1L : 0L);
  curl_easy_setopt(easy.get(), CURLOPT_SSL_VERIFYHOST, verify_tls ? 2L : 0L);
  curl_easy_setopt(easy.get(), CURLOPT_USERAGENT, (std::string("iplease/") + k_version).c_str());
  std::string at = url;
  std::string next;
  HttpAnswer answer;
  for (int hop = 0; hop <= k_redirects; ++hop) {
    answer = ask(easy.get(), at, m_bound, next);
    if (next.empty()) {
      return answer;
    }
    if (host_of(next) != host_of(at)) {
      return {.error = "redirected to another host, which is not followed: " + next};
    }
    at = next;
  }
  return {.error = "redirected too often"};
}

} // namespace iplease
