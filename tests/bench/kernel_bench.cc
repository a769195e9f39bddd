// Conversations with the kernel from one process: handshake, data, close, all of it recorded;
// beside them the same exchange in a loop that does no more than it must, by turns in the same run.

#include <benchmark/benchmark.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>

#include "harness/base/bytes.h"
#include "harness/base/check.h"
#include "harness/clock/clock.h"
#include "harness/observe/sock_diag.h"
#include "harness/target/netns/address.h"
#include "harness/target/netns/linux_target.h"
#include "harness/wire/checksum.h"
#include "harness/wire/craft.h"
#include "harness/wire/datagram_view.h"

namespace {

using namespace harness;
using event::Call;
using event::Op;
using target::netns::WireKind;

constexpr wire::Port kServer = 8080, kFirst = 10'000, kLast = 60'000;
constexpr std::size_t kOctets = 100;
constexpr std::uint32_t kIss = 0xFFFF'FFF0;  // Short of the wrap.
constexpr wire::Flags kFinAck = wire::kFin | wire::kAck;

target::Host host() {
  return {.local = wire::IpAddress::v4(0xC000'0201), .remote = wire::IpAddress::v4(0xC633'6401)};
}

wire::Port next(wire::Port port) {
  return port == kLast ? kFirst : static_cast<wire::Port>(port + 1);
}

// What lastack does: a target, its trace, segments crafted, what comes back parsed.
class Ours {
 public:
  explicit Ours(bool evidence)
      : target_(target::netns::make(WireKind::Raw, host(), evidence)), payload_(kOctets) {
    listener_ = static_cast<std::int32_t>(
        ask({.op = Op::Socket, .args = {AF_INET, SOCK_STREAM, IPPROTO_TCP}}));
    const auto at = event::encode(wire::Endpoint{host().local, kServer});
    CHECK(ask({.fd = listener_, .op = Op::Bind, .data = at}) == 0);
    CHECK(ask({.fd = listener_, .op = Op::Listen, .args = {128}}) == 0);
  }

  void open() {
    trace_.clear();
    port_ = next(port_);
    seq_ = wire::SeqNum{kIss};
    CHECK(send(wire::kSyn));
    send(wire::kAck);
    fd_ = static_cast<std::int32_t>(ask({.fd = listener_, .op = Op::Accept}));
    CHECK(fd_ > 0);
  }
  void talk() {
    open();
    send(wire::kAck | wire::kPsh, payload_);
    CHECK(ask({.fd = fd_, .op = Op::Receive, .args = {0, 1000}}) == kOctets);
    send(kFinAck);
    const auto before = trace_.size();
    CHECK(ask({.fd = fd_, .op = Op::Close}) == 0);
    CHECK(learn(before));
    send(wire::kAck);
  }
  wire::FourTuple connection() const { return {{host().local, kServer}, {host().remote, port_}}; }

 private:
  std::int64_t ask(Call call) {
    call.id = ++calls_;
    const auto before = trace_.size();
    target_->submit(call, trace_);
    for (auto i = before; i < trace_.size(); ++i) {
      if (trace_[i].kind == event::Kind::Reply) return trace_.reply(trace_[i]).result;
    }
    return -1;
  }
  bool send(wire::Flags flags, std::span<const std::byte> payload = {}) {
    wire::Segment segment{.source = port_, .destination = kServer};
    segment.seq = seq_;
    if (flags.ack()) segment.ack = ack_;
    segment.flags = flags;
    segment.window = 65535;
    segment.payload = payload;
    const wire::IpHeader ip{.source = host().remote, .destination = host().local};
    const auto room = trace_.reserve(wire::datagram_size(ip, segment));
    wire::write(ip, segment, room.bytes);
    seq_ = seq_ + segment.length();
    const auto before = trace_.size();
    target_->submit(event::Packet{.direction = event::Direction::ToTarget,
                                  .id = before,
                                  .gso_size = 0,
                                  .body = room.body},
                    trace_);
    return learn(before);
  }
  // What the target has sent is acknowledged from now on.
  bool learn(std::uint32_t from) {
    bool any = false;
    for (auto i = from; i < trace_.size(); ++i) {
      const auto& record = trace_[i];
      if (record.kind != event::Kind::Packet || record.direction != event::Direction::FromTarget) {
        continue;
      }
      const auto datagram = wire::DatagramView::parse(trace_.body(record));
      const auto view = wire::SegmentView::parse(datagram->payload());
      const bool counts = view->flags().syn() || view->flags().fin();
      if (counts) ack_ = view->seq() + 1;
      any = true;
    }
    return any;
  }

