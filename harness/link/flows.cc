#include "harness/link/flows.h"

#include <algorithm>

namespace harness::link {
namespace {

constexpr std::size_t kSentMax = 4096;  // Of one direction; the oldest are forgotten.

constexpr std::uint32_t bit(event::TcpState state) { return 1u << static_cast<unsigned>(state); }

}  // namespace

Flows::Flow& Flows::flow(const wire::FourTuple& tuple) {
  if (last_ < flows_.size() && flows_[last_].tuple == tuple) return flows_[last_];
  const auto found = std::ranges::find(flows_, tuple, &Flow::tuple);
  last_ = static_cast<std::size_t>(found - flows_.begin());
  if (found == flows_.end()) flows_.push_back({.tuple = tuple});
  return flows_[last_];
}

std::uint32_t Flows::times_sent(const Way& way, wire::SeqNum number) {
  std::uint32_t times = 0;
  for (const Sent& sent : way.sent) {
    if (wire::in_window(number, sent.first, sent.length)) times += sent.times;
  }
  return times;
}

Flows::Sight Flows::see(event::Direction direction, const wire::DatagramView& ip,
                        const wire::SegmentView& segment) {
  const wire::Endpoint from{ip.source(), segment.source()},
      to{ip.destination(), segment.destination()};
  const bool out = direction == event::Direction::FromTarget;
  Flow& flow = this->flow(out ? wire::FourTuple{from, to} : wire::FourTuple{to, from});
  Way& way = flow.ways[out ? 1 : 0];
  const bool syn = segment.flags().syn(), fin = segment.flags().fin();
  // A target's SYN with another number begins anew. A peer may send any SYN: its first one counts,
  // until the target begins anew.
  if (syn && way.initial != segment.seq() && (out || !way.initial)) {
    if (out && way.initial) flow = {.tuple = flow.tuple, .state = flow.state};
    way = {.initial = segment.seq(), .next = segment.seq(), .sent = {}};
    if (out && segment.flags().ack()) flow.ways[0].initial = segment.ack() - 1;
  }
  Sight sight{.state = flow.state, .been = flow.been};
  sight.length =
      static_cast<std::uint32_t>(segment.payload().size()) + (syn ? 1 : 0) + (fin ? 1 : 0);
  if (way.initial) sight.first = wire::distance(*way.initial, segment.seq());
  if (sight.length == 0) return sight;
  const auto end = segment.seq() + sight.length;
  const bool again = way.next && wire::before(segment.seq(), *way.next);
  if (!way.next || wire::before(*way.next, end)) way.next = end;
  if (again) {
    sight.again = times_sent(way, segment.seq());
    if (fin) sight.fin_again = times_sent(way, end - 1);
    const auto same = std::ranges::find_if(way.sent, [&](const Sent& sent) {
      return sent.first == segment.seq() && sent.length == sight.length;
    });
    if (same != way.sent.end()) {
      ++same->times;
      return sight;
    }
  }
  if (way.sent.size() == kSentMax) {
    way.sent.erase(way.sent.begin(), way.sent.begin() + kSentMax / 2);
  }
  way.sent.push_back({segment.seq(), sight.length, 1});
  return sight;
}

void Flows::know(const wire::FourTuple& tuple, event::TcpState state) {
  Flow& known = flow(tuple);
  known.state = state;
  known.been |= bit(state);
}

bool aimed_at(const Match& match, const Flows::Sight& sight) {
  if (match.seq) {
    if (!sight.first) return false;
    const auto last = *sight.first + std::max(sight.length, 1u) - 1;
    if (*sight.first > match.seq->last || last < match.seq->first) return false;
  }
  if (match.retransmission != 0) {
    const auto again = match.set.fin() ? sight.fin_again : sight.again;
    if (again != match.retransmission) return false;
  }
  if (!match.state) return true;
  const bool been = (sight.been & bit(match.state->state)) != 0;
  switch (match.state->phase) {
    case Phase::Until:
      return !been;
    case Phase::While:
      return sight.state == match.state->state;
    case Phase::Since:
      return been;
  }
  return true;
}

}  // namespace harness::link
