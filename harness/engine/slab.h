#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace harness::engine {

inline constexpr std::uint32_t kNone = 0xFFFF'FFFF;

// Things that keep their index and their address. Slots are reused; only growing allocates.
template <class T>
class Slab {
 public:
  // The slot holds whatever it held before.
  std::uint32_t take() {
    if (free_.empty()) grow();
    const std::uint32_t index = free_.back();
    free_.pop_back();
    return index;
  }
  void give(std::uint32_t index) { free_.push_back(index); }
  std::uint32_t slots() const { return static_cast<std::uint32_t>(chunks_.size()) << kBits; }
  T& operator[](std::uint32_t index) { return chunks_[index >> kBits][index & (kChunk - 1)]; }
  const T& operator[](std::uint32_t index) const {
    return chunks_[index >> kBits][index & (kChunk - 1)];
  }

 private:
  // Few: a host with one connection is made often, and each slot is initialised.
  static constexpr std::uint32_t kBits = 2, kChunk = 1u << kBits;

  void grow() {
    const std::uint32_t first = slots();
    chunks_.push_back(std::make_unique<T[]>(kChunk));
    if (free_.capacity() < slots()) free_.reserve(std::size_t{slots()} * 2);
    for (std::uint32_t i = kChunk; i > 0; --i) free_.push_back(first + i - 1);
  }

  std::vector<std::unique_ptr<T[]>> chunks_;
  std::vector<std::uint32_t> free_;  // The lowest are taken first.
};

}  // namespace harness::engine