  std::unique_ptr<target::Target> target_;
  event::Trace trace_;
  base::Bytes payload_;
  std::uint32_t calls_ = 0;
  std::int32_t listener_ = -1, fd_ = -1;
  wire::Port port_ = kFirst;
  wire::SeqNum seq_{0}, ack_{0};
};

// The least that does the same: octets into a packet socket, octets out of it, three system calls.
class Minimal {
 public:
  Minimal() : wire_(target::netns::lay_wire(WireKind::Raw, host())) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto at = target::netns::to_system({host().local, kServer}, AF_INET);
    CHECK(::bind(listener_, at.get(), at.length) == 0 && ::listen(listener_, 128) == 0);
    // Ethernet, IPv4, TCP: what stays the same is written once.
    constexpr std::array<std::uint8_t, 14> kEthernet = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 3, 8, 0};
    std::memcpy(frame_.data(), kEthernet.data(), kEthernet.size());
    const wire::IpHeader ip{.source = host().remote, .destination = host().local};
    wire::Segment segment{.source = port_, .destination = kServer};
    segment.window = 65535;
    wire::write(ip, segment, std::span{frame_}.subspan(14, 40));
  }
  ~Minimal() { ::close(listener_); }

  void talk() {
    port_ = next(port_);
    base::store16(frame_.data() + 34, port_);
    seq_ = kIss;
    CHECK(send(2, 0));  // SYN
    send(16, 0);
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    CHECK(fd >= 0);
    send(24, kOctets);
    std::array<char, 1000> room;
    CHECK(::recv(fd, room.data(), room.size(), MSG_DONTWAIT) == kOctets);
    send(17, 0);
    CHECK(::close(fd) == 0 && receive());
    send(16, 0);
  }

 private:
  bool send(std::uint8_t flags, std::size_t octets) {
    auto* ip = frame_.data() + 14;
    auto* tcp = ip + 20;
    base::store16(ip + 2, static_cast<std::uint16_t>(40 + octets));
    base::store16(ip + 10, 0);
    wire::Checksum sum;
    sum.add({ip, 20});
    base::store16(ip + 10, sum.value());
    base::store32(tcp + 4, seq_);
    base::store32(tcp + 8, (flags & 16) != 0 ? ack_ : 0);
    tcp[13] = std::byte{flags};
    base::store16(tcp + 16, 0);
    base::store16(tcp + 16, wire::tcp_checksum(host().remote, host().local, {tcp, 20 + octets}));
    CHECK(::send(wire_->fd(), frame_.data(), 54 + octets, 0) > 0);
    seq_ += static_cast<std::uint32_t>(octets) + ((flags & 3) != 0 ? 1 : 0);
    return receive();
  }
  bool receive() {
    bool any = false;
    std::array<std::byte, 2048> room;
    while (::recv(wire_->fd(), room.data(), room.size(), MSG_DONTWAIT) >= 54) {
      const auto* tcp = room.data() + 34;
      if ((tcp[13] & std::byte{3}) != std::byte{0}) ack_ = base::load32(tcp + 4) + 1;
      any = true;
    }
    return any;
  }

  std::unique_ptr<target::netns::Wire> wire_;
  std::array<std::byte, 54 + kOctets> frame_{};
  int listener_ = -1;
  wire::Port port_ = kFirst;
  std::uint32_t seq_ = 0, ack_ = 0;
};

bool runs_here(benchmark::State& state) {
  const auto there = target::netns::available(WireKind::Raw);
  if (!there.ok) state.SkipWithError(there.why_not.c_str());
  return there.ok;
}

// Argument: whether the kernel's tracepoints are watched.
void KernelConversations(benchmark::State& state) {
  if (!runs_here(state)) return;
  Ours ours{state.range(0) != 0};
  Minimal minimal;
  const clock::SteadyClock clock;
  clock::Duration took_ours{}, took_minimal{};
  std::int64_t count = 0;
  for (auto _ : state) {
    const auto start = clock.now();
    ours.talk();
    const auto middle = clock.now();
    minimal.talk();
    took_ours += middle - start;
    took_minimal += clock.now() - middle;
    ++count;
  }
  const auto rate = [&](clock::Duration took) {
    return static_cast<double>(count) * 1e9 /
           static_cast<double>(std::max<std::int64_t>(took.count(), 1));
  };
  state.counters["lastack_per_s"] = rate(took_ours);
  state.counters["minimal_per_s"] = rate(took_minimal);
  state.counters["ratio"] = rate(took_ours) / rate(took_minimal);
}
BENCHMARK(KernelConversations)->ArgName("evidence")->Arg(0)->Arg(1)->UseRealTime();

// One connection's state by its name.
void ExactStateQuery(benchmark::State& state) {
  if (!runs_here(state)) return;
  Ours ours{false};
  ours.open();
  observe::SockDiag diag;
  for (auto _ : state) {
    auto status = diag.connection_status(ours.connection());
    CHECK(status && status->state() == event::TcpState::Established);
    benchmark::DoNotOptimize(status);
  }
}
BENCHMARK(ExactStateQuery);

}  // namespace
