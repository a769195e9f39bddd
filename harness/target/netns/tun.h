#pragma once

#include <cstddef>
#include <span>

#include "harness/target/netns/file_descriptor.h"
#include "harness/target/target.h"

namespace harness::target::netns {

inline constexpr const char* kTunPath = "/dev/net/tun";

// The device `tun0` of this process's network namespace: what is written here arrives at the
// kernel's IP as if from a wire. It has no offloads, so the kernel cuts segments to size and sums
// them itself before they get here. It is gone when this is.
class Tun {
 public:
  // Up, with the host's address and the route to its peer; the loopback device is up too.
  explicit Tun(const Host&);

  int index() const { return index_; }
  // False when the kernel would not have it as an IP datagram at all.
  bool write(std::span<const std::byte> datagram);
  // Throws away what was sent and already seen by the tap: the queue must never fill.
  void drain();

 private:
  FileDescriptor file_;
  int index_ = 0;
};

}  // namespace harness::target::netns
