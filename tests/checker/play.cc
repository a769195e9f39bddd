#include "tests/checker/play.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "harness/base/check.h"
#include "harness/event/call.h"
#include "harness/event/end.h"
#include "harness/event/start.h"
#include "harness/event/status.h"
#include "harness/wire/checksum.h"
#include "harness/wire/craft.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"

namespace harness::checker {
namespace {

using event::Op;

const wire::IpAddress kTarget = wire::IpAddress::v4(0xC0000201);
const wire::IpAddress kPeer = wire::IpAddress::v4(0xC6336401);
constexpr wire::Port kTargetPort = 8080, kPeerPort = 40000;
constexpr std::int32_t kListener = 3, kSocket = 4;

clock::Instant instant(Time t) { return clock::kStart + clock::Duration{t}; }

class Stage {
 public:
  Stage(const Play& play, Staged& into) : trace_(into.trace), step_of_(into.step_of) {
    trace_.clear();
    step_of_.clear();
    event::Start start;
    start.set("target", "test");
    start.set("local", "192.0.2.1");
    start.set("remote", "198.51.100.1");
    start.set("mtu", "1500");
    start.set("can", "virtual-time");
    event::append(trace_, clock::kStart, start);
    mark(0);
    for (std::size_t i = 0; i < play.size(); ++i) {
      at_ = instant(play[i].at);
      step(play[i]);
      mark(i);
    }
    event::append(trace_, at_, event::End{});
    mark(play.empty() ? 0 : play.size() - 1);
  }

 private:
  void mark(std::size_t step) { step_of_.resize(trace_.size(), step); }

  void call(event::Call call, event::Reply reply) {
    call.id = reply.id = ++calls_;
    trace_.append({.at = at_}, call);
    trace_.append({.at = at_}, reply);
  }

  void segment(const Step& s) {
    const bool in = s.what == What::In;
    wire::SegmentSpec spec;
    spec.flags = s.flags;
    spec.seq = s.seq;
    spec.ack = s.ack;
    spec.window = s.window;
    spec.source = in ? kPeerPort : kTargetPort;
    spec.destination = in ? kTargetPort : kPeerPort;
    if (s.mss) {
      spec.options = base::Bytes{std::byte{2}, std::byte{4}, static_cast<std::byte>(*s.mss >> 8),
                                 static_cast<std::byte>(*s.mss & 255)};
    }
    spec.payload = s.octets;
    const wire::IpHeader ip{.source = in ? kPeer : kTarget, .destination = in ? kTarget : kPeer};
    const auto body = trace_.keep(wire::craft(spec, ip, {}));
    trace_.append_new_packet(event::Kind::Packet, at_,
                             in ? event::Direction::ToTarget : event::Direction::FromTarget, body,
                             event::kNoRecord);
  }

  void step(const Step& s) {
    const auto here = event::encode(wire::Endpoint{kTarget, kTargetPort});
    const auto there = event::encode(wire::Endpoint{kPeer, kPeerPort});
    const auto tuple = event::encode(wire::FourTuple{{kTarget, kTargetPort}, {kPeer, kPeerPort}});
    const auto size = static_cast<std::int64_t>(s.octets.size());
    switch (s.what) {
      case What::In:
      case What::Out:
        return segment(s);
      case What::Listen:
        call({.op = Op::Socket, .args = {2, 1, 6}}, {.result = kListener});
        call({.fd = kListener, .op = Op::Bind, .data = here}, {});
        return call({.fd = kListener, .op = Op::Listen, .args = {8, 0, 0}}, {});
      case What::Connect:
        call({.op = Op::Socket, .args = {2, 1, 6}}, {.result = kSocket});
        call({.fd = kSocket, .op = Op::Bind, .data = here}, {});
        connect_ = ++calls_;
        trace_.append({.at = at_},
                      event::Call{.id = connect_, .fd = kSocket, .op = Op::Connect, .data = there});
        return;
      case What::Connected:
        trace_.append({.at = at_}, event::Reply{.id = connect_,
                                                .result = s.number != 0 ? -1 : 0,
                                                .error = s.number,
                                                .data = tuple});
        return;
      case What::Accept:
        return call({.fd = kListener, .op = Op::Accept}, {.result = kSocket, .data = tuple});
      case What::Write:
        return call({.fd = kSocket, .op = Op::Send, .data = s.octets}, {.result = size});
      case What::Read:
        return call({.fd = kSocket, .op = Op::Receive, .args = {0, size, 0}},
                    {.result = size, .data = s.octets});
      case What::Eof:
        return call({.fd = kSocket, .op = Op::Receive, .args = {0, 100, 0}}, {});
      case What::Error:
        return call({.fd = kSocket, .op = Op::Receive, .args = {0, 100, 0}},
                    {.result = -1, .error = s.number});
      case What::Close:
        return call({.fd = kSocket, .op = Op::Close}, {});
      case What::Shut:
        return call({.fd = kSocket, .op = Op::Shutdown, .args = {1, 0, 0}}, {});
      case What::Abort:
        return call({.fd = kSocket, .op = Op::Abort}, {});
      case What::State: {
        event::Status status;
        status.set(event::StatusField::State, s.number);
        const auto octets = event::encode(status);
        return call({.op = Op::Status, .data = tuple}, {.data = octets});
      }
      case What::Wait:
        return;
    }
  }

