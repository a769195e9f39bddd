#include "harness/campaign/script_of.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <set>
#include <utility>

#include "harness/event/status.h"
#include "harness/scenario/parse_tcp_options.h"
#include "harness/wire/checksum.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/icmp.h"
#include "harness/wire/icmp_names.h"
#include "harness/wire/segment.h"
#include "harness/wire/tcp_of.h"

namespace harness::campaign {

using event::Direction;
using event::Kind;
using event::Op;
using scenario::CallStep;
using scenario::OptionPart;
using scenario::PacketStep;
using scenario::Scenario;
using scenario::When;

namespace {

constexpr clock::Duration kLeastSettle = std::chrono::milliseconds{5};

// A datagram of the target's edge, seen from the target.
struct Passed {
  wire::FourTuple tuple;
  wire::SegmentView segment;
  bool whole;  // Its checksum is right.
};

std::optional<Passed> passed(const event::Trace& trace, const event::Record& record) {
  if (record.kind != Kind::Packet) return std::nullopt;
  const auto seen = wire::tcp_of(trace.body(record));
  if (!seen) return std::nullopt;
  const wire::Endpoint source{seen->ip.source(), seen->tcp.source()},
      destination{seen->ip.destination(), seen->tcp.destination()};
  const bool in = record.direction == Direction::ToTarget;
  return Passed{
      .tuple = in ? wire::FourTuple{destination, source} : wire::FourTuple{source, destination},
      .segment = seen->tcp,
      .whole = seen->checksum_ok()};
}

// What scenario::Flow will count from when the script is played.
struct Base {
  std::optional<std::uint32_t> peer{}, other_peer{}, target{};

