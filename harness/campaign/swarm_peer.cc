#include "harness/campaign/swarm_peer.h"

#include <algorithm>
#include <utility>

#include "harness/campaign/spice.h"
#include "harness/campaign/swarm_icmp.h"
#include "harness/wire/checksum.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/tcp_of.h"

namespace harness::campaign {

using clock::Instant;
using wire::kAck;
using wire::kFin;
using wire::kPsh;
using wire::kRst;
using wire::kSyn;

namespace {

constexpr wire::Port kPeerPort = 40'000, kRemotePort = 9000;

// Half of them wrap early, so that every comparison is tried on both sides of the wrap.
std::uint32_t draw_isn(base::Rng& rng) {
  switch (rng.below(4)) {
    case 0:
      return 0u - static_cast<std::uint32_t>(rng.below(200));
    case 1:
      return 0x8000'0000u - static_cast<std::uint32_t>(rng.below(200));
    default:
      return static_cast<std::uint32_t>(rng.next());
  }
}

Offer draw_offer(base::Rng& rng) {
  constexpr std::array<std::uint16_t, 6> kSizes = {1460, 1460, 536, 1000, 100, 9000};
  Offer offer;
  if (rng.chance({1, 24})) return {.mss = 536, .behind_end = true};
  if (!rng.chance({1, 8})) offer.mss = kSizes[rng.below(kSizes.size())];
  if (rng.chance({2, 5})) offer.shift = static_cast<std::uint8_t>(rng.below(15));
  offer.timestamps = rng.chance({2, 5});
  offer.sack = rng.chance({2, 5});
  return offer;
}

std::uint32_t draw_window(base::Rng& rng) {
  constexpr std::array<std::uint32_t, 6> kOctets = {65'535, 65'535, 65'535, 5000, 1000, 200};
  return kOctets[rng.below(kOctets.size())];
}

}  // namespace

void SwarmPeer::begin(const SwarmPlan& plan, const target::Host& host, base::Rng rng) {
  plan_ = &plan;
  host_ = host;
  rng_ = rng;
  next_at_ = clock::kStart;
  steps_left_ = plan.steps;
  for (std::size_t i = 0; i < plan.strands; ++i) {
    Strand& s = strands_[i] = Strand{};
    const auto n = static_cast<wire::Port>(i);
    s.active = (plan.active >> i & 1) != 0;
    s.peer_port = static_cast<wire::Port>((s.active ? kRemotePort : kPeerPort) + n);
    s.target_port = s.active ? wire::Port{0} : kTargetPort;
    s.isn = draw_isn(rng_);
    s.offer = draw_offer(rng_);
    s.window = draw_window(rng_);
    s.stamp_base = draw_isn(rng_);
  }
  listener_ = -1;
  listener_set_up_ = 0;
  listening_ = accepting_ = false;
  numbered_ = !plan.first_isn;
  next_call_ = 1;
  states_ = 0;
  asked_.clear();
}

void SwarmPeer::see(const event::Trace& trace, std::uint32_t index) {
  const event::Record& record = trace[index];
  if (record.kind == event::Kind::Reply) {
    const auto found = std::ranges::find(asked_, record.id, &Asked::id);
    if (found == asked_.end()) return;
    const Asked asked = *found;
    *found = asked_.back();
    asked_.pop_back();
    return answered(trace, trace.reply(record), asked);
  }
  const auto ip = wire::DatagramView::parse(trace.body(record));
  const auto tcp = ip ? wire::tcp_of(*ip) : std::nullopt;
  if (!tcp) return;
  const auto segment = wire::read(*tcp);
  if (!segment) return;
  for (Strand& s : strands()) {
    if (s.peer_port != segment->destination) continue;
    if (s.target_port != segment->source && s.target_port != 0) continue;
    // What the link has spoilt a peer does not take.
    if (!wire::tcp_checksum_ok(*ip)) return;
    s.target_port = segment->source;
    s.see(*segment);
  }
}

std::optional<target::Stimulus> SwarmPeer::act(Instant now, event::Trace& trace) {
  now_ = now;
  trace_ = &trace;
  if (!numbered_) return set_first_isn();
  while (steps_left_ > 0 && now >= next_at_) {
    --steps_left_;
    next_at_ = now + draw_pause(rng_, taste_, *plan_);
    if (auto stimulus = step(now, trace)) return stimulus;
  }
  return std::nullopt;
}

std::optional<Instant> SwarmPeer::next_deadline() const {
  return steps_left_ > 0 ? std::optional{next_at_} : std::nullopt;
}

SwarmPeer::Stimulus SwarmPeer::step(Instant, event::Trace&) {
  Strand& s = strands_[rng_.below(plan_->strands)];
  if (rng_.chance(plan_->spice) && s.target_port != 0) {
    if (s.theirs && rng_.chance({1, 12})) {
      return event::Packet{.direction = event::Direction::ToTarget,
                           .body = draw_icmp(rng_, s, host_, *trace_)};
    }
    bool sent = false;
    const Draft draft = draw_spice(rng_, s, sent);
    return segment(s, draft, sent);
  }
  return sensible(s);
}

SwarmPeer::Stimulus SwarmPeer::sensible(Strand& s) {
  if (s.active ? s.set_up < 4 : !listening_) {
    return s.active ? set_up_socket(s) : set_up_listener();
  }
  if (s.reset || s.failed) return afterwards(s);
  if (!s.open() || s.nxt == 0 || s.acked == 0) return opening(s);
  if (s.spell != Spell::None) return go_on(s);
  if (steps_left_ < plan_->closing) return close_down(s);
  return talk(s);
}

SwarmPeer::Stimulus SwarmPeer::opening(Strand& s) {
  if (s.active && !s.theirs) return wait();
  if (s.active && s.nxt == 0 && rng_.chance({1, 20})) return rest(5, 40);
  if (s.nxt == 0) {
    if (!s.active) return send_syn(s);
    // RFC 9293, 3.5: answered, crossed, or refused.
    const auto draw = rng_.below(20);
    if (draw == 0) return segment(s, plain(s, kRst | kAck), false);
    return segment(s, plain(s, draw < 4 ? kSyn : kSyn | kAck));
  }
  if (!s.theirs || s.una == 0) {
    if (rng_.chance({1, 2})) return wait();
    Draft draft = plain(s, s.theirs ? kSyn | kAck : kSyn);
    draft.seq = 0;
    return segment(s, draft);
  }
  if (rng_.chance({1, 6})) return send_data(s);
  return send_ack(s);
}

SwarmPeer::Stimulus SwarmPeer::talk(Strand& s) {
  if (s.fd < 0 && rng_.chance({1, 2})) {
    if (auto call = accept(s)) return call;
  }
  if (s.fd >= 0 && !s.closed && !taste_.real_time && rng_.chance({1, 60})) {
    begin_spell(s);
    return go_on(s);
  }
  // What a TCP does by itself comes before what its user wants.
  if (s.rcv != s.acked && rng_.chance({1, 2})) return send_ack(s);
  if (s.una != s.nxt && rng_.chance({1, 8})) return send_again(s);
  for (int tries = 0; tries < 4; ++tries) {
    Stimulus made;
    const auto draw = rng_.below(32);
    if (draw < 9) {
      made = send_data(s);
    } else if (draw < 17) {
      made = write(s);
    } else if (draw < 24) {
      made = read(s);
    } else if (draw < 26) {
      made = send_ack(s);
    } else if (draw < 27) {
      made = s.fd >= 0 && !s.closed ? set_option(index_of(s), s.fd) : Stimulus{};
    } else if (draw < 29) {
      made = status(s);
    } else if (draw < 30) {
      made = rng_.chance({1, 2}) ? send_fin(s) : shut_down(s);
    } else if (draw < 31) {
      s.window = draw_window(rng_);
      made = send_ack(s);
    } else {
      return wait();
    }
    if (made) return made;
  }
  return send_ack(s);
}

SwarmPeer::Stimulus SwarmPeer::close_down(Strand& s) {
  if (s.fd < 0 && !s.closed) {
    if (auto call = accept(s)) return call;
  }
  if (s.rcv != s.acked && rng_.chance({3, 4})) return send_ack(s);
  const bool over = s.their_fin && s.fin && s.una == s.nxt;
  if (over && rng_.chance({1, 6})) return rest(25, 70);  // Longer than TIME-WAIT, or not.
  for (int tries = 0; tries < 4; ++tries) {
    Stimulus made;
    switch (rng_.below(8)) {
      case 0:
      case 1:
        made = close(s);
        break;
      case 2:
        made = shut_down(s);
        break;
      case 3:
      case 4:
        made = send_fin(s);
        break;
      case 5:
        made = read(s);
        break;
      case 6:
        made = status(s);
        break;
      default:
        made = s.una != s.nxt ? send_again(s) : Stimulus{};
        break;
    }
    if (made) return made;
  }
  if (over && rng_.chance({1, 3})) return afterwards(s);
  return rng_.chance({1, 3}) ? send_ack(s) : wait();
}

// The connection is over, one way or another.
SwarmPeer::Stimulus SwarmPeer::afterwards(Strand& s) {
  switch (rng_.below(6)) {
    case 0:
      if (auto made = read(s)) return made;
      break;
    case 1:
      if (auto made = write(s)) return made;
      break;
    case 2:
      if (auto made = close(s)) return made;
      break;
    case 3:
      return status(s);
    case 4:
      if (s.active) return send_again(s);
      // The same name again, with a number beyond the old ones or not.
      s.begin_again(rng_.chance({3, 4}) ? s.isn + s.high + 1 + static_cast<Place>(rng_.below(1000))
                                        : draw_isn(rng_));
      s.fd = -1;
      s.closed = s.write_shut = s.end_seen = s.failed = s.reading = s.writing = false;
      s.spell = Spell::None;
      s.written = 0;
      return send_syn(s);
    default:
      break;
  }
  return rng_.chance({1, 2}) ? send_again(s) : wait();
}

SwarmPeer::Stimulus SwarmPeer::segment(Strand& s, const Draft& wanted, bool sent) {
  Draft draft = wanted;
  draft.length = fitting(wanted, s, host_);
  if (sent) {
    s.sent(draft.seq, draft.end());
    if (draft.flags.fin()) s.fin = draft.seq + draft.length;
    if (draft.flags.ack()) s.acked = draft.ack;
  }
  const auto body = lay(draft, s, host_, now_, *trace_);
  return event::Packet{.direction = event::Direction::ToTarget, .body = body};
}

SwarmPeer::Stimulus SwarmPeer::send_syn(Strand& s) { return segment(s, plain(s, kSyn)); }

SwarmPeer::Stimulus SwarmPeer::send_data(Strand& s) {
  const Place limit = s.fin && precedes(s.nxt, *s.fin) ? *s.fin : s.edge;
  if (!precedes(s.nxt, limit) || (s.fin && !precedes(s.nxt, *s.fin))) return std::nullopt;
  const std::uint32_t room = std::min(limit - s.nxt, std::uint32_t{s.their_mss});
  Draft draft = plain(s, rng_.chance({1, 2}) ? kAck | kPsh : kAck);
  const std::uint32_t most = rng_.chance({1, 5}) ? room : std::min(room, 80u);
  draft.length = rng_.chance({1, 6}) ? most : 1 + static_cast<std::uint32_t>(rng_.below(most));
  return segment(s, draft);
}

SwarmPeer::Stimulus SwarmPeer::send_fin(Strand& s) {
  if (s.fin) return s.una != s.nxt ? send_again(s) : Stimulus{};
  Draft draft = plain(s, kFin | kAck);
  // Its text fills the window, and it stands behind that.
  const std::uint32_t room = s.edge - s.nxt;
  if (precedes(s.nxt, s.edge) && room <= s.their_mss && rng_.chance({1, 2})) draft.length = room;
  return segment(s, draft);
}

SwarmPeer::Stimulus SwarmPeer::send_ack(Strand& s) {
  Draft draft = plain(s, kAck);
  // Not always all of it.
  if (s.rcv - s.acked > 1 && rng_.chance({1, 5})) {
    draft.ack = s.acked + 1 + static_cast<Place>(rng_.below(s.rcv - s.acked));
  }
  return segment(s, draft);
}

SwarmPeer::Stimulus SwarmPeer::send_again(Strand& s) {
  Draft draft = plain(s, kAck);
  if (s.una != s.nxt) {
    draft.seq = s.una;
    const Place end = s.fin && precedes(*s.fin, s.nxt) ? *s.fin : s.nxt;
    draft.length = std::min(end - s.una, std::uint32_t{s.their_mss});
    if (s.una == 0) return segment(s, draft);  // The SYN is opening()'s to repeat.
    if (s.fin && draft.seq + draft.length == *s.fin) draft.flags |= kFin;
  } else if (s.fin && s.nxt == *s.fin + 1) {
    draft.seq = *s.fin;
    draft.flags |= kFin;
  }
  return segment(s, draft);
}

// So many seconds; where time costs, as any other.
SwarmPeer::Stimulus SwarmPeer::rest(std::uint32_t least, std::uint32_t most) {
  if (taste_.real_time) return wait();
  const std::chrono::milliseconds long_one{1000 * least + rng_.below(1000 * (most - least))};
  next_at_ = std::max(next_at_, now_ + long_one);
  return std::nullopt;
}

// At least so long that something can happen.
SwarmPeer::Stimulus SwarmPeer::wait() {
  const auto least =
      taste_.real_time ? std::chrono::microseconds{300} : std::chrono::microseconds{20'000};
  next_at_ = std::max(next_at_, now_ + least);
  return std::nullopt;
}

}  // namespace harness::campaign
