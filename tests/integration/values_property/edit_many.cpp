// SPDX-License-Identifier: Apache-2.0
// Edits many texts in one process, for property.py. Standard input repeats `LENGTH\n` and that many
// bytes. Standard output, for each: `edited LENGTH\n` or `same LENGTH\n` and the text, or `refused
// LENGTH\n` and the problems.
#include <iplease/yaml/diff.hpp>
#include <iplease/yaml/values_edit.hpp>

#include <iostream>

using namespace iplease;

int main()
{
  const ValuesWish wish{.ipoperator = true,
                        .attributes = {"ip-lease", "capabilities/ip-lease", "feat-endpoint-ip"}};
  std::size_t length = 0;
  while (std::cin >> length) {
    std::cin.get();
    std::string text(length, '\0');
    std::cin.read(text.data(), static_cast<std::streamsize>(length));
    const auto result = edit_values(Secret(text), "values", wish);
    std::string answer;
    if (const auto* problems = std::get_if<std::vector<Problem>>(&result)) {
      for (const Problem& problem : *problems) {
        answer += problem.id + " " + std::to_string(problem.place.line) + ":" +
                  std::to_string(problem.place.column) + " " + problem.what + "\n";
      }
      std::cout << "refused ";
    } else {
      const auto& edit = std::get<ValuesEdit>(result);
      answer = edit.text;
      std::cout << (edit.changed ? "edited " : "same ");
    }
    std::cout << answer.size() << '\n' << answer << std::flush;
  }
  return 0;
}