  void sends(std::uint32_t syn) {
    if (!peer) {
      peer = syn;
    } else if (syn != *peer) {
      other_peer = syn;
    }
  }
  void notices(const wire::SegmentView& syn) {
    const bool other = other_peer && syn.flags().ack() && syn.ack().raw() == *other_peer + 1;
    if (other) peer = std::exchange(other_peer, std::nullopt);
    if (!target || other) target = syn.seq().raw();
  }
};

std::vector<OptionPart> parts_of(const wire::SegmentView& segment, std::uint32_t edges) {
  std::vector<OptionPart> parts;
  for (const auto& option : segment.options()) {
    OptionPart part;
    const auto data = option.data();
    if (option.is(wire::OptionKind::Timestamps, 10)) {
      part.kind = OptionPart::Kind::Timestamps;
      part.timestamps = {.val = base::load32(data.data()), .ecr = base::load32(data.data() + 4)};
    } else if (option.is(wire::OptionKind::Sack) && !option.broken && data.size() % 8 == 0 &&
               !data.empty()) {
      part.kind = OptionPart::Kind::Sack;
      for (std::size_t i = 0; i < data.size(); i += 8) {
        part.blocks.push_back({wire::SeqNum{base::load32(data.data() + i) - edges},
                               wire::SeqNum{base::load32(data.data() + i + 4) - edges}});
      }
    } else if (option.is(wire::OptionKind::End)) {
      // It and the padding behind it: one octet each.
      for (const auto octet : option.bytes) {
        part.octets = {octet};
        parts.push_back(part);
      }
      continue;
    } else {
      part.octets.assign(option.bytes.begin(), option.bytes.end());
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

// What is left fills whole words again.
void drop_timestamps(std::vector<OptionPart>& parts) {
  std::erase_if(parts, [](const OptionPart& part) {
    return part.kind == OptionPart::Kind::Timestamps ||
           (part.octets.size() == 1 && part.octets[0] == std::byte{1});
  });
  std::size_t size = 0;
  for (const auto& part : parts) size += scenario::size_of(part);
  OptionPart nop;
  nop.octets = {std::byte{1}};
  for (; size % 4 != 0; ++size) parts.push_back(nop);
}

CallStep step_of(Op op, std::int32_t fd, std::array<std::int64_t, 3> args) {
  CallStep step;
  step.op = op;
  step.fd = fd;
  step.args = args;
  return step;
}

class Scribe {
 public:
  Scribe(const event::Trace& trace, const Excerpt& excerpt) : trace_(trace), excerpt_(excerpt) {}

  std::optional<Scenario> write() {
    look_ahead();
    for (std::uint32_t i = 0; i < trace_.size(); ++i) {
      const auto& record = trace_[i];
      if (record.kind == Kind::Packet) write_packet(record);
      if (record.kind == Kind::Call) write_call(record);
      if (record.kind == Kind::Reply) write_reply(record, i);
    }
    if (script_.steps.empty()) return std::nullopt;
    const auto end = trace_[trace_.size() - 1].at;
    script_.settle = std::max(kLeastSettle, cut(end - last_));
    const auto whole = cut(end - first_) + std::chrono::seconds{10};
    if (whole > std::chrono::minutes{10}) script_.limit = whole;
    return std::move(script_);
  }

 private:
  static clock::Duration cut(clock::Duration time) {
    return std::chrono::floor<std::chrono::microseconds>(time);
  }
  bool wanted(const wire::FourTuple& tuple) const {
    return !excerpt_.only || *excerpt_.only == tuple;
  }

  // Replies, the sockets that belong to what is kept, and where the last SYN of the target stands.
  void look_ahead() {
    std::set<std::pair<wire::Port, wire::Port>> flows;
    for (std::uint32_t i = 0; i < trace_.size(); ++i) {
      const auto& record = trace_[i];
      if (record.kind == Kind::Reply) replies_.emplace(record.id, i);
      const auto packet = passed(trace_, record);
      if (!packet || !wanted(packet->tuple)) continue;
      flows.emplace(packet->tuple.local.port, packet->tuple.remote.port);
      const bool six = packet->tuple.local.address.version() == wire::IpVersion::V6;
      script_.options.family = six ? scenario::Options::Family::V6 : scenario::Options::Family::V4;
      if (record.direction != Direction::FromTarget || !packet->segment.flags().syn()) continue;
      // An active open: its SYN is the call's doing.
      if (record.cause < trace_.size() && trace_[record.cause].kind == Kind::Call) {
        connecting_.insert(trace_.call(trace_[record.cause]).id);
      }
    }
    named_ = flows.size() > 1;
  }

  void add(clock::Instant at, decltype(scenario::Step::what) what) {
    if (script_.steps.empty()) first_ = at;
    const auto from = cut(at - first_);
    const When when{.from = from, .to = from, .returns = std::nullopt};
    script_.steps.push_back({.when = when, .place = {}, .text = {}, .what = std::move(what)});
    last_ = at;
  }

  // An ICMP error about a segment of the target's.
  void write_error(const event::Record& record) {
    const auto datagram = wire::DatagramView::parse(trace_.body(record));
    if (!datagram) return;
    const auto icmp = wire::IcmpView::parse(*datagram);
    if (!icmp) return;
    const auto quoted = wire::quoted_segment(*icmp);
    if (!quoted || !wanted(quoted->connection)) return;
    const auto& [local, remote] = quoted->connection;
    PacketStep step;
    step.direction = Direction::ToTarget;
    step.seq = quoted->seq.raw() - bases_[{local.port, remote.port}].target.value_or(0);
    step.icmp.emplace();
    step.icmp->type = fmt::format("type_{}", icmp->type());
    step.icmp->code = fmt::format("code_{}", icmp->code());
    if (const auto name = wire::icmp_type_name(icmp->version(), icmp->type()); !name.empty()) {
      step.icmp->type = name;
    }
    const auto code = wire::icmp_code_name(icmp->version(), icmp->type(), icmp->code());
    if (!code.empty() || icmp->code() == 0) step.icmp->code = code;
    step.icmp->mtu = icmp->mtu().value_or(0);
    if (named_) {
      step.source = remote.port;
      step.destination = local.port;
    }
    add(record.at, step);
  }

  void write_packet(const event::Record& record) {
    const auto packet = passed(trace_, record);
    if (!packet && record.direction == Direction::ToTarget) return write_error(record);
    if (!packet || !wanted(packet->tuple)) return;
    const bool in = record.direction == Direction::ToTarget;
    Base& base = bases_[{packet->tuple.local.port, packet->tuple.remote.port}];
    if (in) {
      add(record.at, sent(*packet, base));
    } else if (packet->segment.flags().syn()) {
      base.notices(packet->segment);
    }
  }

  PacketStep sent(const Passed& packet, Base& base) const {
    const auto& segment = packet.segment;
    const auto flags = segment.flags();
    PacketStep step = numbered(packet, base);
    step.window = segment.window();
    if (segment.urgent() != 0) step.urgent = segment.urgent();
    if (segment.reserved() != 0) step.reserved = segment.reserved();
    if (!segment.data_offset_ok()) {
      step.data_offset = segment.data_offset();
      step.length = static_cast<std::uint32_t>(segment.bytes().size() - 20);
    }
    // Any wrong one is as wrong as another, but one of 0 may be taken for none.
    const bool none = base::load16(segment.bytes().data() + 16) == 0;
    if (!packet.whole && none) step.checksum = std::uint16_t{0};
    step.checksum_bad = !packet.whole && !none;
    step.options = parts_of(segment, base.target.value_or(0));
    if (!excerpt_.timestamps) drop_timestamps(*step.options);
    if (flags.syn()) base.sends(segment.seq().raw());
    return step;
  }

  // Numbers as the script counts them.
  PacketStep numbered(const Passed& packet, const Base& base) const {
    const auto& segment = packet.segment;
    const auto flags = segment.flags();
    PacketStep step;
    step.direction = Direction::ToTarget;
    step.flags = flags;
    step.length = static_cast<std::uint32_t>(segment.payload().size());
    step.seq = segment.seq().raw() - (flags.syn() ? 0 : base.peer.value_or(0));
    const auto ack = segment.ack().raw();
    if (flags.ack()) {
      step.ack = ack - base.target.value_or(0);
    } else if (ack != 0) {
      step.ack = ack;
    }
    if (named_) {
      step.source = packet.tuple.remote.port;
      step.destination = packet.tuple.local.port;
    }
    return step;
  }

  const event::Record* reply_to(std::uint32_t id) const {
    const auto found = replies_.find(id);
    return found == replies_.end() ? nullptr : &trace_[found->second];
  }

  void write_call(const event::Record& record) {
    const auto call = trace_.call(record);
    const auto* answer = reply_to(call.id);
    auto step = step_of(call.op, call.fd, call.args);
    step.data.assign(call.data.begin(), call.data.end());
    switch (call.op) {
      case Op::Socket:
        if (answer == nullptr || trace_.reply(*answer).result < 0) return;
        step.args[0] = AF_UNSPEC;
        step.result = trace_.reply(*answer).result;
        return add(record.at, step);
      case Op::Bind:
        if (const auto name = event::decode_endpoint(call.data)) {
          script_.options.bind_port = name->port;
        }
        step.data.clear();
        return add(record.at, step);
      case Op::Connect:
        return write_connect(record, call, step);
      case Op::Accept:
      case Op::Status:
        return;  // When they are answered.
      case Op::Receive:
        if (answer == nullptr || answer->at != record.at) return;
        step.args[0] |= MSG_DONTWAIT;  // It did not sleep then: a right one may.
        return add(record.at, step);
      case Op::Send:
        step.data.clear();
        step.octets = static_cast<std::uint32_t>(call.data.size());
        step.args[0] |= MSG_DONTWAIT;
        return add(record.at, step);
      case Op::Abort: {
        const std::array<int, 2> linger = {1, 0};
        auto option = step_of(Op::SetOption, call.fd, {SOL_SOCKET, SO_LINGER, 0});
        option.data.resize(sizeof linger);
        std::memcpy(option.data.data(), linger.data(), sizeof linger);
        add(record.at, option);
        step.op = Op::Close;
        return add(record.at, step);
      }
      case Op::World: {
        std::string assignment{call.text};
        std::string command = "sysctl -q -w " + assignment;
        return add(record.at, scenario::CommandStep{.sysctls = {std::move(assignment)},
                                                    .command = std::move(command)});
      }
      default:
        return add(record.at, step);
    }
  }

  void write_connect(const event::Record& record, const event::Call& call, CallStep step) {
    if (excerpt_.only && !connecting_.contains(call.id)) return;
    if (const auto name = event::decode_endpoint(call.data)) {
      script_.options.connect_port = name->port;
    }
    add(record.at, step_of(Op::Control, call.fd, {F_SETFL, O_RDWR | O_NONBLOCK, 0}));
    step.data.clear();
    add(record.at, step);
  }

  void write_reply(const event::Record& record, std::uint32_t index) {
    const auto reply = trace_.reply(record);
    const auto asked = std::ranges::find_if(trace_.records(), [&](const event::Record& one) {
      return one.kind == Kind::Call && one.id == record.id;
    });
    if (asked == trace_.records().end()) return;
    const auto call = trace_.call(*asked);
    auto step = step_of(call.op, call.fd, call.args);
    if (call.op == Op::Accept && reply.result >= 0) {
      const auto tuple = event::decode_four_tuple(reply.data);
      if (tuple && !wanted(*tuple)) return;
      step.result = reply.result;
      add(record.at, step);
    } else if (call.op == Op::Receive && record.at != asked->at) {
      step.args[0] |= MSG_DONTWAIT;  // It slept until now.
      add(record.at, step);
    } else if (call.op == Op::Status) {
      write_state(record, call, reply, index == excerpt_.state);
    }
  }

  // What the model knows of a state decides what it asks for later.
  void write_state(const event::Record& record, const event::Call& call, const event::Reply& reply,
                   bool whatever) {
    const auto status = event::decode_status(reply.data);
    const auto tuple = event::decode_four_tuple(call.data);
    if (!status || !status->state() || (!whatever && (!tuple || !wanted(*tuple)))) return;
    scenario::StateStep step{.fd = {}, .port = {}, .state = *status->state()};
    if (named_ && tuple && tuple->local.port == script_.options.bind_port) {
      step.port = tuple->remote.port;
    }
    add(record.at, step);
  }

  const event::Trace& trace_;
  const Excerpt& excerpt_;
  Scenario script_;
  std::map<std::uint32_t, std::uint32_t> replies_;  // By Call::id.
  std::set<std::uint32_t> connecting_;              // Calls whose SYN is kept.
  std::map<std::pair<wire::Port, wire::Port>, Base> bases_;
  bool named_ = false;  // Packets need their ports.
  clock::Instant first_, last_;
};

}  // namespace

std::optional<Scenario> script_of(const event::Trace& trace, const Excerpt& excerpt) {
  return Scribe{trace, excerpt}.write();
}

}  // namespace harness::campaign
