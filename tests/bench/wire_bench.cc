// Segments beside libtins, in the same run and on the same octets: parsing a SYN with four options,
// building one, and parsing, verifying and printing a segment of 742 octets. libtins has no text of
// a segment, so there it is parsed and its checksum computed again. times_as_fast is the ratio.

#include <benchmark/benchmark.h>
#include <tins/tins.h>

#include <algorithm>
#include <cstdint>

#include "harness/base/check.h"
#include "harness/clock/clock.h"
#include "harness/wire/checksum.h"
#include "harness/wire/craft.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/print.h"
#include "harness/wire/segment.h"

namespace {

using namespace harness;

const wire::IpHeader kIp{.source = wire::IpAddress::v4(0xC000'0201),
                         .destination = wire::IpAddress::v4(0xC633'6401)};

wire::Segment syn() {
  wire::Segment segment{.source = 40'000, .destination = 8080, .seq = wire::SeqNum{0xFFFF'FFF0}};
  segment.flags = wire::kSyn;
  segment.window = 65'535;
  segment.mss = std::uint16_t{1460};
  segment.sack_permitted = true;
  segment.timestamps = wire::Timestamps{.val = 1, .ecr = 0};
  segment.window_scale = std::uint8_t{7};
  return segment;
}

base::Bytes octets_of(const wire::Segment& segment) {
  base::Bytes octets(wire::datagram_size(kIp, segment));
  wire::write(kIp, segment, octets);
  return octets;
}

base::Bytes large() {
  static const base::Bytes payload(742 - 20 - 20 - 12, std::byte{0x61});
  wire::Segment segment{.source = 8080, .destination = 40'000, .ack = wire::SeqNum{1}};
  segment.flags = wire::kAck | wire::kPsh;
  segment.timestamps = wire::Timestamps{.val = 1, .ecr = 2};
  segment.payload = payload;
  return octets_of(segment);
}

const std::uint8_t* as_tins(const base::Bytes& octets) {
  return reinterpret_cast<const std::uint8_t*>(octets.data());
}

// What is timed, each over and over on the same octets. Both sides read or set the same fields.
struct ParseSyn {
  base::Bytes octets = octets_of(syn());

  void ours() const {
    benchmark::DoNotOptimize(octets.data());
    const auto ip = wire::DatagramView::parse(octets);
    auto segment = wire::read(*wire::SegmentView::parse(ip->payload()));
    CHECK(segment->mss == 1460 && segment->window_scale == 7 && segment->sack_permitted &&
          segment->timestamps->val == 1);
    benchmark::DoNotOptimize(segment);
  }
  void libtins() const {
    benchmark::DoNotOptimize(octets.data());
    Tins::IP ip{as_tins(octets), static_cast<std::uint32_t>(octets.size())};
    const auto& tcp = ip.rfind_pdu<Tins::TCP>();
    CHECK(tcp.mss() == 1460 && tcp.winscale() == 7 && tcp.has_sack_permitted() &&
          tcp.timestamp().first == 1);
    benchmark::DoNotOptimize(ip);
  }
};

struct BuildSyn {
  Tins::IPv4Address source{"192.0.2.1"}, destination{"198.51.100.1"};  // Read once, as ours are.

  void ours() const {
    const auto segment = syn();
    base::Bytes octets(wire::datagram_size(kIp, segment));
    wire::write(kIp, segment, octets);
    benchmark::DoNotOptimize(octets.data());
  }
  void libtins() const {
    Tins::IP ip{destination, source};
    Tins::TCP tcp{8080, 40'000};
    tcp.seq(0xFFFF'FFF0);
    tcp.flags(Tins::TCP::SYN);
    tcp.window(65'535);
    tcp.mss(1460);
    tcp.sack_permitted();
    tcp.timestamp(1, 0);
    tcp.winscale(7);
    ip /= tcp;
    auto octets = ip.serialize();
    benchmark::DoNotOptimize(octets.data());
  }
};

struct ParseVerifyPrint {
  base::Bytes octets = large();

  void ours() const {
    benchmark::DoNotOptimize(octets.data());
    auto text = wire::print_datagram(octets);
    CHECK(text.size() > 20 && !text.ends_with("{checksum bad}"));
    benchmark::DoNotOptimize(text);
  }
  void libtins() const {
    benchmark::DoNotOptimize(octets.data());
    Tins::IP ip{as_tins(octets), static_cast<std::uint32_t>(octets.size())};
    const auto was = ip.rfind_pdu<Tins::TCP>().checksum();
    const auto again = ip.serialize();
    CHECK(ip.rfind_pdu<Tins::TCP>().checksum() == was);
    benchmark::DoNotOptimize(again.data());
  }
};

// Rounds in turn, so that both meet the same machine; of each the fastest counts.
template <class Task>
void beside_libtins(benchmark::State& state) {
  constexpr int kRound = 500;
  const Task task;
  const clock::SteadyClock clock;
  auto ours = clock::Duration::max(), theirs = ours;
  for (auto _ : state) {
    const auto start = clock.now();
    for (int i = 0; i < kRound; ++i) task.ours();
    const auto half = clock.now();
    for (int i = 0; i < kRound; ++i) task.libtins();
    ours = std::min(ours, half - start);
    theirs = std::min(theirs, clock.now() - half);
  }
  const auto ns = [](clock::Duration of) { return static_cast<double>(of.count()) / kRound; };
  state.counters["ours_ns"] = ns(ours);
  state.counters["libtins_ns"] = ns(theirs);
  state.counters["times_as_fast"] = ns(theirs) / ns(ours);
}

BENCHMARK(beside_libtins<ParseSyn>);
BENCHMARK(beside_libtins<BuildSyn>);
BENCHMARK(beside_libtins<ParseVerifyPrint>);

}  // namespace
