#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "harness/base/ratio.h"
#include "harness/clock/instant.h"
#include "harness/link/fault.h"

namespace harness::link {

// The notation of faults, word by word. The first error stays, and behind it the text is at its
// end, so that every loop ends by itself.
class Words {
 public:
  explicit Words(std::string_view text);

  std::string_view now() const { return token_; }  // Empty at the end.
  std::size_t at() const { return at_; }           // Where it stands, from 0.
  std::string found() const;                       // In words: "`dorp`", "the end".
  void next();
  bool take(std::string_view token);
  bool at_number() const;
  bool at_text() const { return token_.starts_with('"'); }
  std::string_view peek() const;  // The word behind this one.

  void fail(std::string message) { fail(at_, std::move(message)); }
  void fail(std::size_t at, std::string message);
  // "expected WHAT, found `dorp`; did you mean `drop`?"
  void expected(std::string_view what, std::span<const std::string_view> known = {});
  const std::optional<FaultError>& error() const { return error_; }

  // Each takes what it reads. After an error what they give is harmless.
  std::uint32_t count(std::string_view what);  // A whole number from 1.
  Range range(std::string_view what, bool from_one);
  base::Ratio rate();
  clock::Duration time();
  std::uint64_t bits_per_second();
  std::string text();

 private:
  // A decimal number as written: "12.5" is 125 with one digit behind the point.
  struct Decimal {
    std::uint64_t digits = 0;
    int behind = 0;
  };
  std::optional<Decimal> decimal(std::string_view what);
  std::uint32_t whole(std::string_view what, std::uint32_t least);
  std::size_t token_size(std::string_view rest) const;

  std::string_view text_, token_;
  std::size_t at_ = 0;
  std::optional<FaultError> error_;
};

}  // namespace harness::link
