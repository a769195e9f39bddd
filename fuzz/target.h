#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

// What a fuzz target is: fuzz/NAME.cc defines one_input() and aims(), and fuzz/corpus/NAME/ holds
// inputs that between them reach every aim. Nothing else has to be told; fuzz/dict/NAME.dict is
// used if it is there. driver/ makes two programs of it: one that libFuzzer drives, and one that
// replays files and stands in every build.
namespace fuzz {

// Whatever the octets are, it returns; what must hold is CHECKed.
void one_input(std::span<const std::byte>);

// What the committed inputs are there to reach, each a few words; at most kMostAims.
inline constexpr std::size_t kMostAims = 64;
std::span<const std::string_view> aims();

// How often each was reached.
inline std::array<std::uint64_t, kMostAims> reached{};
inline void reach(std::size_t aim) { ++reached[aim]; }

// The number of an aim by its name, while compiling; a misspelt one does not compile.
template <std::size_t N>
consteval std::size_t find_aim(const std::string_view (&aims)[N], std::string_view name) {
  static_assert(N <= kMostAims);
  for (std::size_t i = 0; i < N; ++i) {
    if (aims[i] == name) return i;
  }
  throw "no such aim";
}

}  // namespace fuzz
