#include "harness/target/netns/socket_table.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "harness/base/check.h"

namespace harness::target::netns {
namespace {

constexpr std::int32_t kFirst = 3;  // 0, 1 and 2 are open in a fresh process.

}  // namespace

SocketPtr SocketTable::find(std::int32_t fd) const {
  if (fd < kFirst) return nullptr;
  const auto index = static_cast<std::size_t>(fd - kFirst);
  return index < sockets_.size() ? sockets_[index] : nullptr;
}

std::int32_t SocketTable::enter(SocketPtr socket) {
  const auto free = std::ranges::find(sockets_, nullptr);
  const auto index = static_cast<std::int32_t>(free - sockets_.begin());
  if (free == sockets_.end()) {
    sockets_.push_back(std::move(socket));
  } else {
    *free = std::move(socket);
  }
  return kFirst + index;
}

SocketPtr SocketTable::take(std::int32_t fd) {
  CHECK(find(fd) != nullptr);
  return std::exchange(sockets_[static_cast<std::size_t>(fd - kFirst)], nullptr);
}

}  // namespace harness::target::netns
