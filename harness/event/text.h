#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "harness/event/trace.h"

namespace harness::event {

// A trace as text, one record a line, to be read by people and read back exactly:
//
//   lastack trace 1
//   #0 0.000000 call < id=1 socket args=2,1,6 ; socket(2, 1, 6)
//   #1 0.000000 cause=#0 reply > id=1 result=3 ; 3
//   #2 0.100000 peer-packet < id=#2 4500002800... ; S 0:0(0) win 65535
//   #3 0.100000 cause=#2 packet < id=#2 = #2 ; S 0:0(0) win 65535
//
// `<` goes to the target and `>` comes from it, as in scripts. `= #2`: the octets of record 2. What
// follows a semicolon is for people and is not read.
std::string to_text(const Trace&);

struct TextError {
  std::uint32_t line = 0;  // From 1.
  std::string message;     // A sentence.
};
// `into` is cleared first, and is empty after an error. What it then holds refers only to records
// that are there, and an expectation only to one of the kind it speaks of.
std::expected<void, TextError> from_text(std::string_view, Trace& into);

}  // namespace harness::event
