#include "harness/campaign/judge_trace.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "harness/event/text.h"
#include "tests/in_tree.h"

namespace harness::campaign {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = tests::in_tree("tests/golden/traces");

std::string content(const fs::path& file) {
  std::ifstream stream{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

// All that was found in a trace, a line each; phrases may get better.
std::string findings_of(const std::string& text) {
  event::Trace trace;
  const auto read = event::from_text(text, trace);
  if (!read) return fmt::format("line {}: {}\n", read.error().line, read.error().message);
  const auto judgement = judge_trace(trace);
  auto found = fmt::format("{}\n", oracle::name(judgement.verdict));
  for (const auto& f : judgement.findings) {
    found += fmt::format("{} by {} at #{}", oracle::name(f.verdict), f.checker, f.record);
    if (f.cause != event::kNoRecord) found += fmt::format(" because of #{}", f.cause);
    for (const auto& id : f.requirements) found += fmt::format(" {}", id);
    found += '\n';
  }
  return found;
}

// Traces of a kernel and of the engine, judged when they were recorded. Whatever compiles us now
// must say the same. With LASTACK_WRITE_GOLDEN set in the environment the findings are written.
TEST(JudgeTrace, AStoredTraceGivesTheSameFindingsWhoeverCompiledUs) {
  std::size_t traces = 0;
  for (const auto& entry : fs::directory_iterator{kFolder}) {
    if (entry.path().extension() != ".trace") continue;
    ++traces;
    const auto found = findings_of(content(entry.path()));
    auto wanted = entry.path();
    wanted.replace_extension(".findings");
    if (std::getenv("LASTACK_WRITE_GOLDEN") != nullptr) std::ofstream{wanted} << found;
    EXPECT_EQ(found, content(wanted)) << entry.path();
  }
  EXPECT_GE(traces, 4u);
}

TEST(JudgeTrace, OneThingChangedIsFound) {
  auto text = content(kFolder / "two_segments.trace");
  ASSERT_EQ(findings_of(text), "pass\n");
  // The retransmission comes a tenth of a second after what it repeats, not a second.
  const std::string then = " 1.110000 ", now = " 0.210000 ";
  for (auto at = text.find(then); at != text.npos; at = text.find(then)) {
    text.replace(at, then.size(), now);
  }
  const auto found = findings_of(text);
  EXPECT_TRUE(found.contains("by rfc at #33 RFC6298-2.4")) << found;
}

}  // namespace
}  // namespace harness::campaign
