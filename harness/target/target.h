#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "harness/base/rng.h"
#include "harness/clock/clock.h"
#include "harness/clock/instant.h"
#include "harness/event/call.h"
#include "harness/event/trace.h"
#include "harness/wire/ip_address.h"

namespace harness::target {

// What a scenario may need of a target.
enum class Capability : std::uint8_t {
  VirtualTime,  // Its time jumps: minutes cost nothing.
  Cut,          // Its reaction to a stimulus is there when submit() returns.
  Status,       // It tells the state of a connection.
  Ipv6,
  World,  // Its host's sysctls can be set.
  Shell,  // It runs a script's shell commands.
};
std::string_view name(Capability);  // "virtual-time" ..., as in a scenario's `needs:`.
std::optional<Capability> capability_named(std::string_view);
std::span<const Capability> capabilities();  // All of them.

using Stimulus = std::variant<event::Packet, event::Call>;

// The host a target is to be: what its addresses are, and on which link.
struct Host {
  wire::IpAddress local;   // The target's own.
  wire::IpAddress remote;  // The peer's; it and its prefix are reached through the link.
  std::uint8_t remote_prefix = 24;
  std::uint16_t mtu = 1500;  // Octets.
  // The addresses are of IPv4, and sockets that do not say otherwise of IPv6: they see them as
  // ::ffff:a.b.c.d (RFC 4291, 2.5.5.2).
  bool mapped = false;
  base::Rng rng{0};  // For what the target draws itself, where it can be told.
  // The run's, when several share one; otherwise the target makes its own.
  std::shared_ptr<clock::Clock> clock = nullptr;
};

// A TCP under test: engine in process, engine on TUN, Linux in a namespace, any .so.
class Target {
 public:
  virtual ~Target() = default;
  virtual std::string_view name() const = 0;     // "engine", "linux".
  virtual std::string_view version() const = 0;  // "0.1.0", "6.1.0": deviations are listed by it.
  virtual bool can(Capability) const = 0;
  // Whether a World call with this text ("net.ipv4.tcp_syncookies=0") can have its effect here.
  virtual bool understands(std::string_view sysctl) const = 0;
  virtual clock::Instant now() const = 0;
  // Spans and octets of a stimulus are the caller's; what the target keeps of it is in the trace.
  // Records the stimulus, with the times before and after, and hands it over. What the target
  // answers at once may be recorded too.
  virtual void submit(const Stimulus&, event::Trace&) = 0;
  // Records all that came since, each with its own time, and lets timers that are due fire.
  virtual void collect(event::Trace&) = 0;
  // When the target next wants collect(); nothing when it wants nothing or cannot tell.
  virtual std::optional<clock::Instant> next_deadline() const = 0;
  // Virtual: jumps there. Kernel: waits; returns early when something came or a signal did.
  virtual clock::Instant wait(clock::Instant until) = 0;
  // The run is over: records what is known only now.
  virtual void conclude(event::Trace&) {}
  // Asked at the end of a run: a sentence that says why its record cannot be relied upon. Nothing:
  // it can.
  virtual std::optional<std::string> doubt() { return std::nullopt; }
};

using Factory = std::function<std::unique_ptr<Target>(const Host&)>;

}  // namespace harness::target
