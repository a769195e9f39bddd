#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace harness::engine {

// Buffers of 2^n octets. What is given back is taken again: once warm, nothing allocates.
class BufferPool {
 public:
  std::byte* take(unsigned bits);
  void give(std::byte* buffer, unsigned bits) { free_[bits].push_back(buffer); }

 private:
  std::vector<std::unique_ptr<std::byte[]>> all_;
  std::array<std::vector<std::byte*>, 32> free_;
  std::array<std::size_t, 32> made_{};
};

// A queue of octets that have offsets from its front. Octets can be put beyond its end before
// those between have come. It owns no memory until something is reserved.
class Ring {
 public:
  std::uint32_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // Room for `octets` from the front.
  void reserve(BufferPool&, std::uint32_t octets);
  void release(BufferPool&);  // Drops everything.

  // Pre, of both: reserved.
  void put(std::uint32_t offset, std::span<const std::byte>);
  void append(std::span<const std::byte> octets) {
    put(size_, octets);
    size_ += static_cast<std::uint32_t>(octets.size());
  }
  void extend(std::uint32_t octets) { size_ += octets; }  // They were put there before.

  void copy(std::uint32_t offset, std::span<std::byte> to) const;
  // The first octets in one piece: in place if they lie so, else through `scratch`.
  std::span<const std::byte> front(std::uint32_t octets, std::vector<std::byte>& scratch) const;
  void drop(std::uint32_t octets);  // Pre: at most size().
  // The first octets stay, and no others.
  void cut(std::uint32_t octets) { size_ = std::min(size_, octets); }

 private:
  std::uint32_t capacity() const { return buffer_ == nullptr ? 0 : 1u << bits_; }

  std::byte* buffer_ = nullptr;
  std::uint32_t head_ = 0, size_ = 0;
  unsigned bits_ = 0;
};

}  // namespace harness::engine
