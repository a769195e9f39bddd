#include "harness/scenario/script_peer.h"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "harness/base/check.h"
#include "harness/event/stream.h"
#include "harness/scenario/join.h"
#include "harness/wire/craft.h"
#include "harness/wire/datagram_view.h"

namespace harness::scenario {

using clock::Instant;
using event::Direction;
using event::Expectation;
using event::Expected;

namespace {

// How long beyond its time we wait for something, so as to say how late it came.
constexpr clock::Duration kGrace = std::chrono::seconds{2};
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
  const auto ip = wire::DatagramView::parse(trace.body(trace[record]));
  const auto segment = wire::SegmentView::parse(ip->payload());
  return segment->payload().size();
}

}  // namespace

ScriptPeer::ScriptPeer(const Scenario& scenario, const target::Host& host, Instant limit)
    : scenario_(scenario), host_(host), limit_(limit) {}

void ScriptPeer::see(const event::Trace& trace, std::uint32_t index) {
  const event::Record& record = trace[index];
  if (record.kind == event::Kind::Reply) {
    if (const auto call = calls_.find(record.id); call != calls_.end()) {
      call->second.reply = index;
    }
    return;
  }
  const auto ip = wire::DatagramView::parse(trace.body(record));
  if (!ip || ip->protocol() != wire::kProtocolTcp || ip->fragment()) return;
  const auto segment = wire::SegmentView::parse(ip->payload());
  if (!segment || !segment->data_offset_ok()) return;
  const auto flow = flow_between(segment->destination(), segment->source());
  // An active open: the target has chosen its port.
  const bool opens = segment->flags().syn() && !segment->flags().ack();
  if (!current_ && opens && segment->destination() == scenario_.options.connect_port) {
    current_ = flow;
  }
  arrivals_.push_back({index, flow});
}

std::optional<target::Stimulus> ScriptPeer::act(Instant now, event::Trace& trace) {
  if (!start_) start_ = base_ = sent_due_ = now;
  settle_calls(now, trace);
  while (!finished_ && next_ < scenario_.steps.size()) {
    if (!scheduled_) schedule();
    if (now < earliest_ && !expects(step())) return std::nullopt;
    const auto at_hand = next_;
    auto stimulus =
        std::visit([&](const auto& what) { return play(what, now, trace); }, step().what);
    if (stimulus) return stimulus;
    if (next_ == at_hand) break;
  }
  if (next_ == scenario_.steps.size() && calls_.empty()) finished_ = true;
  if (finished_) leftovers(now, trace);
  return std::nullopt;
}

std::optional<Instant> ScriptPeer::next_deadline() const {
  if (finished_) return std::nullopt;
  if (!start_) return clock::kStart;
  Instant due = clock::kNever;
  for (const auto& [id, asked] : calls_) due = std::min(due, asked.give_up);
  if (next_ < scenario_.steps.size() && scheduled_ && !asked_) {
    if (expects(step())) {
      due = std::min(due, give_up());
    } else if (const auto* silence = std::get_if<SilenceStep>(&step().what)) {
      due = std::min(due, earliest_ + silence->lasts);
    } else {
      due = std::min(due, earliest_);
    }
  }
  return due;
}

void ScriptPeer::schedule() {
  const When& when = step().when;
  const bool absolute = when.kind == When::Kind::Absolute;
  const clock::Duration gap = absolute ? when.to - script_time_ : when.to;
  script_time_ += gap;
  tolerance_ =
      std::max(scenario_.options.tolerance, gap * scenario_.options.tolerance_per_mille / 1000);
  // A burst of `<` packets does not drift: each counts from when the one before was due.
  const Instant base = sends(step()) && after_send_ ? sent_due_ : base_;
  const Instant origin = absolute ? *start_ : base;
  earliest_ = origin + when.from;
  latest_ = when.kind == When::Kind::Any ? clock::kNever : origin + when.to;
  scheduled_ = true;
}

Instant ScriptPeer::give_up() const {
  // Just before the run ends, so that what was missing is on record.
  const Instant last = limit_ - std::chrono::microseconds{1};
  if (latest_ == clock::kNever) return last;
  const auto& packet = std::get<PacketStep>(step().what);
  return std::min(latest_ + tolerance_ + (packet.or_nothing ? clock::Duration{} : kGrace), last);
}

void ScriptPeer::finish_step(Instant at) {
  after_send_ = sends(step());
  if (after_send_) sent_due_ = earliest_;
  base_ = std::max(base_, at);
  ++next_;
  scheduled_ = asked_ = false;
  command_ = 0;
}

Expectation ScriptPeer::wanted(Expected what, std::size_t index) const {
  const Step& step = scenario_.steps[index];
  return {.what = what,
          .place = step.place,
          .text = step.text,
          .earliest = earliest_,
          .latest = latest_,
          .tolerance = tolerance_};
}

