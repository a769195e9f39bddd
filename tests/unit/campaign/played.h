#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "harness/campaign/run_scenario.h"
#include "harness/scenario/parser.h"
#include "harness/target/inproc/inproc.h"

namespace harness::campaign {

// A script played on the engine, and what came of it.
struct Played {
  Outcome outcome;
  event::Trace trace;
  // The findings, one behind the other: place, expected, actual.
  std::string findings() const {
    std::string text;
    for (const auto& finding : outcome.findings) {
      text += (finding.place ? finding.place->print() : "") + ": expected " + finding.expected +
              ", got " + finding.actual + "\n";
    }
    return text;
  }
};

// "defect=ack-late,profile=minimal".
inline target::Factory engine_with(std::string_view settings) {
  auto make = target::inproc::configured(settings);
  EXPECT_TRUE(make.has_value());
  return *make;
}

// An open connection: the peer from its port 40000, the application on fd 4.
inline constexpr std::string_view kOpen = R"(
0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 8) = 0
+0 < S 4294967290:4294967290(0) win 65535 <mss 1460>
+0 > S. 0:0(0) ack 4294967291 <...>
+.01 < . 1:1(0) ack 1 win 65535
+0 accept(3, ..., ...) = 4
)";

// Ten octets to it and a hundred from it; then it closes.
inline constexpr std::string_view kTalk = R"(
+.1 < P. 1:11(10) ack 1 win 65535
+0~+.5 > . 1:1(0) ack 11
+0 read(4, ..., 100) = 10
+0 write(4, ..., 100) = 100
+0 > P. 1:101(100) ack 11
+.01 < . 11:11(0) ack 101 win 65535
+0 close(4) = 0
+0 > F. 101:101(0) ack 11
+.01 < F. 11:11(0) ack 102 win 65535
)";

inline scenario::Scenario parsed(std::string_view script) {
  const auto none = [](const std::string&) -> std::expected<std::string, std::string> {
    return std::unexpected("nothing is used here");
  };
  auto scenario = scenario::parse_pkt(script, "test", none);
  if (!scenario) ADD_FAILURE() << scenario.error().print();
  return scenario ? std::move(*scenario) : scenario::Scenario{};
}

inline void play(Played& played, std::string_view script, const RunOptions& options = {},
                 const target::Factory& make = target::inproc::make) {
  played.outcome = run_scenario(parsed(script), make, options, played.trace);
}

}  // namespace harness::campaign
