#include "reports/arrow.h"

#include <algorithm>

#include "harness/base/check.h"
#include "reports/wrap.h"

namespace reports {

using harness::event::Direction;

std::string arrow(Direction direction, Leg leg, std::string_view text, std::size_t width) {
  CHECK(fits(columns(text), width));
  const bool to_target = direction == Direction::ToTarget;
  const auto body = ' ' + std::string{text} + ' ';
  // A line that ends on the way is two thirds long, or as long as its text wants.
  const std::size_t least = columns(text) + 9;
  const std::size_t length = leg == Leg::Whole ? width : std::max(least, width * 2 / 3);
  const std::size_t dashes = length - columns(text) - 2 - 1;  // One column for the tip.
  const char tip = leg == Leg::Lost ? 'x' : leg == Leg::Leaving ? '~' : to_target ? '>' : '<';
  const char tail = leg == Leg::Arriving ? '~' : '-';
  constexpr std::size_t kLead = 3;
  std::string line;
  if (to_target) {
    line = tail + std::string(kLead - 1, '-') + body + std::string(dashes - kLead, '-') + tip;
  } else {
    line = tip + std::string(kLead, '-') + body + std::string(dashes - kLead - 1, '-') + tail;
  }
  const std::string gap(width - length, ' ');
  // It touches the side it comes from, or the one where it arrives.
  const bool at_left = to_target == (leg != Leg::Arriving);
  return at_left ? line + gap : gap + line;
}

std::string arrow(Direction direction, Leg leg, std::string_view text, std::size_t width,
                  std::string& remark) {
  auto line = arrow(direction, leg, text, width);
  const auto gap = line.starts_with(' ') ? line.find_first_not_of(' ')
                                         : line.size() - 1 - line.find_last_not_of(' ');
  const auto size = remark.size();
  if (size == 0 || columns(remark) != size || size + 2 > gap) return line;
  line.replace(line.starts_with(' ') ? gap - size - 1 : line.size() - gap + 1, size, remark);
  remark.clear();
  return line;
}

}  // namespace reports
