#include "harness/target/netns/evidence.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <utility>

#include "harness/event/status.h"
#include "harness/target/netns/child.h"
#include "harness/wire/ip_address.h"

namespace harness::target::netns {
namespace {

using observe::Traced;
using observe::TraceFormat;
using observe::Tracepoint;

// The kernel's numbers are TcpState's, but for this one: a SYN-RECEIVED that is no socket yet.
constexpr std::uint64_t kNewSynReceived = 12;

event::TcpState state_of(std::uint64_t number) {
  return number == kNewSynReceived ? event::TcpState::SynReceived
                                   : static_cast<event::TcpState>(number);
}

std::string endpoint(const TraceFormat& format, const Traced& event, bool local) {
  const bool four = format.number(event.record, "family") == AF_INET;
  const auto field = fmt::format("{}addr{}", local ? 's' : 'd', four ? "" : "_v6");
  const auto octets = format.octets(event.record, field);
  const auto version = four ? wire::IpVersion::V4 : wire::IpVersion::V6;
  if (octets.size() != (four ? 4 : 16)) return "?";
  const auto port = format.number(event.record, local ? "sport" : "dport").value_or(0);
  const auto address = wire::IpAddress::load(octets.data(), version).print();
  return four ? fmt::format("{}:{}", address, port) : fmt::format("[{}]:{}", address, port);
}

// Of this process in the PID namespace of those that watch, which is that of /proc; in its own it
// may be the first.
std::uint32_t host_number() {
  char text[16] = {};
  std::uint32_t number = 0;
  const auto length = ::readlink("/proc/self", text, sizeof text);
  if (length > 0) std::from_chars(text, text + length, number);
  return number;
}

}  // namespace

Evidence::Evidence(const clock::SteadyClock& clock, observe::Tracepoints tracepoints)
    : clock_(&clock), tracepoints_(std::move(tracepoints)), process_(host_number()) {}

std::expected<Evidence, std::string> Evidence::watch(const clock::SteadyClock& clock) {
  auto tracepoints = observe::Tracepoints::open();
  if (!tracepoints) return std::unexpected(tracepoints.error());
  return Evidence{clock, std::move(*tracepoints)};
}

void Evidence::hold() { observe::Tracepoints::hold(); }

std::expected<void, std::string> Evidence::available() {
  const auto why_not = in_child([] {
    const auto opened = observe::Tracepoints::open();
    return opened ? std::string{} : opened.error();
  });
  if (!why_not) return std::unexpected("The attempt to watch tracepoints was killed.");
  if (!why_not->empty()) return std::unexpected(*why_not);
  return {};
}

// The kernel works for others in our process, too, when a packet or a timer of theirs interrupts
// it. A socket whose making we have seen is ours; it is made in calls and by datagrams alone.
bool Evidence::ours(const Traced& event) {
  const auto& format = tracepoints_.format(event.which);
  const auto socket = format.number(event.record, "skaddr").value_or(0);
  const bool here = event.process == process_;
  if (event.which != Tracepoint::ChangedState) return here || sockets_.contains(socket);
  const auto from = state_of(format.number(event.record, "oldstate").value_or(0));
  const auto to = state_of(format.number(event.record, "newstate").value_or(0));
  const bool made = from == event::TcpState::Closed || from == event::TcpState::SynReceived;
  if (!(here && made) && !sockets_.contains(socket)) return false;
  if (to == event::TcpState::Closed) {
    sockets_.erase(socket);  // Its address may be another's next.
  } else {
    sockets_.insert(socket);
  }
  return true;
}

// Not of interest: what the end of a socket takes with it, and what the kernel sends, which our end
// of the wire lets go of once we have seen it.
bool Evidence::says_more(const Traced& drop) const {
  const auto& format = tracepoints_.format(drop.which);
  const auto why = format.word("reason", format.number(drop.record, "reason").value_or(0));
  return why != "QUEUE_PURGE" && why != "OTHERHOST";
}

std::string Evidence::text(const Traced& event) const {
  const auto& format = tracepoints_.format(event.which);
  const auto number = [&](std::string_view field) {
    return format.number(event.record, field).value_or(0);
  };
  switch (event.which) {
    case Tracepoint::DroppedDatagram:
      return fmt::format("the kernel dropped a datagram: {} (skb/kfree_skb)",
                         format.word("reason", number("reason")));
    case Tracepoint::SentReset:
      return fmt::format("the kernel sends a reset: {} (tcp/tcp_send_reset)",
                         format.word("reason", number("reason")));
    case Tracepoint::ChangedState:
      break;
  }
  return fmt::format("the kernel's state of {} to {}: {}, {} (sock/inet_sock_set_state)",
                     endpoint(format, event, true), endpoint(format, event, false),
                     event::name(state_of(number("oldstate"))),
                     event::name(state_of(number("newstate"))));
}

void Evidence::note(event::Trace& trace, bool injected) {
  for (const Traced& event : tracepoints_.read()) {
    if (!ours(event)) continue;
    if (event.which == Tracepoint::DroppedDatagram && !(injected && says_more(event))) continue;
    trace.note(clock_->instant(event.monotonic), text(event));
  }
  if (const auto lost = tracepoints_.lost(); lost > 0) {
    trace.note(clock_->now(), fmt::format("{} events of tracepoints found no room", lost));
  }
}

}  // namespace harness::target::netns
