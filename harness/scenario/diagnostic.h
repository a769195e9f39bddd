#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/event/expectation.h"

namespace harness::scenario {

using event::Place;

// What is wrong with a file, and where.
struct Diagnostic {
  Place place;
  std::string message;      // A sentence.
  std::string source_line;  // Harmless to print; of a long line, what is around the place.
  std::size_t caret = 0;    // The place in source_line: so many columns precede it.

  // "close/simultaneous.pkt:12:8: expected `win`, found `wim`", the line, and a caret below it.
  std::string print() const;
};

// `text` as one may print it: what would move the cursor, ring the bell or reorder the line is `?`.
// At most `columns` columns; what is cut off is "...".
std::string harmless(std::string_view text, std::size_t columns);

// A text with a name, which knows its lines. Columns count octets, from 1. Outlives nothing: the
// text is the caller's.
class Source {
 public:
  Source(std::string_view text, std::string file);

  std::string_view text() const { return text_; }
  const std::string& file() const { return file_; }
  Place place(std::size_t offset) const;
  Diagnostic diagnose(std::size_t offset, std::string message) const;

 private:
  std::size_t line_of(std::size_t offset) const;  // From 0.
  std::string_view text_;
  std::string file_;
  std::vector<std::size_t> lines_;  // Where each begins.
};

}  // namespace harness::scenario
