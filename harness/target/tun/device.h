#pragma once

#include <cstddef>
#include <span>

#include "harness/target/netns/file_descriptor.h"
#include "harness/target/target.h"

namespace harness::target::tun {

// The far end of `tun0` in this process's network namespace: what the kernel routes to its peer is
// read here, and what is written here arrives at the kernel. No offloads: each datagram is cut to
// size and summed. The device is gone when this is.
class Device {
 public:
  // The host is the kernel's side: its address and the route to `remote`.
  explicit Device(const Host& kernel);

  int fd() const { return file_.get(); }  // To be polled for input.
  // How many octets of `room` the next datagram takes; 0: there is none now. What is longer than
  // the room is cut off.
  std::size_t read(std::span<std::byte> room);
  // What the kernel refuses, for not being IP, is lost as on any wire.
  void write(std::span<const std::byte> datagram);

 private:
  netns::FileDescriptor file_;
};

}  // namespace harness::target::tun
