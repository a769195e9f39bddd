#pragma once

#include <cstdint>

namespace harness::wire {

// A sequence number: a point on a ring of 2^32. A ring has no order, so there is no operator<
// to hand to std::map by mistake; ask before() or in_window() instead.
class SeqNum {
 public:
  constexpr explicit SeqNum(std::uint32_t raw) : raw_(raw) {}
  constexpr std::uint32_t raw() const { return raw_; }

  friend constexpr bool operator==(SeqNum, SeqNum) = default;
  friend auto operator<=>(SeqNum, SeqNum) = delete;
  friend constexpr SeqNum operator+(SeqNum s, std::uint32_t n) { return SeqNum{s.raw_ + n}; }
  friend constexpr SeqNum operator-(SeqNum s, std::uint32_t n) { return SeqNum{s.raw_ - n}; }

 private:
  std::uint32_t raw_;
};

// Steps forward from `from` to `to`; never negative.
constexpr std::uint32_t distance(SeqNum from, SeqNum to) { return to.raw() - from.raw(); }

// RFC 1982 leaves points half a ring apart unordered; here neither is before the other.
constexpr bool before(SeqNum a, SeqNum b) { return a != b && distance(a, b) < 0x8000'0000u; }

constexpr bool at_or_before(SeqNum a, SeqNum b) { return distance(a, b) < 0x8000'0000u; }

// One subtraction, right for every window size, and empty when `size` is 0.
constexpr bool in_window(SeqNum s, SeqNum first, std::uint32_t size) {
  return distance(first, s) < size;
}

}  // namespace harness::wire
