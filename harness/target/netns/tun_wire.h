#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

#include "harness/target/netns/file_descriptor.h"
#include "harness/target/netns/packet_socket.h"
#include "harness/target/netns/wire.h"

namespace harness::target::netns {

inline constexpr const char* kTunPath = "/dev/net/tun";

// The device `tun0` of this process's network namespace: what is written here arrives at the
// kernel's IP as if from a wire. It has no offloads, so the kernel cuts segments to size and sums
// them itself before they get here. It is gone when this is.
class TunWire final : public Wire {
 public:
  explicit TunWire(const Host&);
  ~TunWire() override;

  int fd() const override { return tap_.fd(); }
  std::expected<void, std::string_view> write(std::span<const std::byte> datagram) override;
  std::optional<Sent> next() override { return tap_.next(); }
  // Throws away what was sent and already seen: the queue must never fill.
  void caught_up() override;

 private:
  FileDescriptor file_;
  PacketSocket tap_{PacketSocket::Sees::Leaving};
};

}  // namespace harness::target::netns
