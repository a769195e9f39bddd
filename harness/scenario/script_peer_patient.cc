#include <algorithm>
#include <utility>

#include "harness/scenario/script_peer.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"

// A script over a link with faults that it knows nothing of: waiting, sending again, going on.

namespace harness::scenario {

using clock::Instant;

void ScriptPeer::overhear(const event::Trace& trace, std::uint32_t index) {
  if (!patient_) return;
  const auto ip = wire::DatagramView::parse(trace.body(trace[index]));
  if (!ip || ip->protocol() != wire::kProtocolTcp || ip->fragment()) return;
  const auto segment = wire::SegmentView::parse(ip->payload());
  if (!segment || !segment->flags().syn()) return;
  const auto flow = flow_between(segment->destination(), segment->source());
  const bool opens = !segment->flags().ack();
  if (!current_ && opens && segment->destination() == scenario_.options.connect_port) {
    current_ = flow;
  }
  flows_[flow].notice(*segment);
}

// What the step at hand wants should be there by now.
Instant ScriptPeer::overdue() const {
  Instant base = std::max(times_.earliest(), patience_.begun);
  if (times_.latest() != clock::kNever) base = std::max(base, times_.latest() + times_.tolerance());
  if (std::get<PacketStep>(step().what).or_nothing) return base;
  return base + (patience_.sent_again ? kGoOn : kSendAgain);
}

void ScriptPeer::await(const PacketStep& packet, Instant now, event::Trace& trace) {
  if (patience_.compared < arrivals_.size()) {
    patience_.compared = arrivals_.size();
    if (comes_as(packet, now, trace)) return;
    for (const auto& other : packet.others) {
      if (comes_as(other, now, trace)) return;
    }
  }
  if (now < overdue()) return;
  if (packet.or_nothing || patience_.sent_again) return finish_step(now);
  patience_.sent_again = true;
  patience_.again.assign(patience_.since.begin(), patience_.since.end());
}

// Flags, place and length are what is wanted, and as much is acknowledged: faults change the rest.
bool ScriptPeer::is_due(const event::Trace& trace, const Compared& compared) const {
  auto wanted = compared.expectation;
  wanted.earliest = clock::kStart;
  wanted.latest = clock::kNever;
  wanted.segment.window.reset();
  wanted.segment.urgent.reset();
  wanted.segment.options.reset();
  const auto ack = std::exchange(wanted.segment.ack, std::nullopt);
  if (!event::holds(trace, wanted)) return false;
  const auto ip =
      wire::DatagramView::parse(trace.body(wanted.joined.value_or(trace[wanted.met].body)));
  const auto segment = wire::SegmentView::parse(ip->payload());
  return !ack || !segment->flags().ack() || !wire::before(segment->ack(), wire::SeqNum{*ack});
}

// Whether one of the arrivals, or several that make it up, is what is wanted, at whatever time.
bool ScriptPeer::comes_as(const PacketStep& packet, Instant now, event::Trace& trace) {
  const auto flow = flow_of(packet);
  for (std::size_t i = 0; i < arrivals_.size(); ++i) {
    if (arrivals_[i].flow != flow) continue;
    const auto pieces = pieces_for(packet, trace, i);
    if (!pieces.complete) continue;
    auto compared = compare(packet, pieces.records, trace);
    if (!is_due(trace, compared)) continue;
    patience_.since.clear();
    accept(compared, now, trace);
    return true;
  }
  return false;
}

// What the call waits for may have been lost. Later on the script goes on; the answer may come yet.
void ScriptPeer::lose_patience(Asked& asked, Instant now) {
  asked.give_up = clock::kNever;
  if (!asked_ || asked.step != next_) return;
  if (patience_.sent_again) return finish_step(now);
  patience_.sent_again = true;
  patience_.again.assign(patience_.since.begin(), patience_.since.end());
  asked.give_up = now + (kGoOn - kSendAgain);
}

ScriptPeer::Stimulus ScriptPeer::again() {
  const auto body = patience_.again.front();
  patience_.again.pop_front();
  return event::Packet{.direction = event::Direction::ToTarget, .body = body};
}

// RFC 9293, 3.10.7.4: what came already is acknowledged again.
void ScriptPeer::answer_again(const event::Trace& trace, std::uint32_t index) {
  const auto ip = wire::DatagramView::parse(trace.body(trace[index]));
  const auto segment = wire::SegmentView::parse(ip->payload());
  const auto flags = segment->flags();
  const bool wants = flags.syn() || flags.fin() || !segment->payload().empty();
  if (!wants || flags.rst() || !patience_.last || patience_.answers_left == 0) return;
  --patience_.answers_left;
  patience_.again.push_back(*patience_.last);
}

}  // namespace harness::scenario
