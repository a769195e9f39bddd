#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/cursor.h"

namespace harness::scenario {

// An argument of a call, as it is written; what it means depends on the call.
struct Argument {
  enum class Kind : std::uint8_t {
    Dots,    // ...: the tool's to fill in.
    Null,    // NULL
    Number,  // 3, 0x10, O_RDWR|O_NONBLOCK
    Text,    // "cubic"
    List,    // [1], [{...}]: items
    Struct,  // {onoff=1, linger=0}: items, with their names
  };
  Kind kind = Kind::Dots;
  std::size_t at = 0;       // In the script.
  std::int64_t number = 0;  // Number.
  std::string text;         // Text, without its quotes and escapes.
  std::string_view name;    // Of a field of a struct.
  std::vector<Argument> items;

  bool is(Kind k) const { return kind == k; }
};

// Reads one; a failed cursor says what was wrong. Lists nest three deep at most.
Argument parse_argument(Cursor&);

// A number, or constants of names.h and numbers joined by `|`.
std::int64_t parse_expression(Cursor&);

}  // namespace harness::scenario
