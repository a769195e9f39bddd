#include "harness/campaign/logged_peer.h"

#include <algorithm>
#include <array>
#include <optional>

#include "harness/base/bytes.h"
#include "harness/event/expectation.h"
#include "harness/scenario/run_loop.h"
#include "harness/wire/checksum.h"
#include "harness/wire/segment.h"

namespace harness::campaign {

using clock::Instant;
using event::Direction;
using event::Kind;
using event::Op;

namespace {

// Rounds in which something is due, out of its place: then this run is not that one.
constexpr int kPeerPatience = 20;

bool is_deed(const event::Record& record) {
  switch (record.kind) {
    case Kind::Call:
      return record.id < scenario::kFirstQuestion;
    case Kind::PeerPacket:
      return record.direction == Direction::ToTarget;
    case Kind::Expectation:
    case Kind::Note:
      return true;
    default:
      return false;
  }
}

}  // namespace

LoggedPeer::LoggedPeer(const event::Trace& log, bool alike, Instant begin)
    : log_(log), alike_(alike), shift_(log.size() == 0 ? clock::Duration{} : begin - log[0].at) {
  for (std::uint32_t i = 0; i < log.size(); ++i) {
    if (log[i].kind == Kind::Reply) replies_.emplace(log[i].id, i);
    if (const auto opening = opening_of(log, i)) then_.push_back(*opening);
    const bool says = log[i].kind == Kind::Expectation || log[i].kind == Kind::Note;
    if (is_deed(log[i]) && (alike || !says)) deeds_.push_back(i);
  }
}

std::optional<LoggedPeer::Opening> LoggedPeer::opening_of(const event::Trace& trace,
                                                          std::uint32_t index) {
  const auto& record = trace[index];
  if (record.kind != Kind::Packet || record.direction != Direction::FromTarget) return {};
  const auto seen = wire::tcp_of(trace.body(record));
  if (!seen || !seen->tcp.flags().syn()) return {};
  const auto segment = wire::read(seen->tcp);
  return Opening{.record = index,
                 .isn = seen->tcp.seq().raw(),
                 .clock = segment && segment->timestamps ? segment->timestamps->val : 0,
                 .ports = {seen->tcp.destination(), seen->tcp.source()},
                 .active = !seen->tcp.flags().ack()};
}

Instant LoggedPeer::due(const event::Record& then) const { return then.at + shift_; }

void LoggedPeer::see(const event::Trace& trace, std::uint32_t index) {
  if (trace[index].kind != Kind::Reply) return;
  const auto op = asked_.find(trace[index].id);
  const auto then = replies_.find(trace[index].id);
  if (op == asked_.end() || then == replies_.end()) return;
  if (op->second != Op::Socket && op->second != Op::Accept) return;
  const auto was = log_.reply(log_[then->second]).result;
  const auto is = trace.reply(trace[index]).result;
  if (was >= 0 && is >= 0) {
    fds_[static_cast<std::int32_t>(was)] = static_cast<std::int32_t>(is);
  }
}

void LoggedPeer::overhear(const event::Trace& trace, std::uint32_t index) {
  const auto opening = opening_of(trace, index);
  if (!opening) return;
  // Another number to count from: this run is not that one, though it goes the same way.
  const bool there = index < log_.size() && log_[index].kind == Kind::Packet;
  if (!there || !std::ranges::equal(log_.body(log_[index]), trace.body(trace[index]))) {
    alike_ = false;
  }
  const bool repeated = std::ranges::any_of(now_, [&](const Opening& one) {
    return one.ports == opening->ports && one.isn == opening->isn;
  });
  if (!repeated) now_.push_back(*opening);
}

std::optional<target::Stimulus> LoggedPeer::act(Instant now, event::Trace& trace) {
  while (next_ < deeds_.size()) {
    const auto index = deeds_[next_];
    const auto& then = log_[index];
    if (now < due(then)) return std::nullopt;
    if (alike_ && trace.size() != index) {
      waited_ = trace.size() == waited_at_ ? waited_ + 1 : 0;
      waited_at_ = trace.size();
      if (trace.size() < index && waited_ < kPeerPatience) return std::nullopt;
      alike_ = false;
    }
    ++next_;
    if (then.kind == Kind::Call) {
      const auto asked = call(then, trace);
      asked_[asked.id] = asked.op;
      return asked;
    }
    if (then.kind == Kind::PeerPacket) {
      return event::Packet{.direction = Direction::ToTarget, .body = send(index, trace)};
    }
    if (alike_) repeat(then, trace);
  }
  return std::nullopt;
}

std::optional<Instant> LoggedPeer::next_deadline() const {
  if (next_ == deeds_.size()) return std::nullopt;
  return due(log_[deeds_[next_]]);
}

void LoggedPeer::finish(Instant, event::EndReason, event::Trace& trace) {
  for (; alike_ && next_ < deeds_.size(); ++next_) {
    const auto& then = log_[deeds_[next_]];
    if (trace.size() != deeds_[next_]) return;
    if (then.kind == Kind::Expectation || then.kind == Kind::Note) repeat(then, trace);
  }
}

// What the script said then, word for word.
void LoggedPeer::repeat(const event::Record& then, event::Trace& trace) const {
  if (then.kind == Kind::Note) {
    trace.note(due(then), log_.text(then));
    return;
  }
  auto expectation = event::expectation(log_, then);
  if (expectation.joined) expectation.joined = trace.keep(log_.body(*expectation.joined));
  event::append(trace, due(then), expectation);
}

std::pair<const LoggedPeer::Opening*, const LoggedPeer::Opening*> LoggedPeer::opening(
    Ports ports, std::uint32_t index) const {
  const Opening* was = nullptr;
  std::size_t mine = 0, active = 0;  // The how manieth of its ports, and of all active ones.
  std::size_t actives = 0;
  std::vector<std::pair<Ports, std::uint32_t>> seen;
  for (const auto& one : then_) {
    if (one.record > index) break;
    const std::pair<Ports, std::uint32_t> name{one.ports, one.isn};
    if (std::ranges::find(seen, name) != seen.end()) continue;
    seen.push_back(name);
    if (one.active) ++actives;
    if (one.ports != ports) continue;
    was = &one;
    ++mine;
    active = actives;
  }
  if (was == nullptr) return {};
  std::size_t count = 0;
  for (const auto& one : now_) {
    if (was->active ? one.active : one.ports == ports) ++count;
    if (count == (was->active ? active : mine)) return {was, &one};
  }
  return {was, nullptr};
}

LoggedPeer::Ports LoggedPeer::now_for(Ports ports, std::uint32_t index) const {
  const auto [was, is] = opening(ports, index);
  return is != nullptr ? is->ports : ports;
}

event::Body LoggedPeer::send(std::uint32_t index, event::Trace& trace) {
  const auto& then = log_[index];
  if (const auto there = sent_.find(then.body.offset); alike_ && there != sent_.end()) {
    return there->second;
  }
  const auto body = trace.keep(log_.body(then));
  if (alike_) return sent_[then.body.offset] = body;
  const auto whole = trace.body(body);
  const auto seen = wire::tcp_of(whole);
  if (!seen) return body;
  const auto [was, is] = opening({seen->tcp.source(), seen->tcp.destination()}, index);
  return was == nullptr || is == nullptr ? body : trace.keep(translated(whole, *seen, *was, *is));
}

// The segment as it would be had the target opened the connection as it did here.
base::Bytes LoggedPeer::translated(event::Span whole, const wire::TcpDatagram& then,
                                   const Opening& was, const Opening& is) {
  base::Bytes octets(whole.begin(), whole.end());
  const auto payload = then.ip.payload();
  const auto tcp = std::span{octets}.subspan(then.ip.header().size(), payload.size());
  base::store16(tcp.data() + 2, is.ports.second);
  const auto moved = is.isn - was.isn;
  const bool acks = then.tcp.flags().ack();
  if (acks) base::store32(tcp.data() + 8, then.tcp.ack().raw() + moved);
  for (const auto& option : then.tcp.options()) {
    if (option.broken) break;
    if (option.data().empty()) continue;
    auto* const data = tcp.data() + (option.data().data() - payload.data());
    if (option.is(wire::OptionKind::Timestamps, 10) && acks) {
      base::store32(data + 4, base::load32(data + 4) + is.clock - was.clock);
    } else if (option.is(wire::OptionKind::Sack)) {
      for (std::size_t i = 0; i + 4 <= option.data().size(); i += 4) {
        base::store32(data + i, base::load32(data + i) + moved);
      }
    }
  }
  // As wrong as it was, or as right.
  base::store16(tcp.data() + 16, 0);
  base::store16(tcp.data() + 16, wire::tcp_checksum(then.ip.source(), then.ip.destination(), tcp));
  if (!then.checksum_ok()) {
    base::store16(tcp.data() + 16, base::load16(tcp.data() + 16) ^ 0x5555);
  }
  return octets;
}

event::Call LoggedPeer::call(const event::Record& then, event::Trace& trace) {
  auto call = log_.call(then);
  if (alike_) return call;
  if (const auto fd = fds_.find(call.fd); fd != fds_.end()) call.fd = fd->second;
  if (call.op == Op::Status && call.fd < 0) {
    if (auto tuple = event::decode_four_tuple(call.data)) {
      const auto index = static_cast<std::uint32_t>(&then - log_.records().data());
      tuple->local.port = now_for({tuple->remote.port, tuple->local.port}, index).second;
      call.data = trace.keep_span(event::encode(*tuple));
    }
  }
  return call;
}

}  // namespace harness::campaign
