// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/command.hpp>
#include <iplease/core/error.hpp>

#include <string>
#include <string_view>

namespace iplease::fuzz {

/// Prints the law that an input broke and ends the process. `more` helps whoever reads it.
void must(bool holds, std::string_view law, std::string_view more = {});
/// A refusal has an id from the catalogue, says what is wrong, and says how to fix it.
void must_be_refusal(const Problem& problem, ExitCode exit);
/// The output of a program that succeeded.
[[nodiscard]] CommandResult printed(const std::string& text);
/// A number that depends only on the input, for where to cut or change a text.
[[nodiscard]] std::size_t number_of(const std::string& text, std::size_t below);
[[nodiscard]] bool is_utf8(const std::string& text);

// The targets. Each feeds any bytes to one reader of outside text.
void values(const std::string& text);
void flags(const std::string& text);
void addresses(const std::string& text);
void plan(const std::string& text);
void journal(const std::string& text);
void kubectl(const std::string& text);
void lists(const std::string& text);
void helm(const std::string& text);
void rendered(const std::string& text);
void kube_proxy(const std::string& text);
void inventory(const std::string& text);
void configmap(const std::string& text);

} // namespace iplease::fuzz
