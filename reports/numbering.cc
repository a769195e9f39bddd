#include "reports/numbering.h"

#include "harness/event/expectation.h"
#include "harness/wire/icmp.h"

namespace reports {

using harness::event::Direction;
using harness::event::Kind;

Numbering::Numbering(const harness::event::Trace& trace) : bases_(trace.size()) {
  for (const auto& record : trace.records()) {
    const bool packet = record.kind == Kind::Packet || record.kind == Kind::PeerPacket;
    if (packet && record.id < bases_.size() && !bases_[record.id]) meet(trace, record);
  }
  // What a script compared, it has numbered; findings speak in these numbers.
  for (const auto& record : trace.records()) {
    if (record.kind != Kind::Expectation || record.cause >= trace.size()) continue;
    const auto wanted = harness::event::expectation(trace, record);
    const auto id = trace[record.cause].id;
    if (wanted.what == harness::event::Expected::Packet && id < bases_.size()) {
      bases_[id] = wanted.base;
    }
  }
}

void Numbering::meet(const harness::event::Trace& trace, const harness::event::Record& record) {
  const auto ip = harness::wire::DatagramView::parse(trace.body(record));
  if (!ip || ip->fragment()) return;
  if (const auto icmp = harness::wire::IcmpView::parse(*ip)) {
    // What it quotes is the target's own, and counts from where acknowledgments do.
    const auto quoted = harness::wire::quoted_segment(*icmp);
    if (!quoted || record.direction != Direction::ToTarget) return;
    const auto& [local, remote] = quoted->connection;
    const auto flow = flows_.find({remote.port, local.port});
    if (flow != flows_.end())
      bases_[record.id] = {.seq = 0, .ack = flow->second.target.value_or(0)};
    return;
  }
  if (ip->protocol() != harness::wire::kProtocolTcp) return;
  const auto segment = harness::wire::SegmentView::parse(ip->payload());
  if (!segment) return;
  const bool from_peer = record.direction == Direction::ToTarget, syn = segment->flags().syn();
  const auto source = segment->source(), destination = segment->destination();
  Flow& flow = flows_[from_peer ? std::pair{source, destination} : std::pair{destination, source}];
  const auto seq = segment->seq().raw();
  if (from_peer) {
    if (syn && !flow.peer) flow.peer = seq;
    if (syn && seq != *flow.peer) flow.other_peer = seq;
    const auto target = flow.target.value_or(0);
    bases_[record.id] = {.seq = syn ? 0 : flow.peer.value_or(0), .ack = target};
    return;
  }
  if (syn) {
    const bool answers_other =
        flow.other_peer && segment->flags().ack() && segment->ack().raw() == *flow.other_peer + 1;
    if (answers_other) flow.peer = flow.other_peer, flow.other_peer.reset();
    // A SYN sent again must keep its number: that it did not is to be seen.
    if (!flow.target || answers_other) flow.target = seq;
  }
  bases_[record.id] = {.seq = flow.target.value_or(0), .ack = syn ? 0 : flow.peer.value_or(0)};
}

harness::wire::PrintBase Numbering::of(const harness::event::Record& packet) const {
  if (packet.id >= bases_.size()) return {};
  return bases_[packet.id].value_or(harness::wire::PrintBase{});
}

}  // namespace reports
