#include "harness/matrix/cell.h"

#include <fmt/format.h>

#include <stdexcept>

#include "harness/event/status.h"
#include "harness/matrix/rig.h"
#include "harness/matrix/spelling.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/tcp_of.h"

namespace harness::matrix {

using event::TcpState;
using namespace std::chrono_literals;

namespace {

// The least timeout after which a TCP sends again (RFC 6298, 2.4 wants a second, Linux takes a
// fifth of one), less what a timer's tick may take from it.
constexpr clock::Duration kLeastTimeout = 195ms;

TcpState tcp_state(State state) {
  switch (state) {
    case State::SynReceivedActive:
      return TcpState::SynReceived;
    case State::EstablishedUnacked:
      return TcpState::Established;
    default:
      return *event::state_named(name(state));
  }
}

// RFC 5737 and 3849 keep these networks for documentation: they are nobody's.
target::Host host_for(wire::IpVersion version, base::Rng rng) {
  const bool six = version == wire::IpVersion::V6;
  target::Host host;
  host.local = *wire::IpAddress::parse(six ? "2001:db8:1::1" : "192.0.2.1");
  host.remote = *wire::IpAddress::parse(six ? "2001:db8:2::1" : "198.51.100.1");
  host.remote_prefix = six ? 64 : 24;
  host.rng = rng;
  return host;
}

std::vector<std::string> emitted_since(const event::Trace& trace, std::uint32_t first,
                                       const Numbers& before, const Probe& probe) {
  std::vector<std::string> spelled;
  for (std::uint32_t i = first; i < trace.size(); ++i) {
    const event::Record& record = trace[i];
    if (record.kind != event::Kind::Packet || record.direction != event::Direction::FromTarget) {
      continue;
    }
    const auto datagram = wire::DatagramView::parse(trace.body(record));
    if (!datagram || datagram->protocol() != wire::kProtocolTcp) continue;
    const auto view = wire::tcp_of(*datagram);
    const auto segment = view ? wire::read(*view) : std::unexpected(wire::SegmentError::Short);
    spelled.push_back(
        segment ? spell(*segment, before, number(probe.seq, before), number(probe.ack, before))
                : std::string{"<no TCP header>"});
  }
  return spelled;
}

}  // namespace

Cell play(State state, const Probe& probe, const target::Factory& make, wire::IpVersion version,
          std::uint64_t seed, event::Trace& trace) {
  trace.clear();
  const auto rng = base::Rng{seed}.fork("matrix").fork(name(state)).fork(probe.name);
  const auto host = host_for(version, rng.fork("target"));
  const auto target = make(host);
  auto draws = rng.fork("peer");
  Rig rig{*target, host, static_cast<std::uint32_t>(draws.next()), trace};
  rig.reach(state);
  if (const auto there = rig.state(); there != tcp_state(state)) {
    throw std::runtime_error{
        fmt::format("the target is in {} and not in {}", event::name(there), name(state))};
  }
  const std::uint32_t first = trace.size();
  rig.send(probe);
  const Numbers before = rig.numbers();
  const auto until = target->now() + kWatched;
  rig.watch(until);

  Cell cell{.state = state, .probe = &probe};
  cell.late = rig.in_flight_since() && target->now() - *rig.in_flight_since() > kLeastTimeout;
  cell.emitted = emitted_since(trace, first, before, probe);
  cell.next_state = event::name(rig.state());
  const auto found = rig.look();
  cell.delivered = found.octets;
  cell.application = found.application;
  return cell;
}

}  // namespace harness::matrix
