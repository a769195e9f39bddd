#include "harness/engine/ring.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "harness/base/check.h"

namespace harness::engine {

std::byte* BufferPool::take(unsigned bits) {
  auto& free = free_[bits];
  if (free.empty()) {
    all_.push_back(std::make_unique_for_overwrite<std::byte[]>(std::size_t{1} << bits));
    ++made_[bits];
    if (free.capacity() < made_[bits]) free.reserve(made_[bits] * 2);
    return all_.back().get();
  }
  std::byte* const buffer = free.back();
  free.pop_back();
  return buffer;
}

void Ring::reserve(BufferPool& pool, std::uint32_t octets) {
  if (octets <= capacity()) return;
  CHECK(octets <= 1u << 30);
  const unsigned bits = std::max(10u, static_cast<unsigned>(std::bit_width(octets - 1)));
  std::byte* const larger = pool.take(bits);
  if (buffer_ != nullptr) {
    // What was put beyond the end moves too.
    copy(0, {larger, capacity()});
    pool.give(buffer_, bits_);
  }
  buffer_ = larger;
  bits_ = bits;
  head_ = 0;
}

void Ring::release(BufferPool& pool) {
  if (buffer_ != nullptr) pool.give(buffer_, bits_);
  *this = Ring{};
}

void Ring::put(std::uint32_t offset, std::span<const std::byte> octets) {
  if (octets.empty()) return;
  CHECK(offset + octets.size() <= capacity());
  const std::uint32_t at = (head_ + offset) & (capacity() - 1);
  const std::size_t first = std::min<std::size_t>(octets.size(), capacity() - at);
  std::memcpy(buffer_ + at, octets.data(), first);
  if (first < octets.size()) {
    std::memcpy(buffer_, octets.data() + first, octets.size() - first);
  }
}

void Ring::copy(std::uint32_t offset, std::span<std::byte> to) const {
  if (to.empty()) return;
  CHECK(offset + to.size() <= capacity());
  const std::uint32_t at = (head_ + offset) & (capacity() - 1);
  const std::size_t first = std::min<std::size_t>(to.size(), capacity() - at);
  std::memcpy(to.data(), buffer_ + at, first);
  if (first < to.size()) std::memcpy(to.data() + first, buffer_, to.size() - first);
}

std::span<const std::byte> Ring::front(std::uint32_t octets,
                                       std::vector<std::byte>& scratch) const {
  CHECK(octets <= size_);
  if (head_ + octets <= capacity()) return {buffer_ + head_, octets};
  if (scratch.size() < octets) scratch.resize(std::max<std::size_t>(octets, capacity()));
  copy(0, std::span{scratch}.first(octets));
  return std::span{scratch}.first(octets);
}

void Ring::drop(std::uint32_t octets) {
  CHECK(octets <= size_);
  if (octets == 0) return;
  head_ = (head_ + octets) & (capacity() - 1);
  size_ -= octets;
}

}  // namespace harness::engine
