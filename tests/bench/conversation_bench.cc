// Whole conversations, engine to engine through the link, recorded in the trace; and what each
// module has in it. Run build/tests/lastack_bench for the figures.

#include <benchmark/benchmark.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "harness/base/check.h"
#include "harness/engine/out.h"
#include "harness/engine/stack.h"
#include "harness/link/link.h"
#include "harness/scenario/peer.h"
#include "harness/scenario/run_loop.h"
#include "harness/target/inproc/inproc.h"

namespace {

using namespace harness;
using event::Call;
using event::Op;
using event::Span;

const wire::IpAddress kServer = wire::IpAddress::v4(0xC000'0201);
const wire::IpAddress kClient = wire::IpAddress::v4(0xC633'6401);
constexpr wire::Port kPort = 8080;
constexpr int kSegments = 4;
constexpr std::size_t kOctets = 100;
constexpr clock::Duration kMsl =
    std::chrono::milliseconds{1};  // So that TIME-WAIT does not pile up.

// An engine at the peer's end with a small client on it, and the server that runs on the target:
// the client connects, sends four segments and closes; the server reads to the end and closes.
class EnginePeer final : public scenario::Peer {
 public:
  EnginePeer(engine::Stack& stack, event::Trace& replies) : stack_(stack), replies_(replies) {
    next_server_call_ = Call{.op = Op::Socket, .args = {AF_INET, SOCK_STREAM, IPPROTO_TCP}};
  }

  void begin(clock::Instant now, event::Trace& run) {
    done_ = false;
    bodies_.clear();
    bodies_sent_ = 0;
    replies_.clear();
    replies_seen_ = 0;
    if (listener_ >= 0) accept();
    ask(now, run, {.op = Op::Socket, .args = {AF_INET, SOCK_STREAM, IPPROTO_TCP}});
    client_fd_ = static_cast<std::int32_t>(replies_.reply(replies_[0]).result);
    ask(now, run, {.fd = client_fd_, .op = Op::SetOption, .args = {IPPROTO_TCP, TCP_NODELAY, 1}});
    ask(now, run, {.fd = client_fd_, .op = Op::Connect, .data = server_octets_});
    replies_seen_ = replies_.size();
  }

  void see(const event::Trace& trace, std::uint32_t index) override {
    if (trace[index].kind == event::Kind::Reply) {
      serve(trace.reply(trace[index]));
    } else {
      arrived_.push_back(index);
    }
  }

  std::optional<target::Stimulus> act(clock::Instant now, event::Trace& run) override {
    for (const auto index : arrived_) {
      engine::Out out{run, now, bodies_, replies_};
      stack_.step(now, run.body(run[index]), out);
    }
    arrived_.clear();
    if (const auto due = stack_.next_deadline(); due && *due <= now) {
      engine::Out out{run, now, bodies_, replies_};
      stack_.step(now, out);
    }
    for (; replies_seen_ < replies_.size(); ++replies_seen_) connected(now, run);
    if (next_server_call_) {  // It listens before the client's SYN goes.
      Call call = *next_server_call_;
      call.id = ++calls_;
      next_server_call_.reset();
      return call;
    }
    if (bodies_sent_ < bodies_.size()) {
      return event::Packet{.direction = event::Direction::ToTarget,
                           .body = bodies_[bodies_sent_++]};
    }
    return std::nullopt;
  }

  std::optional<clock::Instant> next_deadline() const override { return stack_.next_deadline(); }
  bool done() const override { return done_; }
  std::uint64_t octets_read() const { return octets_read_; }

 private:
  void ask(clock::Instant now, event::Trace& run, Call call) {
    engine::Out out{run, now, bodies_, replies_};
    call.id = ++calls_;
    stack_.step(now, call, out);
  }

  // The one reply the client waits for is that of connect.
  void connected(clock::Instant now, event::Trace& run) {
    if (connected_) return;
    CHECK(replies_.reply(replies_[replies_seen_]).error == 0);
    connected_ = true;
    for (int i = 0; i < kSegments; ++i) {
      ask(now, run, {.fd = client_fd_, .op = Op::Send, .data = payload_});
    }
    ask(now, run, {.fd = client_fd_, .op = Op::Close});
  }

  void accept() {
    connected_ = false;
    next_server_call_ = Call{.fd = listener_, .op = Op::Accept};
    server_fd_ = -1;
  }

  void serve(const event::Reply& reply) {
    CHECK(reply.error == 0);
    if (listener_ < 0) {
      listener_ = static_cast<std::int32_t>(reply.result);
      next_server_call_ = Call{.fd = listener_, .op = Op::Bind, .data = server_octets_};
    } else if (setup_ < 2) {
      if (++setup_ == 1) {
        next_server_call_ = Call{.fd = listener_, .op = Op::Listen, .args = {8}};
      } else {
        accept();
      }
    } else if (server_fd_ < 0) {
      server_fd_ = static_cast<std::int32_t>(reply.result);
      receive();
    } else if (closing_) {
      closing_ = false;
      done_ = true;
    } else if (reply.result == 0) {
      closing_ = true;
      next_server_call_ = Call{.fd = server_fd_, .op = Op::Close};
    } else {
      octets_read_ += reply.data.size();
      receive();
    }
  }

  void receive() {
    next_server_call_ = Call{.fd = server_fd_, .op = Op::Receive, .args = {0, 4096}};
  }

  engine::Stack& stack_;
  event::Trace& replies_;
  std::array<std::byte, event::kEndpointSize> server_octets_ =
      event::encode(wire::Endpoint{kServer, kPort});
  std::array<std::byte, kOctets> payload_{};
  std::vector<event::Body> bodies_;
  std::size_t bodies_sent_ = 0;
  std::vector<std::uint32_t> arrived_;
  std::optional<Call> next_server_call_;
  std::uint32_t calls_ = 0, replies_seen_ = 0;
  std::int32_t client_fd_ = -1, listener_ = -1, server_fd_ = -1;
  int setup_ = 0;
  bool connected_ = false, closing_ = false, done_ = false;
  std::uint64_t octets_read_ = 0;
};

engine::Config config(const wire::IpAddress& address) {
  engine::Config config;
  config.addresses = {address};
  config.msl = kMsl;
  return config;
}

void conversation(benchmark::State& state) {
  auto clock = std::make_shared<clock::VirtualClock>();
  const target::Host host{.local = kServer, .remote = kClient, .rng = base::Rng{1}, .clock = clock};
  target::inproc::InprocTarget server{config(kServer), host};
  engine::Stack client{config(kClient), base::Rng{2}};
  event::Trace trace, replies;
  EnginePeer peer{client, replies};
  link::Link link{{}, base::Rng{3}};
  std::uint64_t segments = 0, conversations = 0;
  for (auto _ : state) {
    trace.clear();
    clock->wait_until(clock->now() + 5 * kMsl);
    peer.begin(clock->now(), trace);
    scenario::run(peer, link, server, {.end = clock->now() + std::chrono::minutes{1}}, trace);
    ++conversations;
    for (const auto& record : trace.records()) segments += record.kind == event::Kind::Packet;
  }
  CHECK(peer.octets_read() == conversations * kSegments * kOctets);
  state.counters["per segment"] = benchmark::Counter(
      static_cast<double>(segments), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["conversations/s"] =
      benchmark::Counter(static_cast<double>(conversations), benchmark::Counter::kIsRate);
  state.counters["segments each"] =
      static_cast<double>(segments) / static_cast<double>(conversations);
}
BENCHMARK(conversation)->Unit(benchmark::kMicrosecond);

// The engine alone: a data segment from one stack to the other and its acknowledgment back, with
// the calls that write and read; neither link nor loop nor records of datagrams.
void engine_alone(benchmark::State& state) {
  engine::Stack stacks[] = {{config(kServer), base::Rng{1}}, {config(kClient), base::Rng{2}}};
  event::Trace octets, replies;
  std::vector<event::Body> bodies;
  clock::Instant now;
  const auto ask = [&](int who, const Call& call) {
    engine::Out out{octets, now, bodies, replies};
    stacks[who].step(now, call, out);
    return replies.size() == 0
               ? 0
               : static_cast<std::int32_t>(replies.reply(replies[replies.size() - 1]).result);
  };
  std::vector<event::Body> arriving;
  const auto exchange = [&](int to) {
    for (; !bodies.empty(); to ^= 1) {
      arriving.swap(bodies);
      for (const auto body : arriving) {
        engine::Out out{octets, now, bodies, replies};
        stacks[to].step(now, octets.body(body), out);
      }
      arriving.clear();
    }
  };
  const auto server = event::encode(wire::Endpoint{kServer, kPort});
  const auto listener = ask(0, {.op = Op::Socket, .args = {AF_INET, SOCK_STREAM, IPPROTO_TCP}});
  ask(0, {.fd = listener, .op = Op::Bind, .data = server});
  ask(0, {.fd = listener, .op = Op::Listen, .args = {8}});
  const auto client = ask(1, {.op = Op::Socket, .args = {AF_INET, SOCK_STREAM, IPPROTO_TCP}});
  ask(1, {.fd = client, .op = Op::Connect, .data = server});
  exchange(0);
  const auto accepted = ask(0, {.fd = listener, .op = Op::Accept});
  const base::Bytes payload(kOctets);
  std::uint64_t segments = 0;
  for (auto _ : state) {
    octets.clear();
    replies.clear();
    ask(1, {.fd = client, .op = Op::Send, .data = payload});
    exchange(0);
    CHECK(ask(0, {.fd = accepted, .op = Op::Receive, .args = {0, 4096}}) == kOctets);
    now += std::chrono::milliseconds{200};  // The acknowledgment is delayed, at most so long.
    engine::Out out{octets, now, bodies, replies};
    stacks[0].step(now, out);
    CHECK(bodies.size() == 1);
    exchange(1);
    segments += 2;
  }
  state.counters["per segment"] = benchmark::Counter(
      static_cast<double>(segments), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(engine_alone);

}  // namespace
