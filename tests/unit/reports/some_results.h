#pragma once

#include "reports/run.h"

namespace reports {

// One result of each kind, written by hand.
inline Run some_run() {
  using harness::oracle::Verdict;
  const auto result = [](std::string id, Verdict verdict) {
    Result made;
    made.scenario = made.selector = std::move(id);
    made.title = "What it shows";
    made.rules = {"MUST-13", "SHLD-5"};
    made.claims = {"S2-12"};
    made.target = "engine";
    made.version = "0.1.0";
    made.ip = "v4";
    made.seed = 7;
    made.verdict = verdict;
    made.segments = 9;
    made.span_ns = 203'000'000;
    made.played_ns = 609'000'000;
    made.trace = "lastack trace 1\n";
    return made;
  };
  Run run{.tool = "0.1.0", .target = "engine", .version = "0.1.0", .ip = "v4", .seed = 7};
  run.results.push_back(result("close/pass", Verdict::Pass));

  auto fail = result("close/fail", Verdict::Fail);
  fail.findings = {{.checker = "expectations",
                    .requirements = {"MUST-13", "SHLD-5"},
                    .record = 17,
                    .place = harness::event::Place{"close/fail.pkt", 12, 8},
                    .expected = "ack 1001",
                    .actual = "ack 1000",
                    .text = "expected ack 1001, got 1000"},
                   {.checker = "rfc",
                    .requirements = {"MUST-40"},
                    .record = 21,
                    .expected = "an ACK after at most 0.500 s",
                    .actual = "none after 0.700 s",
                    .text = "expected an ACK after at most 0.500 s, got none after 0.700 s",
                    .legal = "an ACK of all that arrived",
                    .cause = 19,
                    .due = harness::clock::kStart + std::chrono::milliseconds{500}},
                   {.checker = "deviations",
                    .requirements = {"MUST-13"},
                    .verdict = Verdict::Known,
                    .text = "a known thing"}};
  fail.ledger = {{.requirement = "MUST-40", .exercised = 4, .held = 2, .violated = 1, .open = 1}};
  fail.ladder = "     time  peer\n  0.000000 |--- S ---\n";
  fail.repetition = 1;
  run.results.push_back(fail);

  auto error = result("odd name", Verdict::HarnessError);
  error.title.clear();
  error.reason = "odd.pkt:3:3: unknown call";
  error.selector = "odd name.pkt";
  run.results.push_back(error);

  auto late = result("close/late", Verdict::Inconclusive);
  late.findings = {{.checker = "expectations",
                    .requirements = {"NO-SUCH-RULE"},
                    .verdict = Verdict::Inconclusive,
                    .text = "the tool was late"}};
  late.strict = true;
  run.results.push_back(late);

  auto other = result("close/v6", Verdict::NotApplicable);
  other.reason = "engine cannot: ipv6";
  other.segments = 0;
  run.results.push_back(other);
  auto loose = result("close/loose", Verdict::NonStrict);
  loose.segments = 1;
  loose.extra_faults = "drop nth 9; drop 5%";
  loose.faults = {{.fault = "drop nth 9"},
                  {.fault = "drop 5%", .by_chance = true, .asked = 0.05, .met = 40, .struck = 3}};
  loose.warnings = {"the fault `drop nth 9` never struck"};
  run.results.push_back(loose);
  run.results.push_back(result("close/known", Verdict::Known));
  run.not_run.push_back({"close/slow", "slow: 2MSL is a minute"});
  return run;
}

}  // namespace reports
