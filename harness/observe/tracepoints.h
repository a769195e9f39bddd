#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "harness/clock/instant.h"
#include "harness/observe/trace_format.h"

namespace harness::observe {

// What of the kernel's own doing can be watched, the events/ of tracefs by the same names.
enum class Tracepoint : std::uint8_t {
  DroppedDatagram,  // skb/kfree_skb, of IP and with a reason.
  SentReset,        // tcp/tcp_send_reset
  ChangedState,     // sock/inet_sock_set_state, of TCP.
};
inline constexpr std::size_t kTracepoints = 3;

// One event. `record` is laid out as format(which) says, until the next call of read().
struct Traced {
  Tracepoint which{};
  clock::Duration monotonic{};  // CLOCK_MONOTONIC.
  std::uint32_t process = 0;    // In which it happened, as who called hold() numbers them.
  std::span<const std::byte> record{};
};

// Watches these tracepoints on every processor, in every namespace; the kernel ends it with the
// process. Nothing is written below tracefs. Of a process that called hold(), and those that are
// forked from it, at most one at a time has such an object.
class Tracepoints {
 public:
  // The error is a sentence: what is missing and how to get it.
  static std::expected<Tracepoints, std::string> open();
  // Watches from now on, for this process and all that are forked from it: to begin and to end
  // costs the kernel some hundredths of a second. Without the right to it: nothing.
  static void hold();
  Tracepoints(Tracepoints&&) noexcept;
  Tracepoints& operator=(Tracepoints&&) noexcept;
  ~Tracepoints();

  const TraceFormat& format(Tracepoint) const;
  // What happened since the last call, in the order of its times. It costs next to nothing when
  // there is nothing.
  const std::vector<Traced>& read();
  // Events that found no room since the last call.
  std::uint64_t lost();

 private:
  struct Ring;
  struct Held;

  static const Held& held();
  Tracepoints();
  void understand(std::uint32_t type, std::span<const std::byte> body);

  std::vector<Ring> rings_;  // One for each processor.
  std::vector<Traced> events_;
  std::vector<std::byte> kept_;
  std::uint64_t lost_ = 0;
};

}  // namespace harness::observe
