#include <algorithm>

#include "harness/base/bytes.h"
#include "harness/engine/buffers.h"
#include "harness/engine/timestamps.h"
#include "harness/engine/transmit.h"
#include "harness/wire/craft.h"

namespace harness::engine {
namespace {

// A SYN offers what we are willing to do; a SYN,ACK answers what the SYN offered.
bool offers_scaling(const Step& step, const Connection& c) {
  return c.state == TcpState::SynSent ? step.host.config.window_scaling : c.scaling;
}
bool offers_timestamps(const Step& step, const Connection& c) {
  return c.state == TcpState::SynSent ? step.host.config.timestamps : c.timestamps;
}

wire::IpHeader ip_header(Host& host, const Connection& c) {
  return {.source = c.tuple.local.address,
          .destination = c.tuple.remote.address,
          .ttl = host.broken(Defect::TtlIgnored) ? host.config.ttl : c.options.ttl,
          .traffic_class = host.broken(Defect::TrafficClassIgnored) ? host.config.traffic_class
                                                                    : c.options.traffic_class,
          .identification = host.identification++};
}

// What is wrong with a whole segment on purpose.
void damage(const Step& step, const Connection& c, const wire::Segment& segment,
            std::span<std::byte> text, std::span<std::byte> datagram) {
  const std::size_t tcp = c.tuple.local.address.version() == wire::IpVersion::V4 ? 20 : 40;
  const auto flip = [&](std::size_t at, int bits) { datagram[tcp + at] ^= std::byte(bits); };
  const auto seal_again = [&] {
    base::store16(datagram.data() + tcp + 16, 0);
    wire::seal(datagram);
  };
  if (text.empty()) return;
  if (step.broken(Defect::ChecksumWrong) && text.size() % 2 == 1) flip(17, 1);
  if (step.broken(Defect::ReservedBitsSent)) {
    flip(12, 4);
    seal_again();
  }
  if (step.broken(Defect::RepeatedTextDamaged) && wire::before(segment.seq, c.snd_nxt)) {
    text[0] ^= std::byte{0xFF};
    seal_again();
  }
}

// RFC 9293, 3.9.2.1: the checksum is over the addresses of both ends, whoever comes between.
void craft_routed(Step& step, const Connection& c, const wire::Segment& segment,
                  std::uint32_t length) {
  const wire::IpHeader ip = ip_header(step.host, c);
  std::vector<std::byte>& plain = step.host.routed;
  plain.resize(wire::datagram_size(ip, segment, length));
  const auto payload = wire::write_headers(ip, segment, length, plain);
  if (length > 0) c.send.copy(wire::distance(c.send_base, segment.seq), payload);
  wire::seal(plain);
  write_routed(c.route(), plain, step.out.datagram(plain.size() + c.route().size()));
}

void craft(Step& step, const Connection& c, const wire::Segment& segment, std::uint32_t length) {
  if (!c.route().empty()) return craft_routed(step, c, segment, length);
  const wire::IpHeader ip = ip_header(step.host, c);
  const auto datagram = step.out.datagram(wire::datagram_size(ip, segment, length));
  const auto payload = wire::write_headers(ip, segment, length, datagram);
  if (length > 0) c.send.copy(wire::distance(c.send_base, segment.seq), payload);
  wire::seal(datagram);
  if (step.host.config.defect != Defect::None) damage(step, c, segment, payload, datagram);
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
    if (step.broken(Defect::AckBeyondReceived) && c.ack_owed == AckOwed::Delayed) {
      segment.ack = c.rcv_nxt + 1;
    }
    segment.window = flags.syn() ? advertise_unscaled(step, c) : advertise(step, c);
    c.last_ack_sent = c.rcv_nxt;
    c.ack_owed = AckOwed::None;
    c.octets_unacked = 0;
    step.host.clear(c, Timer::DelayedAck);
  } else {
    segment.window = static_cast<std::uint16_t>(std::min(receive_room(c), kSynWindow));
  }
  if (flags.syn()) {  // MUST-65: on no other.
    const std::uint16_t limit = step.host.mss_limit(c.tuple.local.address.version());
    segment.mss = c.options.max_segment != 0 ? std::min(limit, c.options.max_segment) : limit;
    if (step.broken(Defect::MssAboveMtu)) segment.mss = static_cast<std::uint16_t>(limit + 100);
    if (offers_scaling(step, c)) segment.window_scale = c.rcv_scale;
  } else if (step.broken(Defect::MssOnText) && length > 0 && length + 4 <= c.mss) {
    segment.mss = step.host.mss_limit(c.tuple.local.address.version());
  }
  if (flags.syn() ? offers_timestamps(step, c) : c.timestamps) {
    segment.timestamps = timestamps_to_send(step, c, flags.ack());
    if (step.broken(Defect::TimestampsForgotten) && length > 0) segment.timestamps.reset();
  }
  if (c.urgent_out && !flags.syn() && wire::before(seq, c.snd_up)) {
    const std::uint32_t ahead =
        wire::distance(seq, c.snd_up) - (step.broken(Defect::UrgentPointerOffByOne) ? 1 : 0);
    segment.flags |= wire::kUrg;
    segment.urgent = static_cast<std::uint16_t>(std::min(ahead, 65'535u));
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

// While the octet of a window probe is out, this lies one beyond the peer's window. SND.UNA would
// be worse: where both took the other's probe, neither would take the other's ACK (appendix A.2).
// The next probe tells what this one cannot.
void emit_ack(Step& step, Connection& c) { emit(step, c, c.snd_nxt, wire::kAck); }

void emit_reset(Step& step, Connection& c) {
  if (step.broken(Defect::AbortSilent)) return;
  wire::Segment segment;
  segment.source = c.tuple.local.port;
  segment.destination = c.tuple.remote.port;
  segment.seq = c.snd_nxt;
  segment.flags = wire::kRst;
  if (step.host.config.reset_carries_ack) {
    segment.flags |= wire::kAck;
    segment.ack = c.rcv_nxt;
  }
  if (c.timestamps) {  // RFC 7323, 3.2: "SHOULD".
    segment.timestamps = timestamps_to_send(step, c, segment.flags.ack());
  }
  craft(step, c, segment, 0);
}

void emit_reset(Step& step, const Arrival& arrival) {
  wire::Segment segment;
  segment.source = arrival.tuple.local.port;
  segment.destination = arrival.tuple.remote.port;
  segment.flags = wire::kRst;
  if (arrival.flags.ack()) {
    segment.seq = step.broken(Defect::ResetSequenceWrong) ? SeqNum{0} : arrival.ack;
  } else {
    const std::uint32_t wrong = step.broken(Defect::ResetAckWrong) && arrival.flags.syn() ? 1 : 0;
    segment.flags |= wire::kAck;
    segment.ack = arrival.seq + (arrival.length() - wrong);
  }
  // RFC 7323, 5.2: "SHOULD".
  if (arrival.timestamps) segment.timestamps = {.val = 0, .ecr = arrival.timestamps->val};
  const wire::IpHeader ip{.source = arrival.tuple.local.address,
                          .destination = arrival.tuple.remote.address,
                          .ttl = step.host.config.ttl,
                          .traffic_class = step.host.config.traffic_class,
                          .identification = step.host.identification++};
  const auto datagram = step.out.datagram(wire::datagram_size(ip, segment));
  wire::write(ip, segment, datagram);
}

}  // namespace harness::engine
