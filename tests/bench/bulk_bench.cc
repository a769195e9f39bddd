// What the engine costs: one connection at full speed, engine to engine in virtual time, without a
// trace.

#include <benchmark/benchmark.h>

#include "harness/base/check.h"
#include "tests/bench/engine_pair.h"

namespace {

using namespace harness;
using event::Op;

void bulk(benchmark::State& state) {
  bench::EnginePair pair;
  const base::Bytes chunk(std::size_t{1} << 20);
  std::uint64_t received = 0;
  for (auto _ : state) {
    std::size_t sent = 0;
    for (std::size_t arrived = 0; arrived < chunk.size();) {
      if (sent < chunk.size()) {
        const auto taken =
            pair.ask(pair.kClient,
                     {.fd = pair.client(), .op = Op::Send, .data = std::span{chunk}.subspan(sent)});
        sent += static_cast<std::size_t>(std::max<std::int64_t>(taken.result, 0));
      }
      pair.exchange();
      const auto before = arrived;
      for (;;) {
        const auto read =
            pair.ask(pair.kServer, {.fd = pair.server(), .op = Op::Receive, .args = {0, 1 << 20}});
        if (read.result <= 0) break;
        arrived += read.data.size();
      }
      pair.exchange();
      // What is held back, or an acknowledgment that is delayed, comes with time.
      if (arrived == before) pair.pass(std::chrono::milliseconds{1});
    }
    received += chunk.size();
  }
  state.counters["Gbit/s"] =
      benchmark::Counter(static_cast<double>(received) * 8 / 1e9, benchmark::Counter::kIsRate);
  state.counters["per segment"] =
      benchmark::Counter(static_cast<double>(pair.segments()),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(bulk)->Unit(benchmark::kMicrosecond);

// What DESIGN asks of engine and link together: at most 300 ns for each segment. A text of 100
// octets and its delayed acknowledgment, with the calls that write and read.
void engine_and_link(benchmark::State& state) {
  link::Link link{{}, base::Rng{1}};
  bench::EnginePair pair{{}, &link};
  const base::Bytes octets(100);
  const auto before = pair.segments();
  for (auto _ : state) {
    pair.ask(pair.kClient, {.fd = pair.client(), .op = Op::Send, .data = octets});
    pair.exchange();
    CHECK(pair.ask(pair.kServer, {.fd = pair.server(), .op = Op::Receive, .args = {0, 4096}})
              .result == 100);
    pair.pass(std::chrono::milliseconds{200});
  }
  state.counters["per segment"] =
      benchmark::Counter(static_cast<double>(pair.segments() - before),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(engine_and_link);

}  // namespace
