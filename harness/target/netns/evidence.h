#pragma once

#include <cstdint>
#include <expected>
#include <set>
#include <string>

#include "harness/clock/clock.h"
#include "harness/event/trace.h"
#include "harness/observe/tracepoints.h"

namespace harness::target::netns {

// Notes in a run's trace what the kernel itself says of it, with its own times:
//
//     the kernel dropped a datagram: TCP_INVALID_SEQUENCE (skb/kfree_skb)
//     the kernel sends a reset: NO_SOCKET (tcp/tcp_send_reset)
//     the kernel's state of A to B: SYN-RECEIVED, ESTABLISHED (sock/inet_sock_set_state)
//
// A and B are endpoints: 192.0.2.1:8080, [2001:db8:1::1]:8080. The tracepoints tell of the whole
// host: noted is what this process brought about, and what became of sockets it made.
class Evidence {
 public:
  // The error is a sentence: what is missing and how to get it.
  static std::expected<Evidence, std::string> watch(const clock::SteadyClock&);

  // Whether watch() can work here. Tried in a child process.
  static std::expected<void, std::string> available();
  // Once and early, in the process from which those that watch are forked: to begin and to end
  // costs the kernel some hundredths of a second.
  static void hold();

  // Notes what came since the last call. `injected`: the process has put a datagram on the wire
  // since, and what was dropped in it was that.
  void note(event::Trace&, bool injected);

 private:
  Evidence(const clock::SteadyClock&, observe::Tracepoints);
  bool ours(const observe::Traced&);
  bool says_more(const observe::Traced& drop) const;
  std::string text(const observe::Traced&) const;

  const clock::SteadyClock* clock_;
  observe::Tracepoints tracepoints_;
  std::uint32_t process_;
  std::set<std::uint64_t> sockets_;  // By the kernel's address of them.
};

}  // namespace harness::target::netns
