#include "harness/scenario/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace harness::scenario {
namespace {

constexpr std::size_t kColumns = 120;
constexpr std::size_t kBefore = 70;  // Columns of a long line shown before the caret.
constexpr std::string_view kCut = "...";

// Octets of the UTF-8 sequence at the start of `text`; 0 when there is none (RFC 3629).
std::size_t sequence_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = at(0);
  const std::size_t length = lead < 0x80                    ? 1
                             : lead >= 0xC2 && lead < 0xE0  ? 2
                             : lead >= 0xE0 && lead < 0xF0  ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (at(i) >> 6 != 2) return 0;
  }
  // Written longer than it need be, or past the last character there is.
  if ((lead == 0xE0 && at(1) < 0xA0) || (lead == 0xF0 && at(1) < 0x90) ||
      (lead == 0xF4 && at(1) >= 0x90)) {
    return 0;
  }
  return length;
}

// Whether a terminal shows this sequence as one column, and nothing else happens. C1 controls,
// zero-width and bidirectional marks are refused; what is wide or combining costs a column at most.
bool is_plain(std::string_view sequence) {
  if (sequence.size() == 1) return sequence[0] >= ' ' && sequence[0] <= '~';
  if (sequence.size() == 2) return sequence >= "\xC2\xA0";
  if (sequence.size() == 3) {
    return !(sequence >= "\xE2\x80\x8B" && sequence <= "\xE2\x80\x8F") &&
           !(sequence >= "\xE2\x80\xA8" && sequence <= "\xE2\x80\xAE") &&
           !(sequence >= "\xE2\x81\xA0" && sequence <= "\xE2\x81\xAF") &&
           sequence != "\xEF\xBB\xBF" && sequence < "\xEF\xBF\xB0" &&
           !(sequence >= "\xED\xA0\x80" && sequence <= "\xED\xBF\xBF");
  }
  return true;
}

// Takes one column from the front of `text` and appends it. A tab is one column wide here.
void show_one(std::string_view& text, std::string& out) {
  const auto length = sequence_length(text);
  const auto sequence = text.substr(0, length == 0 ? 1 : length);
  if (sequence == "\t") {
    out += ' ';
  } else if (length != 0 && is_plain(sequence)) {
    out += sequence;
  } else {
    out += '?';
  }
  text.remove_prefix(sequence.size());
}

// Where the column that is `columns` before `end` begins.
std::size_t step_back(std::string_view text, std::size_t end, std::size_t columns) {
  while (end > 0 && columns > 0) {
    --end;
    for (int i = 0; i < 3 && end > 0 && (static_cast<unsigned char>(text[end]) >> 6) == 2; ++i) {
      --end;
    }
    --columns;
  }
  return end;
}

}  // namespace

std::string harmless(std::string_view text, std::size_t columns) {
  std::string shown;
  for (std::size_t i = 0; !text.empty(); ++i) {
    if (i == columns) return shown + std::string(kCut);
    show_one(text, shown);
  }
  return shown;
}

std::string Diagnostic::print() const {
  auto text = fmt::format("{}: {}\n", place.print(), message);
  if (!source_line.empty()) {
    text += fmt::format("  {}\n  {}^\n", source_line, std::string(caret, ' '));
  }
  return text;
}

Source::Source(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {
  lines_.push_back(0);
  for (auto at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) {
    lines_.push_back(at + 1);
  }
}

std::size_t Source::line_of(std::size_t offset) const {
  const auto after = std::ranges::upper_bound(lines_, offset);
  return static_cast<std::size_t>(after - lines_.begin()) - 1;
}

Place Source::place(std::size_t offset) const {
  const auto line = line_of(offset);
  return {.file = file_,
          .line = static_cast<std::uint32_t>(line + 1),
          .column = static_cast<std::uint32_t>(offset - lines_[line] + 1)};
}

Diagnostic Source::diagnose(std::size_t offset, std::string message) const {
  const auto begin = lines_[line_of(offset)];
  const auto line = text_.substr(begin, std::min(text_.find('\n', begin), text_.size()) - begin);
  const auto at = offset - begin;

  Diagnostic diagnostic;
  diagnostic.place = place(offset);
  diagnostic.message = std::move(message);
  std::string& shown = diagnostic.source_line;
  auto from = step_back(line, at, kBefore);
  if (step_back(line, line.size(), kColumns) == 0) from = 0;  // It fits as it is.
  if (from > 0) shown = kCut;
  auto rest = line.substr(from);
  std::size_t columns = shown.size();
  // A place inside a sequence gets its caret below the next column.
  while (rest.size() > line.size() - at) {
    show_one(rest, shown);
    ++columns;
  }
  diagnostic.caret = columns;
  shown += harmless(rest, kColumns - columns);
  return diagnostic;
}

}  // namespace harness::scenario
