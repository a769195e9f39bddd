#include "harness/engine/reassembly.h"

#include <algorithm>

namespace harness::engine {

using wire::at_or_before;
using wire::before;
using wire::SeqNum;

void Reassembly::erase(std::uint32_t first, std::uint32_t last) {
  std::copy(ranges_.begin() + last, ranges_.begin() + count_, ranges_.begin() + first);
  count_ -= last - first;
}

bool Reassembly::hold(SeqNum from, SeqNum to) {
  // Those in [first, last) overlap the new range or touch it, and become one with it.
  std::uint32_t first = 0;
  while (first < count_ && before(ranges_[first].to, from)) ++first;
  std::uint32_t last = first;
  while (last < count_ && at_or_before(ranges_[last].from, to)) ++last;
  if (first == last) {
    if (count_ == ranges_.size()) return false;
    std::copy_backward(ranges_.begin() + first, ranges_.begin() + count_,
                       ranges_.begin() + count_ + 1);
    ++count_;
    ranges_[first] = {from, to};
    return true;
  }
  if (before(from, ranges_[first].from)) ranges_[first].from = from;
  if (before(to, ranges_[last - 1].to)) to = ranges_[last - 1].to;
  ranges_[first].to = to;
  erase(first + 1, last);
  return true;
}

SeqNum Reassembly::advance(SeqNum rcv_nxt) {
  std::uint32_t passed = 0;
  for (; passed < count_ && at_or_before(ranges_[passed].from, rcv_nxt); ++passed) {
    if (before(rcv_nxt, ranges_[passed].to)) rcv_nxt = ranges_[passed].to;
  }
  erase(0, passed);
  return rcv_nxt;
}

}  // namespace harness::engine
