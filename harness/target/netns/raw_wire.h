#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

#include "harness/observe/netlink_socket.h"
#include "harness/target/netns/file_descriptor.h"
#include "harness/target/netns/packet_socket.h"
#include "harness/target/netns/wire.h"

namespace harness::target::netns {

// Our end of the cable, in a network namespace of its own: it has no address and nobody in there
// answers, so no reset comes of what the run does not expect.
class FarEnd {
 public:
  // Opened in the namespace the process is in; it stays there when the process leaves.
  FarEnd();

  int name_space() const { return name_space_.get(); }
  // The cable's other end is plugged in here, under this name.
  void plug_in(const char* device);
  PacketSocket& frames() { return frames_; }
  const PacketSocket& frames() const { return frames_; }

 private:
  FileDescriptor name_space_;
  observe::NetlinkSocket netlink_;
  PacketSocket frames_;
};

// A pair of virtual Ethernet devices: the kernel under test owns one end, with the host's address,
// and frames are written and read at the other. Both know each other's address beforehand, and
// neither has offloads: the kernel cuts segments to size, sums them, and sees what we send as it
// was sent.
class RawWire final : public Wire {
 public:
  RawWire(FarEnd, const Host&);
  ~RawWire() override;

  int fd() const override { return far_.frames().fd(); }
  std::expected<void, std::string_view> write(std::span<const std::byte> datagram) override;
  std::optional<Sent> next() override;
  void caught_up() override { far_.frames().check_none_lost(); }

 private:
  FarEnd far_;
  std::size_t most_;  // Octets of a datagram.
};

}  // namespace harness::target::netns
