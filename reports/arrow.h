#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/event/record.h"

namespace reports {

// What is drawn of a datagram's way over the link on one line.
enum class Leg {
  Whole,     // From end to end.
  Lost,      // It ends on the way.
  Leaving,   // Sent; it arrives on a later line.
  Arriving,  // Sent on an earlier line.
};

// "--- S 0:0(0) win 65535 ------>": exactly `width` columns, the peer left and the target right.
// Pre: the text fits, with fits().
std::string arrow(harness::event::Direction, Leg, std::string_view text, std::size_t width);

// The same with a remark beside an arrow that ends on the way, when there is room for it; then the
// remark is taken.
std::string arrow(harness::event::Direction, Leg, std::string_view text, std::size_t width,
                  std::string& remark);

// Whether a text of so many columns leaves an arrow around it.
constexpr bool fits(std::size_t text, std::size_t width) { return text + 9 <= width; }

}  // namespace reports
