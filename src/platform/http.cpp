// SPDX-License-Identifier: Apache-2.0
#include <iplease/platform/http.hpp>
#include <iplease/version.hpp>

#include <curl/curl.h>

#include <array>
#include <memory>

#include <dlfcn.h>

namespace iplease {
namespace {

constexpr int k_redirects = 3;
constexpr const char* k_library = "libcurl.so.4"; ///< its name since curl 7.16 of 2006

/// libcurl, loaded when the first request is made: with the thirty libraries that it brings it
/// takes longer to load than a whole run needs that asks nothing by HTTP. It stays loaded.
class Curl {
public:
  Curl()
      : m_handle(::dlopen(k_library, RTLD_NOW | RTLD_NODELETE))
  {
    const char* why = m_handle == nullptr ? ::dlerror() : nullptr;
    if (why != nullptr) {
      error = why;
      return;
    }
    find(url, "curl_url");
    find(url_cleanup, "curl_url_cleanup");
    find(url_set, "curl_url_set");
    find(url_get, "curl_url_get");
    find(free, "curl_free");
    find(init, "curl_easy_init");
    find(cleanup, "curl_easy_cleanup");
    find(setopt, "curl_easy_setopt");
    find(perform, "curl_easy_perform");
    find(getinfo, "curl_easy_getinfo");
    find(words, "curl_easy_strerror");
  }

  std::string error{}; ///< why nothing below may be called
  decltype(&::curl_url) url = nullptr;
  decltype(&::curl_url_cleanup) url_cleanup = nullptr;
  decltype(&::curl_url_set) url_set = nullptr;
  decltype(&::curl_url_get) url_get = nullptr;
  decltype(&::curl_free) free = nullptr;
  decltype(&::curl_easy_init) init = nullptr;
  decltype(&::curl_easy_cleanup) cleanup = nullptr;
  decltype(&::curl_easy_setopt) setopt = nullptr;
  decltype(&::curl_easy_perform) perform = nullptr;
  decltype(&::curl_easy_getinfo) getinfo = nullptr;
  decltype(&::curl_easy_strerror) words = nullptr;

private:
  template <typename Function> void find(Function& function, const char* name)
  {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what dlsym(3) is made for
    function = reinterpret_cast<Function>(::dlsym(m_handle, name));
    if (function == nullptr) {
      error = std::string(k_library) + " has no " + name;
    }
  }

  void* m_handle;
};

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

std::string host_of(const Curl& curl, const std::string& url)
{
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(curl.url(), curl.url_cleanup);
  char* host = nullptr;
  if (curl.url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl.url_get(parsed.get(), CURLUPART_HOST, &host, 0) != CURLUE_OK) {
    return {};
  }
  std::string text = host;
  curl.free(host);
  return text;
}

/// One request; `next` is where it was redirected to.
HttpAnswer
ask(const Curl& curl, CURL* easy, const std::string& url, std::size_t bound, std::string& next)
{
  Body body{.bound = bound};
  std::array<char, CURL_ERROR_SIZE> words{};
  curl.setopt(easy, CURLOPT_URL, url.c_str());
  curl.setopt(easy, CURLOPT_WRITEFUNCTION, take);
  curl.setopt(easy, CURLOPT_WRITEDATA, &body);
  curl.setopt(easy, CURLOPT_ERRORBUFFER, words.data());
  const CURLcode code = curl.perform(easy);
  HttpAnswer answer;
  if (code != CURLE_OK) {
    answer.error = body.too_long      ? "the answer is too long"
                   : words[0] != '\0' ? words.data()
                                      : curl.words(code);
    return answer;
  }
  long status = 0;
  curl.getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  char* redirect = nullptr;
  curl.getinfo(easy, CURLINFO_REDIRECT_URL, &redirect);
  next = redirect == nullptr ? "" : redirect;
  answer.status = static_cast<int>(status);
  answer.body = std::move(body.text);
  return answer;
}

} // namespace

HttpAnswer CurlHttp::get(const std::string& url, std::chrono::seconds timeout, bool verify_tls)
{
  const Curl curl;
  if (!curl.error.empty()) {
    return {.error = "libcurl cannot be loaded: " + curl.error};
  }
  const std::unique_ptr<CURL, void (*)(CURL*)> easy(curl.init(), curl.cleanup);
  if (easy == nullptr) {
    return {.error = "libcurl cannot be started"};
  }
  curl.setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
  curl.setopt(easy.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl.setopt(easy.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count() * 1000));
  curl.setopt(easy.get(), CURLOPT_SSL_VERIFYPEER, verify_tls ? 1L : 0L);
  curl.setopt(easy.get(), CURLOPT_SSL_VERIFYHOST, verify_tls ? 2L : 0L);
  curl.setopt(easy.get(), CURLOPT_USERAGENT, (std::string("iplease/") + k_version).c_str());
  std::string at = url;
  std::string next;
  HttpAnswer answer;
  for (int hop = 0; hop <= k_redirects; ++hop) {
    answer = ask(curl, easy.get(), at, m_bound, next);
    if (next.empty()) {
      return answer;
    }
    if (host_of(curl, next) != host_of(curl, at)) {
      return {.error = "redirected to another host, which is not followed: " + next};
    }
    at = next;
  }
  return {.error = "redirected too often"};
}

} // namespace iplease
