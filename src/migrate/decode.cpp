// SPDX-License-Identifier: Apache-2.0
#include "go_text.hpp"
#include "legacy_config.hpp"
#include <algorithm>
#include <cctype>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <limits>
#include <string_view>

namespace iplease::legacy {

namespace {

using nlohmann::json;

bool same_key(std::string_view one, std::string_view other)
{
  return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  });
}

/// Reads values into fields and keeps the first complaint, as Go's decoder does.
class Reader {
public:
  std::optional<std::string> error{};
  std::vector<std::string> unknown{};

  using Read = std::function<void(const json&, const std::string&)>;
  using Fields = std::initializer_list<std::pair<std::string_view, Read>>;

  void object(const json& value, const std::string& path, const Fields& fields);
  void text(const json& value, const std::string& path, std::string& out);
  void flag(const json& value, const std::string& path, bool& out);
  template <class Int> void number(const json& value, const std::string& path, Int& out);
  void texts(const json& value, const std::string& path, std::vector<std::string>& out);
  void
  text_map(const json& value, const std::string& path, std::map<std::string, std::string>& out);
  template <class T>
  void list(const json& value,
            const std::string& path,
            std::vector<T>& out,
            const std::function<void(const json&, const std::string&, T&)>& item);

  template <class T, class F> static Read maybe(std::optional<T>& out, F read);

private:
  void complain(const json& value, const std::string& path, std::string_view wanted);
};

void Reader::complain(const json& value, const std::string& path, std::string_view wanted)
{
  if (!error) {
    error = path + ": expected " + std::string(wanted) + ", got " + value.type_name();
  }
}

void Reader::object(const json& value, const std::string& path, const Fields& fields)
{
  if (value.is_null()) {
    return;
  }
  if (!value.is_object()) {
    complain(value, path.empty() ? "config" : path, "keys and values");
    return;
  }
  for (const auto& [key, item] : value.items()) {
    const std::string at = path.empty() ? key : path + "." + key;
    const auto* found =
        std::find_if(fields.begin(), fields.end(), [&name = key](const auto& field) {
          return same_key(field.first, name);
        });
    if (found == fields.end()) {
      unknown.push_back(at);
    } else {
      found->second(item, at);
    }
  }
}

void Reader::text(const json& value, const std::string& path, std::string& out)
{
  if (value.is_structured()) {
    complain(value, path, "a text");
  } else if (!value.is_null()) {
    out = go::as_text(value);
  }
}

void Reader::flag(const json& value, const std::string& path, bool& out)
{
  if (value.is_boolean()) {
    out = value.get<bool>();
  } else if (!value.is_null()) {
    complain(value, path, "true or false");
  }
}

template <class Int> void Reader::number(const json& value, const std::string& path, Int& out)
{
  if (value.is_null()) {
    return;
  }
  // Through JSON, Go writes 1.0 as 1, and numbers from 1e21 on with an exponent.
  if (value.is_number()) {
    const auto wide = value.get<double>();
    const bool whole =
        value.is_number_integer() || (std::floor(wide) == wide && std::fabs(wide) < 1e21);
    if (whole && wide >= static_cast<double>(std::numeric_limits<Int>::min()) &&
        wide <= static_cast<double>(std::numeric_limits<Int>::max())) {
      out = static_cast<Int>(wide); // every Int here has at most 32 bits
      return;
    }
  }
  if (!error) {
    error = path + ": expected a whole number from " +
            std::to_string(std::numeric_limits<Int>::min()) + " to " +
            std::to_string(std::numeric_limits<Int>::max()) + ", got " + value.dump();
  }
}

template <class T>
void Reader::list(const json& value,
                  const std::string& path,
                  std::vector<T>& out,
                  const std::function<void(const json&, const std::string&, T&)>& item)
{
  if (value.is_null()) {
    return;
  }
  if (!value.is_array()) {
    complain(value, path, "a list");
    return;
  }
  out.clear();
  for (std::size_t i = 0; i < value.size(); ++i) {
    item(value[i], path + "[" + std::to_string(i) + "]", out.emplace_back());
  }
}

void Reader::texts(const json& value, const std::string& path, std::vector<std::string>& out)
{
  list<std::string>(
      value, path, out, [this](const json& item, const std::string& at, std::string& entry) {
        text(item, at, entry);
      });
}

void Reader::text_map(const json& value,
                      const std::string& path,
                      std::map<std::string, std::string>& out)
{
  if (value.is_null()) {
    return;
  }
  if (!value.is_object()) {
    complain(value, path, "keys and texts");
    return;
  }
  for (const auto& [key, item] : value.items()) {
    text(item, path + "." + key, out[key]);
  }
}

template <class T, class F> Reader::Read Reader::maybe(std::optional<T>& out, F read)
{
  return [&out, read](const json& value, const std::string& path) {
    if (!value.is_null()) {
      read(value, path, out.emplace());
    }
  };
}

