// SPDX-License-Identifier: Apache-2.0
#include "change.hpp"

#include <iplease/yaml/emit.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace iplease::stages {

using Json = nlohmann::ordered_json;

namespace {

std::string shown(const Json& value)
{
  if (value.is_string()) {
    return value.get<std::string>();
  }
  if (value.is_array()) {
    std::string all;
    for (const Json& item : value) {
      all += (all.empty() ? "" : ",") + shown(item);
    }
    return all;
  }
  return value.is_null() ? "nothing" : value.dump();
}

} // namespace

Change::Change(std::string what, const std::string& version)
    : m_what(std::move(what))
{
  if (!version.empty()) {
    m_patch["metadata"]["resourceVersion"] = version;
  }
}

Json& Change::at(const std::vector<std::string>& path)
{
  Json* here = &m_patch;
  for (const std::string& key : path) {
    here = &(*here)[key];
  }
  return *here;
}

void Change::set(const std::vector<std::string>& path,
                 Json value,
                 const std::string& was,
                 const std::string& is)
{
  m_words.push_back(fmt::format("{} {} to {}",
                                fmt::join(path, "."),
                                was.empty() ? "from nothing" : "from " + was,
                                is.empty() ? shown(value) : is));
  at(path) = std::move(value);
}

void Change::add_item(const std::vector<std::string>& path, Json item, const std::string& words)
{
  m_words.push_back(words);
  at(path).push_back(std::move(item));
}

std::string Change::patch() const
{
  return emit_yaml(m_patch);
}

std::string Change::words() const
{
  return fmt::format("{}: {}; everything else of it stays", m_what, fmt::join(m_words, "; "));
}

} // namespace iplease::stages
