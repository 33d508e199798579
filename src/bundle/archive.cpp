// SPDX-License-Identifier: Apache-2.0
#include <iplease/bundle/bundle.hpp>

#include <fmt/format.h>

namespace iplease {
namespace {

constexpr std::size_t k_block = 512;
constexpr std::string_view k_folder = "iplease-bundle/";

void put(std::string& header, std::size_t at, std::string_view text)
{
  header.replace(at, text.size(), text);
}

/// POSIX.1-1988: `prefix` holds the folders of the name. Owner and time are zero, so that equal
/// content gives an equal archive.
std::string header_of(const BundleEntry& entry)
{
  const std::string path = std::string(k_folder) + entry.name;
  const std::size_t name = path.rfind('/') + 1;
  std::string header(k_block, '\0');
  put(header, 0, std::string_view(path).substr(name));
  put(header, 100, "0000600");
  put(header, 108, "0000000");
  put(header, 116, "0000000");
  put(header, 124, fmt::format("{:011o}", entry.bytes.size()));
  put(header, 136, "00000000000");
  put(header, 148, "        "); // blanks while the checksum is computed
  put(header, 156, "0");
  put(header, 257, std::string_view("ustar\00000", 8));
  put(header, 345, std::string_view(path).substr(0, name - 1));
  unsigned sum = 0;
  for (const char c : header) {
    sum += static_cast<unsigned char>(c);
  }
  put(header, 148, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
  return header;
}

} // namespace

std::string tar_of(const std::vector<BundleEntry>& entries)
{
  std::string tar;
  for (const BundleEntry& entry : entries) {
    tar += header_of(entry) + entry.bytes;
    tar.append((k_block - tar.size() % k_block) % k_block, '\0');
  }
  return tar.append(2 * k_block, '\0');
}

} // namespace iplease