  event::Trace& trace_;
  std::vector<std::size_t>& step_of_;
  clock::Instant at_{};
  std::uint32_t calls_ = 0, connect_ = 0;
};

base::Bytes copy(event::Span octets) { return {octets.begin(), octets.end()}; }

// Reads the records of a run as steps, until there is one that is none.
class Reader {
 public:
  explicit Reader(const event::Trace& trace) : trace_(trace) {}

  Play play() {
    for (std::uint32_t i = 0; i < trace_.size(); ++i) {
      const auto& r = trace_[i];
      at_ = (r.at - clock::kStart).count();
      if (!record(r)) break;
      end_ = at_;
    }
    if (!play_.empty()) play_.push_back({.what = What::Wait, .at = end_});
    return std::move(play_);
  }

 private:
  bool record(const event::Record& r) {
    switch (r.kind) {
      case event::Kind::Packet:
        return packet(r);
      case event::Kind::Call:
        return call(trace_.call(r));
      case event::Kind::Reply:
        return reply(trace_.reply(r));
      case event::Kind::End:
        return true;
      case event::Kind::PeerPacket:
      case event::Kind::Decision:
      case event::Kind::Expectation:
      case event::Kind::Note:
      case event::Kind::Start:
        return true;
    }
    return false;
  }

  bool packet(const event::Record& r) {
    const auto datagram = wire::DatagramView::parse(trace_.body(r));
    if (!datagram || datagram->protocol() != wire::kProtocolTcp || r.gso_size != 0) return false;
    const auto view = wire::SegmentView::parse(datagram->payload());
    if (!view || !view->data_offset_ok() || view->reserved() != 0) return false;
    const auto segment = wire::read(*view);
    if (!segment) return false;
    const bool in = r.direction == event::Direction::ToTarget;
    const auto local = in ? segment->destination : segment->source;
    const auto remote = in ? segment->source : segment->destination;
    if (local_ == 0) {
      local_ = local;
      remote_ = remote;
    }
    if (local != local_ || remote != remote_ || ++segments_ > kMostSegments) return false;
    Step s{.what = in ? What::In : What::Out, .at = at_};
    s.seq = segment->seq.raw();
    s.ack = segment->ack.raw();
    s.flags = segment->flags;
    s.window = segment->window;
    s.mss = segment->mss;
    s.octets = copy(segment->payload);
    if (view->option_bytes().size() != (s.mss ? 4u : 0u)) return false;
    if (s.flags.bits > 31 || (s.mss && !s.flags.syn())) return false;
    if (s.flags.syn() && (s.flags.fin() || !s.octets.empty())) return false;
    if (wire::tcp_checksum(datagram->source(), datagram->destination(), datagram->payload()) != 0) {
      return false;
    }
    play_.push_back(std::move(s));
    return true;
  }

  bool call(const event::Call& c) {
    switch (c.op) {
      case Op::Listen:
        if (listener_ >= 0) return false;
        listener_ = c.fd;
        return push({.what = What::Listen});
      case Op::Connect:
        if (fd_ >= 0 || listener_ >= 0) return false;
        fd_ = c.fd;
        connect_ = c.id;
        return push({.what = What::Connect});
      case Op::Send:
        if (c.fd != fd_ || (c.args[0] & ~0x4040) != 0) return false;
        sends_[c.id] = {c.data.size(), play_.size()};
        return push({.what = What::Write, .octets = copy(c.data)});
      case Op::Receive:
        if (c.fd != fd_ || (c.args[0] & ~0x4040) != 0 || c.args[1] == 0) return false;
        receives_[c.id] = c.args[0];
        return true;
      case Op::Shutdown:
        return c.fd == fd_ && c.args[0] == 1 && push({.what = What::Shut});
      case Op::Close:
        if (c.fd != fd_) return false;
        fd_ = -2;
        return push({.what = What::Close});
      case Op::Abort:
        if (c.fd != fd_) return false;
        fd_ = -2;
        return push({.what = What::Abort});
      case Op::Accept:
        accept_ = c.id;
        return c.fd == listener_ && listener_ >= 0;
      case Op::Status:
        status_ = c.id;
        return true;
      case Op::Socket:
      case Op::Bind:
      case Op::GetOption:
      case Op::Poll:
        return true;
      case Op::SetOption:
      case Op::Control:
      case Op::Foreign:
      case Op::World:
        return false;
    }
    return false;
  }

