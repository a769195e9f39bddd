#include "harness/engine/timer_heap.h"

#include <algorithm>

namespace harness::engine {
namespace {

// Among equals the lower slot goes first, so that a run depends on nothing but its input.
bool earlier(const TimerHeap::Entry& a, const TimerHeap::Entry& b) {
  return a.at != b.at ? a.at < b.at : a.slot < b.slot;
}

}  // namespace

void TimerHeap::lower(std::uint32_t slot, clock::Instant at) {
  if (slot >= positions_.size()) positions_.resize((slot + 1) * 2, kAbsent);
  std::uint32_t position = positions_[slot];
  if (position == kAbsent) {
    position = static_cast<std::uint32_t>(entries_.size());
    entries_.push_back({at, slot});
  } else if (entries_[position].at <= at) {
    return;
  }
  sift_up(position, {at, slot});
}

void TimerHeap::raise_top(clock::Instant at) {
  const std::uint32_t slot = entries_.front().slot;
  if (at != clock::kNever) return sift_down(0, {at, slot});
  positions_[slot] = kAbsent;
  const Entry last = entries_.back();
  entries_.pop_back();
  if (!entries_.empty()) sift_down(0, last);
}

void TimerHeap::sift_up(std::uint32_t position, Entry entry) {
  while (position > 0) {
    const std::uint32_t parent = (position - 1) / 4;
    if (!earlier(entry, entries_[parent])) break;
    place(position, entries_[parent]);
    position = parent;
  }
  place(position, entry);
}

void TimerHeap::sift_down(std::uint32_t position, Entry entry) {
  const auto size = static_cast<std::uint32_t>(entries_.size());
  for (;;) {
    const std::uint32_t first = position * 4 + 1;
    if (first >= size) break;
    std::uint32_t best = first;
    for (std::uint32_t child = first + 1; child < std::min(first + 4, size); ++child) {
      if (earlier(entries_[child], entries_[best])) best = child;
    }
    if (!earlier(entries_[best], entry)) break;
    place(position, entries_[best]);
    position = best;
  }
  place(position, entry);
}

}  // namespace harness::engine
