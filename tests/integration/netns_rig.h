#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/event/status.h"
#include "harness/event/trace.h"
#include "harness/target/netns/availability.h"
#include "harness/target/netns/linux_target.h"
#include "harness/wire/checksum.h"
#include "harness/wire/craft.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"

namespace harness::target::netns {

using event::Op;
using event::TcpState;
using namespace std::chrono_literals;

inline constexpr wire::Port kServer = 8080;

inline std::string text(event::Span octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

// A segment that came from the target.
struct Got {
  wire::Segment segment;
  event::Record record;
};

// A target and a peer by hand: calls, segments in, segments out.
class Rig {
 public:
  explicit Rig(WireKind wire, bool v6 = false, bool evidence = true) {
    host_.local = *wire::IpAddress::parse(v6 ? "fd3d:fa7b:d17d::1" : "192.168.0.1");
    host_.remote = *wire::IpAddress::parse(v6 ? "2001:db8::1" : "192.0.2.1");
    host_.remote_prefix = v6 ? 32 : 24;
    target_ = make(wire, host_, evidence);
  }

  Target& target() { return *target_; }
  const event::Trace& trace() const { return trace_; }
  const Host& host() const { return host_; }

  // The id of a call that may not have been answered yet.
  std::uint32_t submit(event::Call call) {
    call.id = ++calls_;
    target_->submit(call, trace_);
    return call.id;
  }
  std::optional<event::Reply> reply(std::uint32_t id) const {
    for (const auto& record : trace_.records()) {
      if (record.kind == event::Kind::Reply && record.id == id) return trace_.reply(record);
    }
    return std::nullopt;
  }
  // A call that is answered at once.
  event::Reply call(event::Call call) {
    const auto id = submit(call);
    const auto answer = reply(id);
    EXPECT_TRUE(answer) << event::name(call.op) << " sleeps";
    return answer.value_or(event::Reply{});
  }
  std::int32_t socket(int type = SOCK_STREAM) {
    const auto domain = host_.local.version() == wire::IpVersion::V4 ? AF_INET : AF_INET6;
    return static_cast<std::int32_t>(call({.op = Op::Socket, .args = {domain, type, 0}}).result);
  }
  std::int32_t listener(int type = SOCK_STREAM) {
    const auto fd = socket(type);
    const auto at = event::encode(wire::Endpoint{host_.local, kServer});
    EXPECT_EQ(call({.fd = fd, .op = Op::Bind, .data = at}).error, 0);
    EXPECT_EQ(call({.fd = fd, .op = Op::Listen, .args = {16}}).error, 0);
    return fd;
  }
  event::Reply send(std::int32_t fd, std::string_view octets) {
    return call({.fd = fd, .op = Op::Send, .data = base::as_bytes(octets)});
  }

  // Puts a segment on the wire and returns what came back before submit() returned.
  std::vector<Got> inject(wire::Segment segment, std::string_view payload = {}) {
    segment.payload = base::as_bytes(payload);
    const wire::IpHeader ip{.source = host_.remote, .destination = host_.local};
    const auto room = trace_.reserve(wire::datagram_size(ip, segment));
    wire::write(ip, segment, room.bytes);
    seen_ = trace_.size();
    target_->submit(event::Packet{.direction = event::Direction::ToTarget,
                                  .id = trace_.size(),
                                  .gso_size = 0,
                                  .body = room.body},
                    trace_);
    return came();
  }
  // The segments from the target since the last look.
  std::vector<Got> came() {
    std::vector<Got> got;
    for (; seen_ < trace_.size(); ++seen_) {
      const auto record = trace_[seen_];
      if (record.kind != event::Kind::Packet) continue;
      if (record.direction != event::Direction::FromTarget) continue;
      const auto datagram = wire::DatagramView::parse(trace_.body(record));
      EXPECT_TRUE(datagram && datagram->protocol() == wire::kProtocolTcp);
      const auto view = wire::SegmentView::parse(datagram->payload());
      EXPECT_TRUE(view);
      EXPECT_EQ(
          wire::tcp_checksum(datagram->source(), datagram->destination(), datagram->payload()), 0);
      got.push_back({*wire::read(*view), record});
    }
    return got;
  }
  std::vector<Got> collect() {
    target_->collect(trace_);
    return came();
  }
  // Until something came, at most so long.
  std::vector<Got> wait(clock::Duration most) {
    const auto until = target_->now() + most;
    auto got = collect();
    while (got.empty() && target_->now() < until) {
      target_->wait(until);
      got = collect();
    }
    return got;
  }

  event::Reply status(wire::Port peer, wire::Port local = kServer) {
    const auto of = event::encode(wire::FourTuple{{host_.local, local}, {host_.remote, peer}});
    return call({.op = Op::Status, .data = of});
  }
  std::optional<TcpState> state(wire::Port peer, wire::Port local = kServer) {
    const auto status = event::decode_status(this->status(peer, local).data);
    return status ? status->state() : std::nullopt;
  }

 private:
  Host host_;
  event::Trace trace_;
  std::unique_ptr<Target> target_;
  std::uint32_t calls_ = 0, seen_ = 0;
};

// The peer's end of one connection, with its numbers.
class Peer {
 public:
  Peer(Rig& run, wire::Port port, wire::Port to = kServer) : run_(run), port_(port), to_(to) {}

  std::vector<Got> send(wire::Flags flags, std::string_view payload = {}) {
    wire::Segment s;
    s.source = port_;
    s.destination = to_;
    s.seq = seq_;
    s.flags = flags;
    s.window = 65535;
    if (flags.ack()) s.ack = ack_;
    if (flags.syn()) s.mss = 1460;
    auto got = run_.inject(s, payload);
    seq_ = seq_ + s.length() + static_cast<std::uint32_t>(payload.size());
    learn(got);
    return got;
  }
  // What it will acknowledge from now on.
  void learn(const std::vector<Got>& got) {
    for (const Got& g : got) {
      if (g.segment.length() > 0) ack_ = g.segment.seq + g.segment.length();
    }
  }
  // The passive open, from the other end.
  void handshake() {
    ASSERT_EQ(send(wire::kSyn).size(), 1u);
    ASSERT_TRUE(send(wire::kAck).empty());
  }
  TcpState state() { return run_.state(port_, to_).value_or(TcpState::Closed); }
  wire::SeqNum seq() const { return seq_; }

 private:
  Rig& run_;
  wire::Port port_, to_;
  wire::SeqNum seq_{0xFFFF'FFF0}, ack_{0};
};

// Whether namespaces can be made here, and the device opened: by the system's own calls alone.
inline bool machine_has(WireKind kind) {
  const pid_t child = ::fork();
  if (child == 0) {
    const int own = ::geteuid() == 0 ? 0 : CLONE_NEWUSER;
    bool can = ::unshare(own | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID) == 0;
    if (kind == WireKind::Tun) can = can && ::open("/dev/net/tun", O_RDWR | O_CLOEXEC) >= 0;
    ::_exit(can ? 0 : 1);
  }
  int status = 1;
  return child > 0 && ::waitpid(child, &status, 0) == child && status == 0;
}

// Brings the process back to the namespace it came from. As an ordinary user it cannot go back,
// but there each test is its own process, or as good in any namespace.
class NetnsTest : public ::testing::TestWithParam<WireKind> {
 protected:
  void SetUp() override {
    const auto availability = available(GetParam());
    if (!availability.ok) {
      // Where the machine has all it takes, that is no reason to skip but the thing to find.
      ASSERT_FALSE(machine_has(GetParam())) << availability.why_not;
      GTEST_SKIP() << availability.why_not;
    }
    home_ = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    ASSERT_GE(home_, 0);
  }
  void TearDown() override {
    if (home_ < 0) return;
    if (::geteuid() == 0) ::setns(home_, CLONE_NEWNET);
    ::close(home_);
  }

 private:
  int home_ = -1;
};

inline std::string wire_name(const ::testing::TestParamInfo<WireKind>& info) {
  return std::string{name(info.param)};
}
inline const auto kBothWires = ::testing::Values(WireKind::Raw, WireKind::Tun);

}  // namespace harness::target::netns
