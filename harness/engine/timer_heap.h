#pragma once

#include <cstdint>
#include <vector>

#include "harness/clock/instant.h"

namespace harness::engine {

// When each slot wants attention, the earliest first. A slot may be called earlier than it needs:
// to move a deadline away costs nothing until it would have come.
class TimerHeap {
 public:
  struct Entry {
    clock::Instant at;
    std::uint32_t slot;
  };

  bool empty() const { return entries_.empty(); }
  const Entry& top() const { return entries_.front(); }
  // The slot is looked at by `at`, or earlier.
  void lower(std::uint32_t slot, clock::Instant at);
  // Of the slot on top; kNever: it is taken out.
  void raise_top(clock::Instant at);

 private:
  static constexpr std::uint32_t kAbsent = 0xFFFF'FFFF;

  void place(std::uint32_t position, Entry entry) {
    entries_[position] = entry;
    positions_[entry.slot] = position;
  }
  void sift_up(std::uint32_t position, Entry);
  void sift_down(std::uint32_t position, Entry);

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> positions_;  // By slot.
};

}  // namespace harness::engine