Reader::Read text(Reader& r, std::string& out)
{
  return [&r, &out](const json& value, const std::string& at) { r.text(value, at, out); };
}

Reader::Read texts(Reader& r, std::vector<std::string>& out)
{
  return [&r, &out](const json& value, const std::string& at) { r.texts(value, at, out); };
}

Reader::Read flag(Reader& r, bool& out)
{
  return [&r, &out](const json& value, const std::string& at) { r.flag(value, at, out); };
}

Reader::Read flag(Reader& r, std::optional<bool>& out)
{
  return Reader::maybe(out, [&r](const json& value, const std::string& at, bool& inner) {
    r.flag(value, at, inner);
  });
}

template <class Int> Reader::Read number(Reader& r, Int& out)
{
  return [&r, &out](const json& value, const std::string& at) { r.number(value, at, out); };
}

template <class Int> Reader::Read number(Reader& r, std::optional<Int>& out)
{
  return Reader::maybe(out, [&r](const json& value, const std::string& at, Int& inner) {
    r.number(value, at, inner);
  });
}

Reader::Read text_map(Reader& r, std::map<std::string, std::string>& out)
{
  return [&r, &out](const json& value, const std::string& at) { r.text_map(value, at, out); };
}

template <class T>
Reader::Read
list(Reader& r, std::vector<T>& out, void (*item)(Reader&, const json&, const std::string&, T&))
{
  return [&r, &out, item](const json& value, const std::string& at) {
    r.list<T>(value, at, out, [&r, item](const json& v, const std::string& path, T& entry) {
      item(r, v, path, entry);
    });
  };
}

void read_requirement(Reader& r, const json& value, const std::string& path, Requirement& out)
{
  r.object(
      value,
      path,
      {{"key", text(r, out.key)}, {"operator", text(r, out.op)}, {"values", texts(r, out.values)}});
}

void read_selector(Reader& r, const json& value, const std::string& path, Selector& out)
{
  r.object(value,
           path,
           {{"match-labels", text_map(r, out.labels)},
            {"match-expressions", list<Requirement>(r, out.expressions, read_requirement)}});
}

void read_peer(Reader& r, const json& value, const std::string& path, Peer& out)
{
  r.object(value,
           path,
           {{"my-asn", number(r, out.my_asn)},
            {"peer-asn", number(r, out.asn)},
            {"peer-address", text(r, out.address)},
            {"source-address", text(r, out.source)},
            {"peer-port", number(r, out.port)},
            {"hold-time", text(r, out.hold_time)},
            {"keepalive-time", text(r, out.keepalive_time)},
            {"router-id", text(r, out.router_id)},
            {"node-selectors", list<Selector>(r, out.node_selectors, read_selector)},
            {"password", text(r, out.password)},
            {"bfd-profile", text(r, out.bfd_profile)},
            {"ebgp-multihop", flag(r, out.ebgp_multihop)}});
}

void read_advertisement(Reader& r,
                        const json& value,
                        const std::string& path,
                        BgpAdvertisement& out)
{
  r.object(value,
           path,
           {{"aggregation-length", number(r, out.length)},
            {"aggregation-length-v6", number(r, out.length_v6)},
            {"localpref", number(r, out.local_pref)},
            {"communities", texts(r, out.communities)}});
}

void read_pool(Reader& r, const json& value, const std::string& path, Pool& out)
{
  r.object(
      value,
      path,
      {{"protocol", text(r, out.protocol)},
       {"name", text(r, out.name)},
       {"addresses", texts(r, out.addresses)},
       {"auto-assign", flag(r, out.auto_assign)},
       {"avoid-buggy-ips", flag(r, out.avoid_buggy_ips)},
       {"bgp-advertisements", list<BgpAdvertisement>(r, out.advertisements, read_advertisement)}});
  out.old_name = out.name;
}

void read_profile(Reader& r, const json& value, const std::string& path, BfdProfile& out)
{
  r.object(value,
           path,
           {{"name", text(r, out.name)},
            {"receive-interval", number(r, out.receive)},
            {"transmit-interval", number(r, out.transmit)},
            {"detect-multiplier", number(r, out.multiplier)},
            {"echo-interval", number(r, out.echo_interval)},
            {"echo-mode", flag(r, out.echo)},
            {"passive-mode", flag(r, out.passive)},
            {"minimum-ttl", number(r, out.min_ttl)}});
}

} // namespace

std::variant<Config, std::string> decode(const json& value)
{
  Reader r;
  Config out;
  r.object(value,
           "",
           {{"peers", list<Peer>(r, out.peers, read_peer)},
            {"bgp-communities", text_map(r, out.communities)},
            {"address-pools", list<Pool>(r, out.pools, read_pool)},
            {"bfd-profiles", list<BfdProfile>(r, out.bfd_profiles, read_profile)}});
  if (r.error) {
    return *r.error;
  }
  out.unknown = std::move(r.unknown);
  return out;
}

} // namespace iplease::legacy
