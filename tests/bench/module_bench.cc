// What each module costs per segment, beside the budget it was designed to; and the trace's store
// beside the design it replaced.

#include <benchmark/benchmark.h>

#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/base/check.h"
#include "harness/event/trace.h"
#include "harness/link/link.h"
#include "harness/scenario/run_loop.h"
#include "harness/wire/checksum.h"
#include "harness/wire/craft.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"

namespace {

using namespace harness;

constexpr std::size_t kOctets = 100;
constexpr int kSegments = 20;

const wire::IpHeader kIp{.source = wire::IpAddress::v4(0xC633'6401),
                         .destination = wire::IpAddress::v4(0xC000'0201)};

wire::Segment data_segment(std::span<const std::byte> payload) {
  return {.source = 40000,
          .destination = 8080,
          .seq = wire::SeqNum{0xFFFF'FFF0},
          .ack = wire::SeqNum{1},
          .flags = wire::kAck | wire::kPsh,
          .window = 65535,
          .payload = payload};
}

void per_segment(benchmark::State& state, double budget_ns, int segments = 1) {
  state.counters["per segment"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * segments,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["budget"] = budget_ns / 1e9;  // Seconds, as the figure beside it.
}

void craft_and_checksum(benchmark::State& state) {
  const base::Bytes payload(kOctets);
  const auto segment = data_segment(payload);
  base::Bytes out(wire::datagram_size(kIp, segment));
  for (auto _ : state) {
    wire::write(kIp, segment, out);
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  per_segment(state, 45);
}
BENCHMARK(craft_and_checksum);

void parse_and_verify(benchmark::State& state) {
  const base::Bytes payload(kOctets);
  const auto segment = data_segment(payload);
  base::Bytes octets(wire::datagram_size(kIp, segment));
  wire::write(kIp, segment, octets);
  for (auto _ : state) {
    benchmark::DoNotOptimize(octets.data());
    const auto ip = wire::DatagramView::parse(octets);
    const auto view = wire::SegmentView::parse(ip->payload());
    auto read = wire::read(*view);
    CHECK(wire::tcp_checksum(ip->source(), ip->destination(), ip->payload()) == 0);
    benchmark::DoNotOptimize(read);
  }
  per_segment(state, 40);
}
BENCHMARK(parse_and_verify);

void store_and_record(benchmark::State& state) {
  event::Trace trace;
  for (auto _ : state) {
    trace.clear();
    for (int i = 0; i < kSegments; ++i) {
      const auto room = trace.reserve(kOctets);
      benchmark::DoNotOptimize(room.bytes.data());
      trace.append_new_packet(event::Kind::Packet, clock::kStart, event::Direction::ToTarget,
                              room.body, event::kNoRecord);
    }
  }
  per_segment(state, 10, kSegments);
}
BENCHMARK(store_and_record);

// The obvious design, for the ratio: a vector for each datagram, variants of strings for the rest.
void store_obvious(benchmark::State& state) {
  struct Packet {
    int direction;
    std::vector<std::byte> octets;
  };
  struct Event {
    clock::Instant at;
    std::variant<Packet, std::string> what;
    std::optional<std::string> note;
  };
  const base::Bytes octets(kOctets);
  for (auto _ : state) {
    std::vector<Event> trace;
    for (int i = 0; i < kSegments; ++i) {
      trace.push_back({clock::kStart, Packet{0, octets}, std::string("a packet on its way")});
    }
    benchmark::DoNotOptimize(trace.data());
  }
  per_segment(state, 10, kSegments);
}
BENCHMARK(store_obvious);

void link_without_faults(benchmark::State& state) {
  link::Link link{{}, base::Rng{1}};
  event::Trace trace;
  const auto body = trace.keep(base::Bytes(kOctets));
  const event::Packet packet{.id = 0, .body = body};
  for (auto _ : state) {
    link.take(clock::kStart, packet, trace);
    auto arrival = link.release(clock::kStart);
    benchmark::DoNotOptimize(arrival);
  }
  per_segment(state, 15);
}
BENCHMARK(link_without_faults);

// Twenty segments over a link with these faults; what they do is on record.
void link_with(benchmark::State& state, const char* faults) {
  const base::Bytes payload(kOctets);
  const auto segment = data_segment(payload);
  base::Bytes octets(wire::datagram_size(kIp, segment));
  wire::write(kIp, segment, octets);
  link::Link link{link::parse_faults(faults).value(), base::Rng{1}};
  event::Trace trace;
  for (auto _ : state) {
    trace.clear();
    const event::Packet packet{.id = 0, .body = trace.keep(octets)};
    for (int i = 0; i < kSegments; ++i) {
      link.take(clock::kStart, packet, trace);
      while (auto arrival = link.release(clock::kNever)) benchmark::DoNotOptimize(arrival);
    }
  }
  per_segment(state, 60, kSegments);
}
BENCHMARK_CAPTURE(link_with, faults_by_chance, "loss 5%; delay 1ms..2ms; drop FIN nth 1");
BENCHMARK_CAPTURE(link_with, faults_that_remember, "loss gemodel 1% 20%; delay 9ms +- 3ms normal");
BENCHMARK_CAPTURE(link_with, faults_that_aim, "drop retransmission 99; drop seq 1..9 from-target");

// A peer that sends so many datagrams to a target that does nothing: what is left is the loop.
class Sender final : public scenario::Peer {
 public:
  explicit Sender(event::Body body) : body_(body) {}
  void see(const event::Trace&, std::uint32_t) override {}
  std::optional<target::Stimulus> act(clock::Instant, event::Trace&) override {
    if (left_ == 0) return std::nullopt;
    --left_;
    return event::Packet{.direction = event::Direction::ToTarget, .body = body_};
  }
  std::optional<clock::Instant> next_deadline() const override { return std::nullopt; }
  bool done() const override { return left_ == 0; }

 private:
  event::Body body_;
  int left_ = kSegments;
};

class Sink final : public target::Target {
 public:
  std::string_view name() const override { return "sink"; }
  std::string_view version() const override { return ""; }
  bool can(target::Capability) const override { return true; }
  bool understands(std::string_view) const override { return false; }
  clock::Instant now() const override { return clock::kStart; }
  void submit(const target::Stimulus& stimulus, event::Trace& trace) override {
    const auto& packet = std::get<event::Packet>(stimulus);
    trace.append_packet(event::Kind::Packet, clock::kStart, packet, packet.id);
  }
  void collect(event::Trace&) override {}
  std::optional<clock::Instant> next_deadline() const override { return std::nullopt; }
  clock::Instant wait(clock::Instant) override { return clock::kStart; }
};

void run_loop(benchmark::State& state) {
  Sink sink;
  link::Link link{{}, base::Rng{1}};
  event::Trace trace;
  for (auto _ : state) {
    trace.clear();
    Sender sender{trace.keep(base::Bytes(1))};
    scenario::run(sender, link, sink, {}, trace);
  }
  per_segment(state, 40 + 15 + 10, kSegments);
}
BENCHMARK(run_loop);

}  // namespace
