#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "harness/scenario/argument.h"
#include "harness/scenario/cursor.h"

namespace harness::scenario {

// The arguments of one call, taken from left to right and checked on the way.
// Pre: nobody takes more than there are.
class CallArguments {
 public:
  CallArguments(std::string_view call, std::span<const Argument> all, Cursor& cursor)
      : call_(call), all_(all), cursor_(cursor) {}

  const Argument& next() { return all_[index_++]; }
  std::size_t left() const { return all_.size() - index_; }
  Cursor& cursor() { return cursor_; }

  // Of 32 bits, signed or not: 0x80000000 is meant as it stands.
  std::int32_t number(std::string_view what) { return number(next(), what); }
  std::int32_t number(const Argument&, std::string_view what);
  std::int32_t at_least_0(const Argument&, std::string_view what);
  std::int32_t fd() { return number("a file descriptor"); }
  // What the run fills in: `...`, or NULL where scripts write that.
  void filled_in();
  // A buffer and its length.
  std::int32_t buffer();

  void wrong(const Argument&, std::string_view wanted);

 private:
  std::string_view call_;
  std::span<const Argument> all_;
  std::size_t index_ = 0;
  Cursor& cursor_;
};

}  // namespace harness::scenario
