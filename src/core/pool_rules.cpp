// SPDX-License-Identifier: Apache-2.0
#include <iplease/core/observation.hpp>
#include <iplease/core/pool_rules.hpp>

#include "range_hint.hpp"
#include <algorithm>
#include <array>

namespace iplease {

namespace {

struct Reserved {
  const char* range;
  const char* what;
};

// IANA's special-purpose registry: no host outside can reach any of these.
constexpr std::array<Reserved, 5> k_reserved{{
    {"0.0.0.0/8", "\"this network\""},
    {"127.0.0.0/8", "loopback: it never leaves a host"},
    {"169.254.0.0/16", "link-local: no router forwards it"},
    {"224.0.0.0/4", "multicast"},
    {"240.0.0.0/4", "reserved"},
}};

constexpr std::array<Reserved, 4> k_private{{
    {"10.0.0.0/8", "RFC 1918"},
    {"172.16.0.0/12", "RFC 1918"},
    {"192.168.0.0/16", "RFC 1918"},
    {"100.64.0.0/10", "RFC 6598, carrier-grade NAT"},
}};

AddressRange known(const char* text)
{
  return std::get<AddressRange>(parse_range(text));
}

std::string first_last(const AddressRange& range)
{
  const std::string first = to_text(range.first);
  const std::string last = to_text(range.last);
  return first == last ? first : first + "-" + last;
}

/// Collects the findings about one list.
class Rules {
public:
  Rules(const std::vector<AddressRange>& ranges,
        const std::vector<Place>& places,
        const std::string& name)
      : m_ranges(ranges),
        m_places(places),
        m_name(name)
  {
  }

  PoolFindings check()
  {
    if (m_ranges.empty()) {
      m_found.problems.push_back(
          {.id = "IPL-POOL-009", .what = m_name + ": the list is empty", .exit = ExitCode::usage});
    }
    for (std::size_t i = 0; i < m_ranges.size(); ++i) {
      if (check_family(i)) {
        check_host_bits(i);
        check_size(i);
        check_reserved(i);
        check_private(i);
      }
      check_earlier(i);
    }
    return std::move(m_found);
  }

private:
  Problem problem(std::size_t i,
                  const char* id,
                  const std::string& what,
                  std::string cause = {},
                  std::string fix = {}) const
  {
    Problem made{.id = id,
                 .what = m_name + ": " + m_ranges[i].text + " " + what,
                 .cause = std::move(cause),
                 .fix = std::move(fix),
                 .exit = ExitCode::usage};
    if (i < m_places.size()) {
      made.place = m_places[i];
    }
    return made;
  }

  bool check_family(std::size_t i)
  {
    const AddressRange& range = m_ranges[i];
    if (range.first.v4 != range.last.v4) {
      m_found.problems.push_back(
          problem(i, "IPL-POOL-006", "begins with one IP version and ends with the other"));
      return false;
    }
    if (!range.first.v4) {
      m_found.problems.push_back(
          problem(i, "IPL-POOL-007", "is IPv6, and Akash leases only IPv4 addresses"));
      return false;
    }
    return true;
  }

  void check_host_bits(std::size_t i)
  {
    const AddressRange& range = m_ranges[i];
    if (range.host_bits) {
      const std::string network = to_text(range.first) + "/" + std::to_string(range.prefix);
      const std::string written = range.text.substr(0, range.text.find('/'));
      m_found.problems.push_back(problem(i,
                                         "IPL-POOL-002",
                                         "has host bits set; MetalLB would silently take all of " +
                                             network + " (" + first_last(range) + ")",
                                         {},
                                         "write " + network + " if all of it is yours, " + written +
                                             "/32 for the one address, or the range: " + written +
                                             "-" + to_text(range.last)));
    }
  }

  void check_size(std::size_t i)
  {
    const std::uint64_t size = count({m_ranges[i]});
    if (size > 65536) {
      m_found.problems.push_back(
          problem(i,
                  "IPL-POOL-004",
                  "holds " + std::to_string(size) +
                      " addresses; more than a /16 (65536) is surely a mistake"));
    }
  }

  void check_reserved(std::size_t i)
  {
    const AddressRange& range = m_ranges[i];
    if (to_text(range.last) == "255.255.255.255") {
      m_found.problems.push_back(
          problem(i, "IPL-POOL-005", "holds 255.255.255.255, the broadcast address"));
      return;
    }
    for (const Reserved& reserved : k_reserved) {
      if (overlap(range, known(reserved.range))) {
        m_found.problems.push_back(problem(
            i, "IPL-POOL-005", "touches " + std::string(reserved.range) + ", " + reserved.what));
        return;
      }
    }
  }

  void check_private(std::size_t i)
  {
    for (const Reserved& reserved : k_private) {
      if (overlap(m_ranges[i], known(reserved.range))) {
        m_found.warnings.push_back(
            problem(i,
                    "IPL-POOL-008",
                    "is private (" + std::string(reserved.range) + ", " + reserved.what + ")"));
        return;
      }
    }
  }

  void check_earlier(std::size_t i)
  {
    for (std::size_t j = 0; j < i; ++j) {
      if (!overlap(m_ranges[i], m_ranges[j])) {
        continue;
      }
      const bool same =
          m_ranges[i].first == m_ranges[j].first && m_ranges[i].last == m_ranges[j].last;
      const std::string other =
          m_ranges[j].text + (j < m_places.size() && m_places[j].line > 0
                                  ? " (line " + std::to_string(m_places[j].line) + ")"
                                  : "");
      m_found.problems.push_back(
          problem(i, "IPL-POOL-003", same ? "repeats " + other : "overlaps " + other));
      return;
    }
  }

  const std::vector<AddressRange>& m_ranges;
  const std::vector<Place>& m_places;
  const std::string& m_name;
  PoolFindings m_found{};
};

} // namespace

Problem refused_entry(std::string_view text,
                      const std::string& refusal,
                      const std::string& name,
                      const Place& place)
{
  return {
      .id = "IPL-POOL-001",
      .what = name + ": " + refusal,
      .cause =
          "an entry is a prefix (198.51.100.32/28) or first-last (198.51.100.64-198.51.100.70); "
          "MetalLB takes nothing else, and these are its own words",
      .fix = range_hint(text),
      .place = place,
      .exit = ExitCode::usage};
}

PoolFindings check_pool(const std::vector<AddressRange>& ranges,
                        const std::vector<Place>& places,
                        const std::string& name)
{
  return Rules(ranges, places, name).check();
}

const PoolSeen* default_pool(const Observation& seen)
{
  const auto& pools = seen.metallb.pools.value;
  const auto at = std::ranges::find_if(pools, [](const PoolSeen& pool) {
    return pool.name == "default" && pool.name_space == "metallb-system";
  });
  return at == pools.end() ? nullptr : &*at;
}

} // namespace iplease
