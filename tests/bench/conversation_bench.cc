// Whole conversations, engine to engine through the link, recorded in the trace, and judged; and
// what each module has in it. Run build/tests/lastack_bench for the figures.

#include <benchmark/benchmark.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <vector>

#include "harness/base/check.h"
#include "harness/engine/out.h"
#include "harness/engine/stack.h"
#include "harness/event/start.h"
#include "harness/link/link.h"
#include "harness/model/model.h"
#include "harness/oracle/checker.h"
#include "harness/oracle/form.h"
#include "harness/oracle/integrity.h"
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
constexpr int kWrites = 4;
constexpr int kLongWrites = 12;
constexpr std::uint64_t kLongSegments = 20;
constexpr std::size_t kOctets = 100;
constexpr clock::Duration kMsl =
    std::chrono::milliseconds{1};  // So that TIME-WAIT does not pile up.

// An engine at the peer's end with a small client on it, and the server that runs on the target:
// the client connects, sends its segments and closes; the server reads to the end and closes.
// `anew`: it listens for each conversation, so that the record of one is whole.
class EnginePeer final : public scenario::Peer {
 public:
  EnginePeer(engine::Stack& stack, event::Trace& replies, int writes, bool anew)
      : stack_(stack), replies_(replies), writes_(writes), anew_(anew) {}

  void begin(clock::Instant now, event::Trace& run) {
    done_ = false;
    bodies_.clear();
    bodies_sent_ = 0;
    replies_.clear();
    replies_seen_ = 0;
    connected_ = false;
    if (listener_ >= 0) {
      accept();
    } else {
      setup_ = 0;
      next_server_call_ = Call{.op = Op::Socket, .args = {AF_INET, SOCK_STREAM, IPPROTO_TCP}};
    }
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
    if (stack_.due(now)) {
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
    for (int i = 0; i < writes_; ++i) {
      ask(now, run, {.fd = client_fd_, .op = Op::Send, .data = payload_});
    }
    ask(now, run, {.fd = client_fd_, .op = Op::Close});
  }

  void accept() {
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
    } else if (closing_ == 1 && anew_) {
      closing_ = 2;
      next_server_call_ = Call{.fd = listener_, .op = Op::Close};
    } else if (closing_ > 0) {
      closing_ = 0;
      done_ = true;
      if (anew_) listener_ = -1;
    } else if (reply.result == 0) {
      closing_ = 1;
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
  const int writes_;
  const bool anew_;
  int setup_ = 0, closing_ = 0;  // Sockets that are closed, or about to be.
  bool connected_ = false, done_ = false;
  std::uint64_t octets_read_ = 0;
};

engine::Config config(const wire::IpAddress& address) {
  engine::Config config;
  config.addresses = {address};
  config.msl = kMsl;
  return config;
}

// The two hosts, and the link between them.
class World {
 public:
  // `whole`: the record of a conversation says all there is to know of it.
  World(int writes, bool whole)
      : peer_(client_, replies_, writes, whole), writes_(writes), whole_(whole) {}

  // Records one conversation; nothing of the one before is left.
  void hold() {
    trace_.clear();
    clock_->wait_until(clock_->now() + 5 * kMsl);
    if (whole_) {
      trace_.append({.at = clock_->now(), .body = trace_.keep(start_), .kind = event::Kind::Start});
    }
    peer_.begin(clock_->now(), trace_);
    scenario::run(peer_, link_, server_, {.end = clock_->now() + std::chrono::minutes{1}}, trace_);
    ++held_;
  }
  // All that was written was read.
  void check() const {
    CHECK(peer_.octets_read() == held_ * static_cast<std::uint64_t>(writes_) * kOctets);
  }
  std::uint64_t segments() const {
    return static_cast<std::uint64_t>(
        std::ranges::count(trace_.records(), event::Kind::Packet, &event::Record::kind));
  }
  const event::Trace& trace() const { return trace_; }

 private:
  static base::Bytes start() {
    event::Start facts;
    facts.set("target", "engine");
    facts.set("local", kServer.print());
    facts.set("remote", kClient.print());
    facts.set("can", "virtual-time");
    event::Trace trace;
    event::append(trace, {}, facts);
    const auto octets = trace.body(trace[0]);
    return {octets.begin(), octets.end()};
  }

  std::shared_ptr<clock::Clock> clock_ = std::make_shared<clock::VirtualClock>();
  const base::Bytes start_ = start();
  target::inproc::InprocTarget server_{
      config(kServer), {.local = kServer, .remote = kClient, .rng = base::Rng{1}, .clock = clock_}};
  engine::Stack client_{config(kClient), base::Rng{2}};
  event::Trace trace_, replies_;
  EnginePeer peer_;
  link::Link link_{{}, base::Rng{3}};
  const int writes_;
  const bool whole_;
  std::uint64_t held_ = 0;
};

void conversation(benchmark::State& state) {
  World world{kWrites, false};
  std::uint64_t segments = 0, conversations = 0;
  for (auto _ : state) {
    world.hold();
    ++conversations;
    segments += world.segments();
  }
  world.check();
  state.counters["per segment"] = benchmark::Counter(
      static_cast<double>(segments), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["conversations/s"] =
      benchmark::Counter(static_cast<double>(conversations), benchmark::Counter::kIsRate);
  state.counters["segments each"] =
      static_cast<double>(segments) / static_cast<double>(conversations);
}
BENCHMARK(conversation)->Unit(benchmark::kMicrosecond);

// The judges a swarm has: the model, the form of each segment, the integrity of both streams.
class Judges {
 public:
  explicit Judges(const event::Trace& first) : assume_(model::assumptions_of(first)) {}

  bool pass(const event::Trace& trace) {
    model_.clear(assume_);
    for (std::uint32_t i = 0; i < trace.size(); ++i) model_.step(trace, i);
    model_.finish(trace);
    const oracle::Checker* const checkers[] = {&form_, &integrity_};
    return oracle::judge(trace, checkers).verdict == oracle::Verdict::Pass &&
           model_.violations().empty() && model_.undecided() == 0;
  }

 private:
  const model::Assumptions assume_;
  model::Model model_{assume_};
  const oracle::Form form_;
  const oracle::Integrity integrity_;
};

// Of the processor: others may want it too.
double seconds_used() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// The same conversations with and without judges, turn and turn about: what the judges cost is the
// ratio, whatever else the machine does.
void judged_conversation(benchmark::State& state) {
  constexpr int kTurn = 200;
  World plain{kLongWrites, true}, judged{kLongWrites, true};
  judged.hold();
  Judges judges{judged.trace()};
  double without = 0, with = 0;
  std::uint64_t conversations = 0;
  for (auto _ : state) {
    const double start = seconds_used();
    for (int i = 0; i < kTurn; ++i) plain.hold();
    const double middle = seconds_used();
    for (int i = 0; i < kTurn; ++i) {
      judged.hold();
      CHECK(judges.pass(judged.trace()));
    }
    const double end = seconds_used();
    without += middle - start;
    with += end - middle;
    conversations += kTurn;
    state.SetIterationTime(end - middle);
  }
  plain.check();
  judged.check();
  CHECK(judged.segments() == kLongSegments);
  state.counters["conversations/s"] = static_cast<double>(conversations) / with;
  state.counters["segments each"] = static_cast<double>(judged.segments());
  state.counters["to unjudged"] = with / without;
  state.counters["budget"] = 80'000;
}
BENCHMARK(judged_conversation)->UseManualTime()->Unit(benchmark::kMicrosecond);

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
