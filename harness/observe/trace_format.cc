#include "harness/observe/trace_format.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

namespace harness::observe {
namespace {

// What stands between `before` and `after` in `text`; nothing when they do not.
std::optional<std::string_view> between(std::string_view text, std::string_view before,
                                        std::string_view after) {
  const auto begin = text.find(before);
  if (begin == text.npos) return std::nullopt;
  text.remove_prefix(begin + before.size());
  const auto end = text.find(after);
  if (end == text.npos) return std::nullopt;
  return text.substr(0, end);
}

template <class Number>
std::optional<Number> number_of(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  Number number{};
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return number;
}

// "\tfield:__u8 saddr[28];\toffset:32;..." is called saddr.
std::string_view name_in(std::string_view declaration) {
  declaration = declaration.substr(0, declaration.find('['));
  const auto space = declaration.rfind(' ');
  return space == declaration.npos ? declaration : declaration.substr(space + 1);
}

// Of `__print_symbolic(REC->reason, { 2, "NOT_SPECIFIED" }, ...)` what stands behind the comma. A
// kernel that gives names instead of numbers says nothing that we could use.
std::map<std::uint64_t, std::string> words_in(std::string_view list) {
  std::map<std::uint64_t, std::string> words;
  while (list.starts_with(", { ")) {
    const auto value = number_of<std::uint64_t>(between(list, "{ ", ", "));
    const auto word = between(list, "\"", "\" }");
    if (!word) break;
    if (value) words.emplace(*value, *word);
    list.remove_prefix(list.find("\" }") + 3);
  }
  return words;
}

}  // namespace

std::optional<TraceFormat> TraceFormat::parse(std::string_view file) {
  TraceFormat format;
  const auto id = number_of<std::uint64_t>(between(file, "\nID: ", "\n"));
  if (!id) return std::nullopt;
  format.id_ = *id;
  for (std::string_view rest = file; !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const auto declaration = between(line, "field:", ";");
    const auto offset = number_of<std::size_t>(between(line, "offset:", ";"));
    const auto size = number_of<std::size_t>(between(line, "size:", ";"));
    if (declaration && offset && size) {
      format.fields_.emplace(name_in(*declaration), Field{*offset, *size});
    }
  }
  constexpr std::string_view kSymbolic = "__print_symbolic(REC->";
  for (auto at = file.find(kSymbolic); at != file.npos; at = file.find(kSymbolic, at + 1)) {
    const auto rest = file.substr(at + kSymbolic.size());
    const auto comma = rest.find(',');
    if (comma == rest.npos) break;
    format.words_.emplace(rest.substr(0, comma), words_in(rest.substr(comma)));
  }
  return format;
}

std::span<const std::byte> TraceFormat::octets(std::span<const std::byte> record,
                                               std::string_view field) const {
  const auto found = fields_.find(field);
  if (found == fields_.end()) return {};
  const auto& [offset, size] = found->second;
  if (offset > record.size() || size > record.size() - offset) return {};
  return record.subspan(offset, size);
}

// The kernel writes them as the processor has them.
std::optional<std::uint64_t> TraceFormat::number(std::span<const std::byte> record,
                                                 std::string_view field) const {
  const auto found = octets(record, field);
  const auto as = [&](auto number) -> std::uint64_t {
    std::memcpy(&number, found.data(), sizeof number);
    return number;
  };
  switch (found.size()) {
    case 1:
      return as(std::uint8_t{});
    case 2:
      return as(std::uint16_t{});
    case 4:
      return as(std::uint32_t{});
    case 8:
      return as(std::uint64_t{});
    default:
      return std::nullopt;
  }
}

std::string TraceFormat::word(std::string_view field, std::uint64_t value) const {
  if (const auto list = words_.find(field); list != words_.end()) {
    if (const auto word = list->second.find(value); word != list->second.end()) {
      return word->second;
    }
  }
  return std::to_string(value);
}

}  // namespace harness::observe
