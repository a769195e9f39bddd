#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace harness::scenario {

// A word of a script; longest match, as in packetdrill's notation.
struct Token {
  enum class Kind : std::uint8_t {
    End,      // Of the text. Empty.
    Integer,  // -?[0-9]+
    Decimal,  // -?[0-9]*.[0-9]+
    Hex,      // 0x[0-9a-fA-F]+
    Word,     // [a-zA-Z0-9_]+, none of the above
    String,   // "...", a backslash escapes
    Command,  // `...`, a backslash escapes
    Code,     // %{ ... }%
    Dots,     // ...
    Symbol,   // Any other character, whole if it is UTF-8.
    Broken,   // Begun and never ended; text is what it begins with: " ` %{ /*
  };
  Kind kind = Kind::End;
  std::size_t begin = 0;
  std::string_view text;

  std::size_t end() const { return begin + text.size(); }
  bool is(Kind k) const { return kind == k; }
  bool is(char symbol) const {
    return kind == Kind::Symbol && text.size() == 1 && text[0] == symbol;
  }
  bool is_word(std::string_view word) const { return kind == Kind::Word && text == word; }
};

// What stands between tokens, from `from` on: spaces, tabs, line feeds and comments.
struct Blank {
  std::size_t end = 0;   // Of all that.
  bool unended = false;  // A /* that nothing ends stands there.
};
Blank skip_blank(std::string_view text, std::size_t from);

// The first token at or behind `from`.
Token next_token(std::string_view text, std::size_t from);

}  // namespace harness::scenario
