#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "harness/clock/instant.h"
#include "harness/target/netns/file_descriptor.h"

namespace harness::target::netns {

// Sees every datagram the kernel sends through a device, with the kernel's own time: a packet
// socket. What is sent is here when the call that made the kernel send it returns.
class Tap {
 public:
  struct Sent {
    clock::Duration wall;               // CLOCK_REALTIME, when the kernel handed it to the device.
    std::span<const std::byte> octets;  // Until the next call.
  };

  explicit Tap(int device);

  int fd() const { return file_.get(); }
  // The next in the order of sending; nothing when there is none.
  std::optional<Sent> next();
  // Throws when some could not be kept for us: a segment sent and not seen would be judged as
  // silence. To be asked once next() has nothing more.
  void check_none_lost() const;

 private:
  FileDescriptor file_;
  std::unique_ptr<std::byte[]> room_;
};

}  // namespace harness::target::netns
