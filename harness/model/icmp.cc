#include "harness/model/icmp.h"

#include "harness/wire/icmp.h"

namespace harness::model {
namespace {

// RFC 9293, 3.9.2.2: of IPv4 "Unreachable -- codes 0, 1, 5; Time Exceeded -- codes 0, 1; Parameter
// Problem", of IPv6 "Destination Unreachable -- codes 0, 3 ...; Time Exceeded; Parameter Problem"
// but those of RFC 5461 that some take for hard.
bool soft(const wire::IcmpView& icmp) {
  if (icmp.version() == wire::IpVersion::V4) {
    const bool route = icmp.code() == 0 || icmp.code() == 1 || icmp.code() == 5;
    return (icmp.type() == wire::kIcmpUnreachable && route) ||
           icmp.type() == wire::kIcmpTimeExceeded;
  }
  return (icmp.type() == wire::kIcmpV6Unreachable && icmp.code() == 0) ||
         icmp.type() == wire::kIcmpV6TimeExceeded;
}

bool quenches(const wire::IcmpView& icmp) {
  return icmp.version() == wire::IpVersion::V4 && icmp.type() == wire::kIcmpSourceQuench;
}

// It says nothing that may end this connection, or change its timers for long.
bool hear_gently(Entry& e, const wire::IcmpView& icmp, std::uint32_t record) {
  const bool quench = quenches(icmp);
  if (!quench && !soft(icmp)) return false;
  for (const auto& h : e.frontier.hypotheses()) {
    // RFC 5461, 4.1, knows of stacks that give up an opening connection for a soft error.
    if (!quench && h.phase != Phase::Synchronized && h.phase != Phase::TimeWait) return false;
  }
  const auto quoted = wire::quoted_segment(icmp);
  const bool own = quoted && quoted->connection == e.facts.tuple;
  for (auto& h : e.frontier.hypotheses()) {
    if (!quench) h.evidence = true;  // RFC 6069: the timer may be shorter after one.
    if (!own || h.phase != Phase::Synchronized || h.dropped_rule != 0) continue;
    h.dropped = record;
    h.dropped_rule = static_cast<std::uint8_t>(quench ? Id::SourceQuench : Id::SoftError);
  }
  return true;
}

}  // namespace

bool multicast(const wire::IpAddress& a) {
  return a.version() == wire::IpVersion::V4 ? a.low() >= 0xE000'0000u : a.high() >> 56 == 0xFF;
}

bool for_many(const wire::IpAddress& a) {
  return multicast(a) || (a.version() == wire::IpVersion::V4 && a.low() == 0xFFFF'FFFFu);
}

void ignore_for_many(Entry& e, std::uint32_t record) {
  for (auto& h : e.frontier.hypotheses()) {
    if (h.phase != Phase::Closed || h.offered || h.resets_owed > 0) continue;
    h.dropped = record;
    h.dropped_rule = static_cast<std::uint8_t>(Id::ToMany);
  }
}

void arrive_other_protocol(ConnectionTable& connections, const wire::DatagramView& datagram,
                           std::uint32_t record) {
  const auto icmp = wire::IcmpView::parse(datagram);
  for (std::size_t i = 0; i < connections.size(); ++i) {
    Entry& e = connections[i];
    if (icmp && hear_gently(e, *icmp, record)) continue;
    e.facts.own_timeout = true;
    for (auto& h : e.frontier.hypotheses()) h.evidence = true;
  }
}

}  // namespace harness::model
