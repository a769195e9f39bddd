#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/scenario/diagnostic.h"
#include "harness/scenario/lexer.h"

namespace harness::scenario {

// A reader's place in a script, one token ahead. The first error stays, and behind it there is
// only the end: loops over tokens end by themselves, and what is read then is never looked at.
class Cursor {
 public:
  explicit Cursor(const Source& source) : source_(source) { move_to(0); }

  const Source& source() const { return source_; }
  const Token& now() const { return now_; }
  std::size_t at() const { return now_.begin; }
  std::size_t last_end() const { return last_end_; }  // Where the token before ended.
  bool at_end() const { return now_.is(Token::Kind::End); }
  bool at_number() const { return now_.is(Token::Kind::Integer) || now_.is(Token::Kind::Hex); }
  Token peek() const;  // The token behind this one.

  Token take();  // This token; the one behind it becomes now().
  bool accept(char symbol);
  bool accept(Token::Kind);
  bool accept_word(std::string_view);
  void expect(char symbol);
  // A number, decimal or hex, in [least, most]. `what` names it: "a port".
  std::int64_t number(std::string_view what, std::int64_t least, std::int64_t most);
  template <class Unsigned>
  Unsigned natural(std::string_view what, std::int64_t most) {
    return static_cast<Unsigned>(number(what, 0, most));
  }
  // The text from here to the first character not in `characters`; tokens go on behind it.
  std::string_view take_raw(std::string_view characters);
  void move_to(std::size_t offset);

  bool failed() const { return error_.has_value(); }
  const std::optional<Diagnostic>& error() const { return error_; }
  void fail(std::size_t at, std::string message);
  void fail(std::string message) { fail(at(), std::move(message)); }
  void fail(Diagnostic);
  void fail_expected(std::string_view what);                     // "expected ..., found ..."
  void fail_unsupported(std::size_t at, std::string_view what);  // "... is not supported yet"
  std::string found() const;                                     // This token, for a message.

 private:
  const Source& source_;
  Token now_;
  std::size_t last_end_ = 0;
  std::optional<Diagnostic> error_;
};

// A piece of a script inside a message: `in back quotes`, and cut when it is long.
std::string quoted(std::string_view piece);

}  // namespace harness::scenario
