#include "harness/campaign/shape.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cctype>
#include <cstddef>

namespace harness::campaign {

std::string without_numbers(std::string_view text) {
  constexpr auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::string out;
  while (!text.empty()) {
    if (!digit(text.front())) {
      const char c = text.front();
      out += c == '\n' || c == '\t' ? ' ' : c;
      text.remove_prefix(1);
      continue;
    }
    std::size_t size = 1;
    while (size < text.size() && digit(text[size])) ++size;
    if (size + 1 < text.size() && text[size] == '.' && digit(text[size + 1])) {
      for (++size; size < text.size() && digit(text[size]);) ++size;
    }
    text.remove_prefix(size);
    out += '#';
    // How long something takes decides in which unit it is said.
    for (const std::string_view unit : {" s", " ms", " us", " ns"}) {
      const bool ends = text.size() == unit.size() ||
                        (text.size() > unit.size() &&
                         std::isalpha(static_cast<unsigned char>(text[unit.size()])) == 0);
      if (!text.starts_with(unit) || !ends) continue;
      out += " s";
      text.remove_prefix(unit.size());
      break;
    }
  }
  return out;
}

namespace {

// How a script writes a step is not what is wrong with it.
std::string without_quotes(std::string_view text) {
  std::string out;
  for (;;) {
    const auto from = text.find('`');
    const auto to = from == std::string_view::npos ? from : text.find('`', from + 1);
    if (to == std::string_view::npos) return out += text;
    out += text.substr(0, from);
    out += "`...`";
    text.remove_prefix(to + 1);
  }
}

}  // namespace

std::string shape_of(const oracle::Finding& found) {
  const auto words = found.place && !found.text.empty()
                         ? without_quotes(found.text)
                         : fmt::format("expected {}, found {}", found.expected, found.actual);
  return fmt::format("{}{}{}: {}", found.checker, found.requirements.empty() ? "" : " ",
                     fmt::join(found.requirements, ","), without_numbers(words));
}

}  // namespace harness::campaign
