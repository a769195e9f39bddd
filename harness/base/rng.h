#pragma once

#include <cstdint>
#include <string_view>

#include "harness/base/ratio.h"

namespace harness::base {

// SplitMix64. Integer draws only, so one seed is one run with every standard library.
class Rng {
 public:
  constexpr explicit Rng(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() {
    state_ += 0x9E37'79B9'7F4A'7C15u;
    return mix(state_);
  }

  // A stream of its own for each user, named: a new user moves no other's draws.
  // Forking draws nothing.
  constexpr Rng fork(std::string_view label) const {
    std::uint64_t hash = 0xCBF2'9CE4'8422'2325u;  // FNV-1a, 64 bits.
    for (char c : label) {
      hash ^= static_cast<unsigned char>(c);
      hash *= 0x0000'0100'0000'01B3u;
    }
    return Rng{mix(state_ ^ mix(hash))};
  }

  // The n-th of as many streams as wanted, for draws that belong to a thing with a number.
  constexpr Rng nth(std::uint64_t n) const { return Rng{mix(state_ + mix(n + 1))}; }

  // A draw from [0, bound); 0 when bound is 0. The bias is below bound / 2^64.
  constexpr std::uint64_t below(std::uint64_t bound) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((Wide{next()} * bound) >> 64);
  }

  // One draw, always: a chance of 0 or 1 moves the stream as any other does.
  constexpr bool chance(Ratio ratio) { return below(ratio.of) < ratio.parts; }

 private:
  static constexpr std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58'476D'1CE4'E5B9u;
    z = (z ^ (z >> 27)) * 0x94D0'49BB'1331'11EBu;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

}  // namespace harness::base