  bool reply(const event::Reply& r) {
    if (r.id == connect_) return push({.what = What::Connected, .number = r.error});
    if (r.id == accept_) {
      if (r.error != 0) return true;  // Nobody there yet.
      if (fd_ >= 0) return false;
      fd_ = static_cast<std::int32_t>(r.result);
      return push({.what = What::Accept});
    }
    if (const auto sent = sends_.find(r.id); sent != sends_.end()) {
      const auto [octets, step] = sent->second;
      if (r.error == 0 && r.result == static_cast<std::int64_t>(octets)) return true;
      play_.resize(step);  // Not all of them were taken.
      return false;
    }
    if (receives_.contains(r.id)) {
      if (r.error != 0) return push({.what = What::Error, .number = r.error});
      if (r.data.empty()) return push({.what = What::Eof});
      return push({.what = What::Read, .octets = copy(r.data)});
    }
    if (r.id == status_ && r.error == 0) {
      const auto status = event::decode_status(r.data);
      if (!status || !status->state()) return true;
      return push({.what = What::State, .number = static_cast<int>(*status->state())});
    }
    return true;
  }

  bool push(Step s) {
    s.at = at_;
    play_.push_back(std::move(s));
    return true;
  }

  const event::Trace& trace_;
  Play play_;
  Time at_ = 0, end_ = 0;
  wire::Port local_ = 0, remote_ = 0;
  std::size_t segments_ = 0;
  std::int32_t listener_ = -1, fd_ = -1;
  std::uint32_t connect_ = 0, accept_ = 0, status_ = 0;
  std::map<std::uint32_t, std::pair<std::size_t, std::size_t>> sends_;  // Octets, and the step.
  std::map<std::uint32_t, std::int64_t> receives_;
};

std::string flags_of(wire::Flags flags) {
  std::string text;
  for (int bit = 0; bit < 5; ++bit) {
    if ((flags.bits >> bit & 1) != 0) text += "FSRP."[bit];
  }
  return text.empty() ? "-" : text;
}

constexpr std::string_view kWords[] = {"<",      ">",     "listen", "connect", "connected",
                                       "accept", "write", "read",   "eof",     "error",
                                       "close",  "shut",  "abort",  "state",   "wait"};

}  // namespace

void stage(const Play& play, Staged& into) { Stage{play, into}; }

Play play_of(const event::Trace& trace) { return Reader{trace}.play(); }

std::string print(const Play& play) {
  std::optional<std::uint32_t> isn[2];  // The peer's and the target's.
  for (const auto& s : play) {
    auto& own = isn[s.what == What::Out];
    if (s.segment() && s.flags.syn() && !own) own = s.seq;
  }
  std::string text;
  Time now = 0;
  for (const auto& s : play) {
    if (s.at != now) text += fmt::format("+{:g} ", static_cast<double>(s.at - now) / kSecond);
    now = s.at;
    text += kWords[static_cast<std::size_t>(s.what)];
    if (s.segment()) {
      const bool out = s.what == What::Out;
      const auto near = [](std::uint32_t n) { return static_cast<std::int32_t>(n); };
      text += fmt::format(" {} {}", flags_of(s.flags), near(s.seq - isn[out].value_or(0)));
      if (!s.octets.empty()) text += fmt::format(" len {}", s.octets.size());
      if (s.flags.ack()) text += fmt::format(" ack {}", near(s.ack - isn[!out].value_or(0)));
      if (s.window != 65535) text += fmt::format(" win {}", s.window);
      if (s.mss) text += fmt::format(" mss {}", *s.mss);
    } else if (s.what == What::State) {
      text += fmt::format(" {}", event::name(static_cast<event::TcpState>(s.number)));
    } else if (!s.octets.empty()) {
      text += fmt::format(" {}", s.octets.size());
    } else if (s.number != 0) {
      text += fmt::format(" {}", s.number);
    }
    text += "\n";
  }
  return text;
}

}  // namespace harness::checker
