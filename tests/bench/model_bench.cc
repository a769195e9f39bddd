// What judging one event costs, beside its budget: a recorded connection with the Linux kernel.

#include <benchmark/benchmark.h>

#include <fstream>
#include <iterator>
#include <string>

#include "harness/base/check.h"
#include "harness/event/text.h"
#include "harness/model/model.h"
#include "tests/in_tree.h"

namespace {

using namespace harness;

void judge_events(benchmark::State& state) {
  std::ifstream in{tests::in_tree("tests/golden/linux/passive.trace")};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  event::Trace trace;
  CHECK(event::from_text(text, trace).has_value());
  const auto assume = model::assumptions_of(trace);
  model::Model model{assume};
  std::int64_t events = 0;
  for (const auto& record : trace.records()) {
    events += record.kind == event::Kind::Packet || record.kind == event::Kind::Call ||
              record.kind == event::Kind::Reply;
  }
  for (auto _ : state) {
    model.clear(assume);
    for (std::uint32_t i = 0; i < trace.size(); ++i) model.step(trace, i);
    model.finish(trace);
  }
  CHECK(model.violations().empty());
  state.counters["per event"] =
      benchmark::Counter(static_cast<double>(state.iterations() * events),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["budget"] = 120e-9;
}
BENCHMARK(judge_events);

}  // namespace
