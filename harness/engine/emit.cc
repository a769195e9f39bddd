#include <algorithm>

#include "harness/engine/transmit.h"
#include "harness/wire/craft.h"

namespace harness::engine {
namespace {

// The window to advertise, which moves its right edge by a worthwhile step or not at all
// (3.8.6.2.2), and never back (SHLD-14).
std::uint16_t advertise(Connection& c) {
  const SeqNum edge = c.rcv_nxt + receive_room(c);
  if (wire::before(c.rcv_edge, edge) &&
      wire::distance(c.rcv_edge, edge) >= std::min(c.options.receive_buffer / 2, c.mss)) {
    c.rcv_edge = edge;
  }
  return static_cast<std::uint16_t>(std::min(c.rcv_wnd(), 65'535u));
}

wire::IpHeader ip_header(Host& host, const Connection& c) {
  return {.source = c.tuple.local.address,
          .destination = c.tuple.remote.address,
          .ttl = c.options.ttl,
          .traffic_class = c.options.traffic_class,
          .identification = host.identification++};
}

void craft(Step& step, const Connection& c, const wire::Segment& segment, std::uint32_t length) {
  const wire::IpHeader ip = ip_header(step.host, c);
  const auto datagram = step.out.datagram(wire::datagram_size(ip, segment, length));
  const auto payload = wire::write_headers(ip, segment, length, datagram);
  if (length > 0) c.send.copy(wire::distance(c.send_base, segment.seq), payload);
  wire::seal(datagram);
}

}  // namespace

void emit(Step& step, Connection& c, SeqNum seq, wire::Flags flags, std::uint32_t length) {
  wire::Segment segment;
  segment.source = c.tuple.local.port;
  segment.destination = c.tuple.remote.port;
  segment.seq = seq;
  segment.flags = flags;
  if (flags.ack()) {
    segment.ack = c.rcv_nxt;
    segment.window = advertise(c);
    c.ack_owed = AckOwed::None;
    c.segments_unacked = 0;
    step.host.clear(c, Timer::DelayedAck);
  } else {
    segment.window = static_cast<std::uint16_t>(receive_room(c));
  }
  if (flags.syn()) {  // MUST-65: on no other.
    const std::uint16_t limit = step.host.mss_limit(c.tuple.local.address.version());
    segment.mss = c.options.max_segment != 0 ? std::min(limit, c.options.max_segment) : limit;
  }
  craft(step, c, segment, length);
}

void emit_syn(Step& step, Connection& c) {
  c.snd_nxt = c.send_base = c.send_point = c.iss + 1;
  // Nobody can tell which of several SYNs an ACK is for (RFC 6298, 3), nor which of SYN and SYN,ACK
  // in a simultaneous open.
  c.timing = !c.syn_lost && c.active == (c.state == TcpState::SynSent);
  c.timed_end = c.snd_nxt;
  c.timed_at = step.now;
  emit(step, c, c.iss, c.state == TcpState::SynReceived ? wire::kSyn | wire::kAck : wire::kSyn);
}

void emit_ack(Step& step, Connection& c) { emit(step, c, c.snd_nxt, wire::kAck); }

void emit_reset(Step& step, Connection& c) {
  wire::Segment segment;
  segment.source = c.tuple.local.port;
  segment.destination = c.tuple.remote.port;
  segment.seq = c.snd_nxt;
  segment.flags = wire::kRst;
  if (step.host.config.reset_carries_ack) {
    segment.flags |= wire::kAck;
    segment.ack = c.rcv_nxt;
  }
  craft(step, c, segment, 0);
}

void emit_reset(Step& step, const Arrival& arrival) {
  wire::Segment segment;
  segment.source = arrival.tuple.local.port;
  segment.destination = arrival.tuple.remote.port;
  segment.flags = wire::kRst;
  if (arrival.flags.ack()) {
    segment.seq = arrival.ack;
  } else {
    segment.flags |= wire::kAck;
    segment.ack = arrival.seq + arrival.length();
  }
  const wire::IpHeader ip{.source = arrival.tuple.local.address,
                          .destination = arrival.tuple.remote.address,
                          .ttl = step.host.config.ttl,
                          .traffic_class = step.host.config.traffic_class,
                          .identification = step.host.identification++};
  const auto datagram = step.out.datagram(wire::datagram_size(ip, segment));
  wire::write(ip, segment, datagram);
}

}  // namespace harness::engine