// The script goes on only while it gets what it wants.
void ScriptPeer::record(const Expectation& expectation, Instant now, event::Trace& trace) {
  event::append(trace, now, expectation);
  if (!event::holds(trace, expectation)) finished_ = true;
}

void ScriptPeer::note_lateness(Instant now, event::Trace& trace) {
  if (next_ == 0 || now <= latest_ + tolerance_) return;
  auto expectation = wanted(Expected::OnTime, next_);
  expectation.met = trace.note(now, step().place.print() + " is played");
  event::append(trace, now, expectation);
}

ScriptPeer::Stimulus ScriptPeer::play(const PacketStep& packet, Instant now, event::Trace& trace) {
  if (packet.direction == Direction::ToTarget) return send(packet, now, trace);
  expect(packet, now, trace);
  return std::nullopt;
}

ScriptPeer::Stimulus ScriptPeer::send(const PacketStep& packet, Instant now, event::Trace& trace) {
  note_lateness(now, trace);
  auto flow = flow_of(packet);
  if (!flow) {
    flow = current_ = flow_between(static_cast<wire::Port>(kFirstPeerPort + flows_.size()),
                                   scenario_.options.bind_port);
  }
  const wire::IpHeader ip{.source = host_.remote, .destination = host_.local, .ttl = kPeerTtl};
  const auto body = trace.keep(wire::craft(flows_[*flow].to_send(packet), ip, {}));
  finish_step(now);
  return event::Packet{.direction = Direction::ToTarget, .body = body};
}

