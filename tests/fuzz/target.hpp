// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iplease/core/command.hpp>
#include <iplease/core/error.hpp>

#include <string>
#include <string_view>

namespace iplease::fuzz {

/// Tells which law an input broke, and ends the process. `more` helps whoever reads it.
void must(bool holds, std::string_view law, std::string_view more = {});
/// A refusal has an id of the catalogue, says what is wrong and how to go on.
void must_be_refusal(const Problem& problem, ExitCode exit);
/// What a program printed that ended well.
[[nodiscard]] CommandResult printed(const std::string& text);
/// A number that the input alone decides, for a place to cut or change a text at.
[[nodiscard]] std::size_t number_of(const std::string& text, std::size_t below);
[[nodiscard]] bool is_utf8(const std::string& text);

// The targets: any bytes, as one reader of outside text takes them.
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
