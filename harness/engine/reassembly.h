#pragma once

#include <array>
#include <cstdint>

#include "harness/wire/seq_num.h"

namespace harness::engine {

// Which octets beyond RCV.NXT are held (SHLD-31). The octets themselves lie in the receive ring.
// All ranges lie within half a ring of each other: the receive window sees to that.
class Reassembly {
 public:
  bool empty() const { return count_ == 0; }
  // False, and nothing is held, when there is no room for one more range. Pre: from before to.
  bool hold(wire::SeqNum from, wire::SeqNum to);
  // RCV.NXT after all that is held from `rcv_nxt` on; forgets what it passes.
  wire::SeqNum advance(wire::SeqNum rcv_nxt);
  void clear() { count_ = 0; }

 private:
  struct Range {
    wire::SeqNum from{0}, to{0};
  };

  void erase(std::uint32_t first, std::uint32_t last);

  std::uint32_t count_ = 0;
  std::array<Range, 32> ranges_;  // Apart, and in order.
};

}  // namespace harness::engine
