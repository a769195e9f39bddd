#include <algorithm>

#include "harness/engine/arrival.h"
#include "harness/engine/buffers.h"
#include "harness/engine/lifetime.h"
#include "harness/engine/timers.h"
#include "harness/engine/timestamps.h"
#include "harness/engine/transmit.h"

namespace harness::engine {
namespace {

// Half-open connections and those not accepted yet share the backlog.
bool full(const Host& host, const Socket& listener) {
  const std::uint32_t half_open =
      std::max(1u, std::min(listener.backlog, host.config.half_open_cap));
  return listener.half_open >= half_open || listener.half_open + listener.queued > listener.backlog;
}

}  // namespace

// RFC 9293, 3.10.7.2
void arrive_listen(Step& step, Socket& listener, const Arrival& arrival) {
  if (arrival.flags.rst()) return;
  if (arrival.flags.ack()) {
    if (!step.broken(Defect::ListenAckUnanswered)) emit_reset(step, arrival);
    return;
  }
  if (!arrival.flags.syn()) return;
  if (full(step.host, listener)) return;
  receive_syn(step, listener, arrival, std::nullopt);
}

void receive_syn(Step& step, Socket& listener, const Arrival& arrival,
                 const std::optional<Connection::Interrupted>& interrupted) {
  Connection& c = step.host.open_connection(arrival.tuple, listener.options, Holder::HalfOpen);
  c.listener = step.host.index_of(listener);
  ++listener.half_open;
  c.state = TcpState::SynReceived;
  c.iss = step.host.initial_sequence(step.now, c.tuple);
  // Above all that the old connection used (3.6.1, MAY-2, 1).
  c.interrupted = interrupted;
  if (interrupted && !wire::before(interrupted->snd_nxt, c.iss)) c.iss = interrupted->snd_nxt + 1;
  c.snd_una = c.iss;
  if (!arrival.ip_options.empty()) take_route(step, c, arrival);
  take_syn(step, c, arrival);
  c.rcv_edge = c.rcv_nxt;  // The SYN,ACK opens the window.
  emit_syn(step, c);
  keep_syn_text(step, c, arrival);
  set_send_timer(step, c, true);
}

namespace {

// RFC 7323, 2.2 and 3.2: what both SYNs offer is used.
void take_syn_options(Step& step, Connection& c, const Arrival& arrival) {
  const Config& config = step.host.config;
  c.scaling = config.window_scaling && arrival.window_scale.has_value();
  // 2.3: above 14 means 14.
  c.snd_scale = c.scaling ? std::min<std::uint8_t>(*arrival.window_scale, kMostScale) : 0;
  if (step.broken(Defect::ScaleUnasked)) c.scaling = true;
  if (!c.scaling) c.rcv_scale = 0;
  c.timestamps = config.timestamps && arrival.timestamps.has_value();
  if (!c.timestamps) return;
  c.ts_recent = arrival.timestamps->val;
  c.ts_recent_at = step.now;
  // Eff.snd.MSS is less by the options of every segment (3.7.1).
  c.mss = std::max(c.mss, kTimestampOctets + 1) - kTimestampOctets;
}

}  // namespace

// Eff.snd.MSS is less by the IP options, too (3.7.1).
void use_route(Connection& c, const SourceRoute& before) {
  const auto octets = static_cast<std::uint32_t>(c.route().size());
  c.mss = std::max(c.mss + static_cast<std::uint32_t>(before.size()), octets + 1) - octets;
}

void take_route(const Step& step, Connection& c, const Arrival& arrival) {
  if (c.active || !step.host.config.source_routes) return;
  const SourceRoute back = received_route(arrival.ip_options).back, before = c.route();
  if (back.empty()) return;
  for (std::size_t i = 0; i < back.count; ++i) {
    if (!step.host.valid_peer(wire::IpAddress::v4(back.hops[i]))) return;  // No gateway has it.
  }
  c.received_route = back;
  use_route(c, before);
}

void take_syn(Step& step, Connection& c, const Arrival& arrival) {
  c.irs = arrival.seq;
  c.rcv_nxt = arrival.seq + (step.broken(Defect::SynAckOffByOne) ? 0u : 1u);
  const wire::IpVersion version = c.tuple.local.address.version();
  const Config& config = step.host.config;
  const std::uint16_t absent =
      version == wire::IpVersion::V4 ? config.default_mss_v4 : config.default_mss_v6;
  // Eff.snd.MSS = min(SendMSS+20, MMS_S) - TCPhdrsize - IPoptionsize (3.7.1). A peer that cannot
  // take a single octet did not mean it.
  std::uint16_t announced = arrival.mss.value_or(0) == 0 ? absent : *arrival.mss;
  if (step.broken(Defect::MssDefaultLarge) && !arrival.mss) announced = 1460;
  if (step.broken(Defect::MssIgnored)) announced = 65'535;
  c.mss = std::min(announced, step.host.mss_limit(version));
  if (c.options.max_segment != 0) c.mss = std::min<std::uint32_t>(c.mss, c.options.max_segment);
  use_route(c, {});
  take_syn_options(step, c, arrival);
  c.snd_wnd = c.max_snd_wnd = arrival.window;
  if (step.broken(Defect::ScaleOnSyn)) c.snd_wnd = c.max_snd_wnd = arrival.window << c.snd_scale;
  c.snd_wl1 = arrival.seq;
  c.snd_wl2 = arrival.ack;
}

namespace {

// RFC 6191, 2: does the SYN begin something newer than what the old connection had? Without
// timestamps on either side its sequence number alone must tell (3.6.1, MAY-2).
bool newer(const Connection& old, const Arrival& arrival) {
  const bool above = wire::before(old.rcv_nxt, arrival.seq);
  if (!old.timestamps) return above || arrival.timestamps.has_value();
  if (!arrival.timestamps || arrival.timestamps->val == old.ts_recent) return above;
  return earlier_timestamp(old.ts_recent, arrival.timestamps->val);
}

}  // namespace

bool reopen(Step& step, Connection& old, const Arrival& arrival) {
  const wire::Flags opening = arrival.flags & (wire::kSyn | wire::kAck | wire::kRst | wire::kFin);
  if (opening != wire::kSyn || !step.host.config.time_wait_reopens) return false;
  if (!newer(old, arrival)) return false;
  Socket* const listener = step.host.listener_for(arrival.tuple.local);
  if (listener == nullptr || full(step.host, *listener)) return false;
  const Connection::Interrupted interrupted{
      .snd_nxt = old.snd_nxt, .rcv_nxt = old.rcv_nxt, .until = old.deadline(Timer::Close)};
  finish(step, old, 0);
  receive_syn(step, *listener, arrival, interrupted);
  return true;
}

}  // namespace harness::engine