// The segments that `packet` is to be compared with: one, or as many as make up its length.
ScriptPeer::Pieces ScriptPeer::pieces_for(const PacketStep& packet, const event::Trace& trace) {
  const auto flow = flow_of(packet);
  Pieces pieces;
  std::size_t octets = 0;
  for (const Arrival& arrival : arrivals_) {
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
    finish_step(late ? now : base_);  // Nothing came in its time, or it is for a later line.
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
  const auto ip = wire::DatagramView::parse(
      trace.body(expectation.joined.value_or(trace[expectation.met].body)));
  const auto segment = wire::SegmentView::parse(ip->payload());
  expectation.segment = compared.flow.to_expect(packet, *segment);
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

ScriptPeer::Stimulus ScriptPeer::play(const CallStep& step, Instant now, event::Trace& trace) {
  if (asked_) return std::nullopt;
  note_lateness(now, trace);
  Asked asked{.step = next_, .give_up = std::min(now + kGrace, limit_)};
  const auto& when = this->step().when;
  if (when.returns) {
    const Instant returns = earliest_ + (*when.returns - when.from);
    const clock::Duration span = *when.returns - when.from;
    asked.tolerance =
        std::max(scenario_.options.tolerance, span * scenario_.options.tolerance_per_mille / 1000);
    asked.earliest = asked.latest = returns;
    asked.give_up =
        std::min(returns + asked.tolerance + kGrace, limit_ - std::chrono::microseconds{1});
  }
  asked.fd = run_fd(step.fd);
  const auto call = call_of(step, now, trace);
  if (when.returns) {
    finish_step(now);  // It sleeps; the script goes on.
  } else {
    asked_ = true;
  }
  return ask(call, asked);
}

event::Call ScriptPeer::call_of(const CallStep& step, Instant, event::Trace&) {
  event::Call call{.fd = run_fd(step.fd), .op = step.op, .args = step.args};
  const auto use = [this](auto octets) { data_.assign(octets.begin(), octets.end()); };
  switch (step.op) {
    case event::Op::Socket:
      current_.reset();  // The connection under test is the new socket's, once it has one.
      if (call.args[0] == AF_UNSPEC) {
        call.args[0] = host_.local.version() == wire::IpVersion::V4 ? AF_INET : AF_INET6;
      }
      break;
    case event::Op::Bind:
      use(event::encode(wire::Endpoint{host_.local, scenario_.options.bind_port}));
      break;
    case event::Op::Connect:
      use(event::encode(wire::Endpoint{host_.remote, scenario_.options.connect_port}));
      break;
    case event::Op::Send:
      data_.resize(step.octets);
      event::fill_stream(data_, written_[call.fd], event::kFromApplication);
      break;
    default:
      data_ = step.data;
      break;
  }
  call.data = data_;
  return call;
}

ScriptPeer::Stimulus ScriptPeer::play(const StateStep& state, Instant now, event::Trace& trace) {
  if (asked_) return std::nullopt;
  event::Call call{.op = event::Op::Status};
  auto flow = current_;
  if (state.port) flow = flow_between(*state.port, scenario_.options.bind_port);
  if (state.fd) {
    call.fd = run_fd(*state.fd);
  } else if (flow) {
    const auto tuple =
        event::encode(wire::FourTuple{.local = {host_.local, flows_[*flow].target_port()},
                                      .remote = {host_.remote, flows_[*flow].peer_port()}});
    data_.assign(tuple.begin(), tuple.end());
    call.data = data_;
  } else {  // There is no connection whose state could be asked.
    auto expectation = wanted(Expected::State, next_);
    expectation.state = state.state;
    record(expectation, now, trace);
    return std::nullopt;
  }
  asked_ = true;
  return ask(call, {.step = next_, .give_up = std::min(now + kGrace, limit_)});
}

ScriptPeer::Stimulus ScriptPeer::play(const SilenceStep& silence, Instant now,
                                      event::Trace& trace) {
  auto expectation = wanted(Expected::Silence, next_);
  expectation.latest = earliest_ + silence.lasts;
  if (!arrivals_.empty()) {
    expectation.met = arrivals_.front().record;
    arrivals_.pop_front();
    record(expectation, now, trace);
  } else if (now >= expectation.latest) {
    record(expectation, now, trace);
    finish_step(expectation.latest);
  }
  return std::nullopt;
}

ScriptPeer::Stimulus ScriptPeer::play(const CommandStep& command, Instant now, event::Trace&) {
  if (asked_) return std::nullopt;
  if (command_ == command.sysctls.size()) {
    finish_step(now);
    return std::nullopt;
  }
  asked_ = true;
  return ask({.op = event::Op::World, .text = command.sysctls[command_]},
             {.step = next_, .give_up = std::min(now + kGrace, limit_)});
}

ScriptPeer::Stimulus ScriptPeer::ask(event::Call call, Asked asked) {
  call.id = next_call_++;
  calls_.emplace(call.id, asked);
  return call;
}

void ScriptPeer::settle_calls(Instant now, event::Trace& trace) {
  for (auto call = calls_.begin(); call != calls_.end();) {
    if (!call->second.reply && now < call->second.give_up) {
      ++call;
      continue;
    }
    const Asked asked = call->second;
    call = calls_.erase(call);
    if (!finished_) settle_call(asked, now, trace);
  }
}

void ScriptPeer::settle_call(const Asked& asked, Instant now, event::Trace& trace) {
  const Step& step = scenario_.steps[asked.step];
  auto expectation = wanted(Expected::Reply, asked.step);
  expectation.earliest = asked.earliest;
  expectation.latest = asked.latest;
  expectation.tolerance = asked.tolerance;
  expectation.met = asked.reply.value_or(event::kNoRecord);
  if (const auto* call = std::get_if<CallStep>(&step.what)) {
    expectation.result = call->result;
    expectation.error = call->error;
    expectation.data = call->value;
    expectation.flags = call->flags;
    if (asked.reply) {
      const auto reply = trace.reply(trace[*asked.reply]);
      bind_result(*call, asked, reply);
      // The script's name for a new socket is its own; any will do.
      const bool names = call->op == event::Op::Socket || call->op == event::Op::Accept;
      if (names && reply.result >= 0 && call->result.value_or(0) >= 0) expectation.result.reset();
    }
  } else if (const auto* state = std::get_if<StateStep>(&step.what)) {
    expectation.what = Expected::State;
    expectation.state = state->state;
  } else {
    expectation.result = 0;
  }
  record(expectation, now, trace);
  if (!asked_ || asked.step != next_ || finished_) return;
  asked_ = false;
  const bool more = std::holds_alternative<CommandStep>(step.what) &&
                    ++command_ < std::get<CommandStep>(step.what).sysctls.size();
  if (!more) finish_step(now);
}

void ScriptPeer::bind_result(const CallStep& call, const Asked& asked, const event::Reply& reply) {
  const auto result = static_cast<std::int32_t>(reply.result);
  if (result < 0) return;
  if (call.op == event::Op::Socket || call.op == event::Op::Accept) {
    fds_[static_cast<std::int32_t>(call.result.value_or(result))] = result;
    written_[result] = 0;
  } else if (call.op == event::Op::Send) {
    written_[asked.fd] += static_cast<std::uint64_t>(result);
  }
}

void ScriptPeer::finish(Instant now, event::EndReason reason, event::Trace& trace) {
  if (!finished_ && reason != event::EndReason::Interrupted) {
    // Cut short: what was waited for has not come.
    for (const auto& [id, asked] : std::exchange(calls_, {})) settle_call(asked, now, trace);
    if (!finished_ && next_ < scenario_.steps.size() && scheduled_ && expects(step())) {
      record(wanted(Expected::Packet, next_), now, trace);
    }
    finished_ = true;
  }
  leftovers(now, trace);
}

// What no line of the script has accounted for.
void ScriptPeer::leftovers(Instant now, event::Trace& trace) {
  for (; !arrivals_.empty(); arrivals_.pop_front()) {
    Expectation expectation{.what = Expected::Nothing, .met = arrivals_.front().record};
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

std::int32_t ScriptPeer::run_fd(std::int32_t script_fd) const {
  constexpr std::int32_t kNobodys = 1 << 16;  // A name that no target gives: EBADF.
  const auto found = fds_.find(script_fd);
  return found != fds_.end() ? found->second : kNobodys + script_fd;
}

}  // namespace harness::scenario
