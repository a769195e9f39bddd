#include "harness/scenario/script_peer.h"

#include <algorithm>
#include <utility>

#include "harness/scenario/icmp.h"
#include "harness/scenario/join.h"
#include "harness/wire/checksum.h"
#include "harness/wire/craft.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/tcp_of.h"

namespace harness::scenario {

using clock::Instant;
using event::Direction;
using event::Expectation;
using event::Expected;

namespace {

constexpr wire::Port kFirstPeerPort = 40000;
constexpr std::uint8_t kPeerTtl = 255;

bool sends(const Step& step) {
  const auto* packet = std::get_if<PacketStep>(&step.what);
  return packet != nullptr && packet->direction == Direction::ToTarget;
}

bool expects(const Step& step) {
  const auto* packet = std::get_if<PacketStep>(&step.what);
  return packet != nullptr && packet->direction == Direction::FromTarget;
}

std::size_t payload_size(const event::Trace& trace, std::uint32_t record) {
  return wire::tcp_of(trace.body(trace[record])).value().tcp.payload().size();
}

// RFC 1112, 4; RFC 919, 7; RFC 4291, 2.7.1.
wire::IpAddress address_of(Group group, wire::IpVersion version) {
  if (version == wire::IpVersion::V6) return wire::IpAddress::v6(0xFF02'0000'0000'0000, 1);
  return wire::IpAddress::v4(group == Group::Broadcast ? 0xFFFF'FFFF : 0xE000'0001);
}

// The datagram that an ICMP error is about: as it reached the peer or, when it has not, as it would
// have been.
base::Bytes datagram_about(const PacketStep& step, const Flow& flow, const target::Host& host,
                           const event::Trace& trace) {
  const auto seq = flow.quoted(step);
  for (auto i = trace.size(); i-- > 0;) {
    const auto& record = trace[i];
    if (record.kind != event::Kind::PeerPacket || record.direction != Direction::FromTarget) {
      continue;
    }
    const auto octets = trace.body(record);
    const auto seen = wire::tcp_of(octets);
    if (!seen || seen->tcp.source() != flow.target_port() ||
        seen->tcp.destination() != flow.peer_port()) {
      continue;
    }
    if (step.icmp->about_latest ||
        (seen->tcp.seq() == seq && seen->tcp.payload().size() == step.length)) {
      return {octets.begin(), octets.end()};
    }
  }
  const base::Bytes text(step.length);
  return wire::craft({}, {.source = host.local, .destination = host.remote},
                     {.source = flow.target_port(),
                      .destination = flow.peer_port(),
                      .seq = seq,
                      .flags = wire::kAck,
                      .payload = text});
}

}  // namespace

ScriptPeer::ScriptPeer(const Scenario& scenario, const target::Host& host, Instant limit)
    : scenario_(scenario), host_(host), limit_(limit), times_(scenario.options) {}

void ScriptPeer::see(const event::Trace& trace, std::uint32_t index) {
  const event::Record& record = trace[index];
  if (record.kind == event::Kind::Reply) {
    if (const auto call = calls_.find(record.id); call != calls_.end()) {
      call->second.reply = index;
    }
    return;
  }
  const auto seen = wire::tcp_of(trace.body(record));
  // What the link has spoilt a peer does not take. What the target has, the oracle sees.
  if (!seen || !seen->tcp.data_offset_ok() || !seen->checksum_ok()) return;
  const auto& segment = seen->tcp;
  const auto flow = flow_between(segment.destination(), segment.source());
  // An active open: the target has chosen its port.
  const bool opens = segment.flags().syn() && !segment.flags().ack();
  if (!current_ && opens && segment.destination() == scenario_.options.connect_port) {
    current_ = flow;
  }
  flows_[flow].notice(segment);
  if (patient_ && finished_) return answer_again(trace, index);
  arrivals_.push_back({index, flow});
}

std::optional<target::Stimulus> ScriptPeer::act(Instant now, event::Trace& trace) {
  if (!times_.started()) times_.start(now);
  settle_calls(now, trace);
  if (!patience_.again.empty()) return again();
  while (!finished_ && !missed_ && next_ < scenario_.steps.size()) {
    if (patient_ && !times_.scheduled()) patience_.begun = now;
    times_.schedule(step().when, sends(step()));
    if (now < times_.earliest() && !expects(step())) return std::nullopt;
    const auto at_hand = next_;
    auto stimulus =
        std::visit([&](const auto& what) { return play(what, now, trace); }, step().what);
    if (stimulus) return stimulus;
    if (!patience_.again.empty()) return again();
    if (next_ == at_hand) break;
  }
  const bool answered = patient_ || calls_.empty();
  if (!open_ && next_ == scenario_.steps.size() && answered) finished_ = true;
  if (finished_) leftovers(now, trace);
  return std::nullopt;
}

std::optional<Instant> ScriptPeer::next_deadline() const {
  if (!patience_.again.empty()) return clock::kStart;
  if (finished_) return std::nullopt;
  if (!times_.started()) return clock::kStart;
  Instant due = clock::kNever;
  for (const auto& [id, asked] : calls_) due = std::min(due, asked.give_up);
  if (!missed_ && next_ < scenario_.steps.size() && times_.scheduled() && !asked_) {
    if (expects(step())) {
      due = std::min(due, !patient_ ? give_up() : overdue());
    } else if (const auto* silence = std::get_if<SilenceStep>(&step().what)) {
      due = std::min(due, times_.earliest() + silence->lasts);
    } else {
      due = std::min(due, times_.earliest());
    }
  }
  return due;
}

Instant ScriptPeer::give_up() const {
  // Just before the run ends, so that what was missing is on record.
  const Instant last = limit_ - std::chrono::microseconds{1};
  if (times_.latest() == clock::kNever) return last;
  const auto& packet = std::get<PacketStep>(step().what);
  return std::min(
      times_.latest() + times_.tolerance() + (packet.or_nothing ? clock::Duration{} : kGrace),
      last);
}

void ScriptPeer::finish_step(Instant at) {
  times_.finish(at);
  patience_.compared = 0;
  patience_.sent_again = false;
  ++next_;
  asked_ = false;
  command_ = 0;
}

Expectation ScriptPeer::wanted(Expected what, std::size_t index) const {
  const Step& step = scenario_.steps[index];
  return {.what = what,
          .place = step.place,
          .text = step.text,
          .earliest = times_.earliest(),
          .latest = times_.latest(),
          .tolerance = times_.tolerance()};
}

// The script goes on only while it gets what it wants.
void ScriptPeer::record(const Expectation& expectation, Instant now, event::Trace& trace) {
  if (patient_) return;
  event::append(trace, now, expectation);
  if (!event::holds(trace, expectation)) (open_ ? missed_ : finished_) = true;
}

ScriptPeer::Stimulus ScriptPeer::play(const PacketStep& packet, Instant now, event::Trace& trace) {
  if (packet.direction == Direction::ToTarget) return send(packet, now, trace);
  patient_ ? await(packet, now, trace) : expect(packet, now, trace);
  return std::nullopt;
}

ScriptPeer::Stimulus ScriptPeer::send(const PacketStep& packet, Instant now, event::Trace& trace) {
  note_lateness(now, trace);
  auto flow = flow_of(packet);
  if (!flow) {
    flow = current_ = flow_between(static_cast<wire::Port>(kFirstPeerPort + flows_.size()),
                                   scenario_.options.bind_port);
  }
  const auto to = packet.to ? address_of(*packet.to, host_.local.version()) : host_.local;
  const wire::IpHeader ip{.source = host_.remote, .destination = to, .ttl = kPeerTtl};
  const auto body = trace.keep(
      packet.icmp ? craft_icmp(packet, ip, datagram_about(packet, flows_[*flow], host_, trace))
                  : wire::craft(flows_[*flow].to_send(packet), ip, {}));
  if (patient_) {
    patience_.since.push_back(body);
    patience_.last = body;
  } else if (auto on_time = in_time(now)) {
    sendings_.push_back({body.offset, now, std::move(*on_time)});
  }
  finish_step(now);
  return event::Packet{.direction = Direction::ToTarget, .body = body};
}

// The segments that `packet` is to be compared with: one, or as many as make up its length.
ScriptPeer::Pieces ScriptPeer::pieces_for(const PacketStep& packet, const event::Trace& trace,
                                          std::size_t first) {
  const auto flow = flow_of(packet);
  Pieces pieces;
  std::size_t octets = 0;
  for (std::size_t i = first; i < arrivals_.size(); ++i) {
    const Arrival& arrival = arrivals_[i];
    if (arrival.flow != flow) continue;
    if (!pieces.records.empty() && !continues(trace, pieces.records.back(), arrival.record)) {
      pieces.complete = true;
      break;
    }
    pieces.records.push_back(arrival.record);
    const auto size = payload_size(trace, arrival.record);
    octets += size;
    pieces.complete = octets >= packet.length || size == 0 || scenario_.options.strict_segments;
    if (pieces.complete) break;
  }
  return pieces;
}

void ScriptPeer::expect(const PacketStep& packet, Instant now, event::Trace& trace) {
  const bool late = now >= give_up();
  std::optional<Compared> first;
  bool waiting = false;
  for (std::size_t i = 0; i <= packet.others.size(); ++i) {
    const PacketStep& answer = i == 0 ? packet : packet.others[i - 1];
    const auto pieces = pieces_for(answer, trace);
    if (pieces.records.empty() || (!pieces.complete && !late)) {
      waiting = true;
      continue;
    }
    auto compared = compare(answer, pieces.records, trace);
    if (event::holds(trace, compared.expectation)) return accept(compared, now, trace);
    if (!first) first = std::move(compared);
  }
  if (packet.or_nothing && (late || (first && !waiting))) {
    finish_step(
        late ? now : times_.end_of_last());  // Nothing came in its time, or it is for a later line.
  } else if (first && (late || !waiting)) {
    accept(*first, now, trace);
  } else if (late) {
    record(wanted(Expected::Packet, next_), now, trace);
  }
}

ScriptPeer::Compared ScriptPeer::compare(const PacketStep& packet,
                                         std::span<const std::uint32_t> records,
                                         event::Trace& trace) {
  const auto index = *flow_of(packet);
  Compared compared{.expectation = wanted(Expected::Packet, next_),
                    .records = {records.begin(), records.end()},
                    .flow_index = index,
                    .flow = flows_[index]};
  auto& expectation = compared.expectation;
  expectation.met = records.back();
  if (records.size() > 1) expectation.joined = join(trace, records);
  const auto body = expectation.joined.value_or(trace[expectation.met].body);
  const auto seen = wire::tcp_of(trace.body(body)).value();
  expectation.segment = compared.flow.to_expect(packet, seen.tcp);
  expectation.base = compared.flow.base(packet.flags);
  return compared;
}

// What was compared is accounted for, whether it is what was wanted or not.
void ScriptPeer::accept(const Compared& compared, Instant now, event::Trace& trace) {
  flows_[compared.flow_index] = compared.flow;
  std::erase_if(arrivals_, [&](const Arrival& arrival) {
    return std::ranges::find(compared.records, arrival.record) != compared.records.end();
  });
  record(compared.expectation, now, trace);
  finish_step(trace[compared.expectation.met].at);
}

ScriptPeer::Stimulus ScriptPeer::play(const SilenceStep& silence, Instant now,
                                      event::Trace& trace) {
  auto expectation = wanted(Expected::Silence, next_);
  expectation.latest = times_.earliest() + silence.lasts;
  // If we look too late, something may have come since: that is for the lines behind.
  const auto broken = std::ranges::find_if(arrivals_, [&](const Arrival& arrival) {
    return trace[arrival.record].at <= expectation.latest;
  });
  if (!patient_ && broken != arrivals_.end()) {
    expectation.met = broken->record;
    const auto seen = wire::tcp_of(trace.body(trace[expectation.met])).value();
    expectation.base = flows_[broken->flow].base(seen.tcp.flags());
    arrivals_.erase(broken);
    record(expectation, now, trace);
  } else if (now >= expectation.latest) {
    record(expectation, now, trace);
    finish_step(expectation.latest);
  }
  return std::nullopt;
}

void ScriptPeer::finish(Instant now, event::EndReason reason, event::Trace& trace) {
  if (patient_) return;
  if (!finished_ && reason != event::EndReason::Interrupted) {
    // Cut short: what was waited for has not come.
    for (const auto& [id, asked] : std::exchange(calls_, {})) settle_call(asked, now, trace);
    if (!finished_ && next_ < scenario_.steps.size() && times_.scheduled() && expects(step())) {
      record(wanted(Expected::Packet, next_), now, trace);
    }
    finished_ = true;
  }
  leftovers(now, trace);
}

void ScriptPeer::go_on(Instant now) {
  if (times_.started()) times_.rest(now);
  next_ = scenario_.steps.size();
  asked_ = missed_ = false;
  command_ = 0;
}

std::vector<std::uint32_t> ScriptPeer::take_arrivals() {
  std::vector<std::uint32_t> records;
  for (const Arrival& arrival : arrivals_) records.push_back(arrival.record);
  arrivals_.clear();
  return records;
}

// What no line of the script has accounted for. One that expects no segment at all leaves all of
// them to the model.
void ScriptPeer::leftovers(Instant now, event::Trace& trace) {
  if (patient_ || std::ranges::none_of(scenario_.steps, expects)) return arrivals_.clear();
  for (; !arrivals_.empty(); arrivals_.pop_front()) {
    const Arrival& arrival = arrivals_.front();
    Expectation expectation{.what = Expected::Nothing, .met = arrival.record};
    const auto ip = wire::DatagramView::parse(trace.body(trace[arrival.record]));
    const auto segment = wire::SegmentView::parse(ip->payload());
    expectation.base = flows_[arrival.flow].base(segment->flags());
    if (!scenario_.steps.empty()) expectation.place = scenario_.steps.back().place;
    event::append(trace, now, expectation);
  }
}

std::optional<std::size_t> ScriptPeer::flow_of(const PacketStep& packet) {
  if (!packet.source) return current_;
  return packet.direction == Direction::ToTarget
             ? flow_between(*packet.source, *packet.destination)
             : flow_between(*packet.destination, *packet.source);
}

std::size_t ScriptPeer::flow_between(wire::Port peer, wire::Port target) {
  const auto found = std::ranges::find_if(flows_, [&](const Flow& flow) {
    return flow.peer_port() == peer && flow.target_port() == target;
  });
  if (found != flows_.end()) return static_cast<std::size_t>(found - flows_.begin());
  flows_.emplace_back(peer, target);
  return flows_.size() - 1;
}

}  // namespace harness::scenario
