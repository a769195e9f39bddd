// Random conversations with the engine, drawn, held and judged: what `lastack swarm` does, in one
// process. Cleared of the machine's noise the ratio to the bare conversation below is what counts.

#include <benchmark/benchmark.h>

#include <cstdint>

#include "harness/campaign/swarm.h"
#include "harness/target/inproc/inproc.h"

namespace {

using namespace harness;

void swarm(benchmark::State& state, bool faults) {
  campaign::Swarm swarm{target::inproc::make, {.seed = 1, .taste = {.faults = faults}}};
  std::uint64_t conversations = 0, segments = 0;
  for (auto _ : state) {
    segments += swarm.hold(conversations % 20'000).segments;
    ++conversations;
  }
  state.counters["conversations/s"] =
      benchmark::Counter(static_cast<double>(conversations), benchmark::Counter::kIsRate);
  state.counters["per segment"] = benchmark::Counter(
      static_cast<double>(segments), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["segments each"] =
      static_cast<double>(segments) / static_cast<double>(conversations);
  // The budget: 80,000 of 20 segments a second without faults, 40,000 with them.
  state.counters["budget"] = 1.0 / (20.0 * (faults ? 40'000 : 80'000));
}
BENCHMARK_CAPTURE(swarm, without_faults, false)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(swarm, with_faults, true)->Unit(benchmark::kMicrosecond);

}  // namespace
