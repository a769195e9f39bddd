// What `lastack sweep` does with a scenario of 20 packets, in one process: all single faults and
// all pairs of them, judged to the end.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

#include "harness/base/check.h"
#include "harness/campaign/sweep.h"
#include "harness/scenario/parser.h"
#include "harness/target/inproc/inproc.h"

namespace {

using namespace harness;

constexpr std::string_view kScript = R"(
0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 8) = 0
+0 < S 0:0(0) win 65535 <mss 1460>
+0 > S. 0:0(0) ack 1 <...>
+.01 < . 1:1(0) ack 1 win 65535
+0 accept(3, ..., ...) = 4
+.1 < P. 1:101(100) ack 1 win 65535
+0~+.5 > . 1:1(0) ack 101
+.1 < P. 101:201(100) ack 1 win 65535
+0~+.5 > . 1:1(0) ack 201
+0 read(4, ..., 1000) = 200
+0 write(4, ..., 500) = 500
+0 > P. 1:501(500) ack 201
+.01 < . 201:201(0) ack 501 win 65535
+0 write(4, ..., 500) = 500
+0 > P. 501:1001(500) ack 201
+.01 < . 201:201(0) ack 1001 win 65535
+.1 < P. 201:301(100) ack 1001 win 65535
+0~+.5 > . 1001:1001(0) ack 301
+0 read(4, ..., 1000) = 100
+0 write(4, ..., 300) = 300
+0 > P. 1001:1301(300) ack 301
+.01 < . 301:301(0) ack 1301 win 65535
+0 close(4) = 0
+0 > F. 1301:1301(0) ack 301
+.01 < . 301:301(0) ack 1302 win 65535
+.01 < . 301:301(0) ack 1302 win 65535
+.01 < F. 301:301(0) ack 1302 win 65535
+0 > . 1302:1302(0) ack 302
)";

void sweep_twenty_packets(benchmark::State& state) {
  const auto none = [](const std::string&) -> std::expected<std::string, std::string> {
    return std::unexpected("nothing is used here");
  };
  const auto script = scenario::parse_pkt(kScript, "bench", none);
  CHECK(script.has_value());
  std::uint64_t runs = 0;
  for (auto _ : state) {
    campaign::Sweep sweep{*script, target::inproc::make, {}};
    CHECK(sweep.clean().verdict == oracle::Verdict::Pass);
    CHECK(sweep.clean().spots.size() == 20);
    for (std::uint32_t i = 0; i < sweep.singles(); ++i) {
      sweep.from(
          i, {}, [](auto) {},
          [&](const campaign::Swept& swept) {
            CHECK(swept.verdict != oracle::Verdict::Fail);
            ++runs;
            return true;
          });
    }
  }
  state.counters["runs"] = static_cast<double>(runs) / static_cast<double>(state.iterations());
  state.counters["runs/s"] =
      benchmark::Counter(static_cast<double>(runs), benchmark::Counter::kIsRate);
  state.counters["budget s"] = 2.0;
}
BENCHMARK(sweep_twenty_packets)->Unit(benchmark::kSecond);

}  // namespace
