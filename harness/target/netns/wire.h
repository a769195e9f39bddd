#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/clock/instant.h"
#include "harness/target/target.h"

namespace harness::target::netns {

// How datagrams get to the kernel and are seen coming out of it.
enum class WireKind {
  Raw,  // Frames on one end of a veth pair; the kernel under test owns the other.
  Tun,  // A TUN device.
};
std::string_view name(WireKind);  // "raw", "tun", as in --wire.
std::optional<WireKind> wire_named(std::string_view);

// The link between us and the kernel of this process's network namespace. What a call or a datagram
// makes the kernel send is here when that call, or write(), returns.
class Wire {
 public:
  struct Sent {
    clock::Duration wall;               // CLOCK_REALTIME, as the kernel stamped it.
    std::span<const std::byte> octets;  // A datagram, until the next call.
  };

  virtual ~Wire() = default;
  // Of the settings that are to be the same everywhere those that could not be made so.
  std::vector<std::string> unpinned;
  // To be polled for input: something was sent.
  virtual int fd() const = 0;
  // Puts a datagram on the wire. The error is a sentence: why the kernel has not seen it.
  virtual std::expected<void, std::string_view> write(std::span<const std::byte> datagram) = 0;
  // The next in the order of sending; nothing when there is none.
  virtual std::optional<Sent> next() = 0;
  // To be called once next() has nothing more. Throws when some could not be kept for us: a
  // segment sent and not seen would be judged as silence.
  virtual void caught_up() = 0;
};

// Moves this process into a fresh network namespace, pins its settings, and lays this wire to it,
// with the host's addresses and routes.
std::unique_ptr<Wire> lay_wire(WireKind, const Host&);

}  // namespace harness::target::netns
