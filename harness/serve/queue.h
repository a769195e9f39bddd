#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

#include "harness/base/bytes.h"

namespace harness::serve {

// Octets, first in, first out.
class Queue {
 public:
  std::size_t size() const { return octets_.size() - first_; }
  bool empty() const { return size() == 0; }
  std::span<const std::byte> front() const { return std::span{octets_}.subspan(first_); }

  void push(std::span<const std::byte> more) {
    if (first_ > octets_.size() / 2) {  // Each octet is moved about once.
      octets_.erase(octets_.begin(), octets_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
    octets_.insert(octets_.end(), more.begin(), more.end());
  }
  void push(std::string_view text) { push(base::as_bytes(text)); }
  void drop(std::size_t octets) {
    first_ += std::min(octets, size());
    if (!empty()) return;
    octets_.clear();
    first_ = 0;
  }
  // As many as `room` takes; how many.
  std::size_t pop(std::span<std::byte> room) {
    const auto some = front().first(std::min(room.size(), size()));
    std::ranges::copy(some, room.begin());
    drop(some.size());
    return some.size();
  }

 private:
  base::Bytes octets_;
  std::size_t first_ = 0;
};

}  // namespace harness::serve
