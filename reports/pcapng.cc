#include "reports/pcapng.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/capture/from_trace.h"
#include "harness/capture/pcapng_write.h"
#include "harness/event/text.h"
#include "harness/wire/print.h"
#include "reports/numbering.h"

namespace reports {
namespace {

using harness::capture::Remark;
using harness::event::Kind;
using harness::event::Trace;
using harness::oracle::Finding;
using harness::oracle::Verdict;

bool is_packet(const Trace& trace, std::uint32_t record) {
  return record < trace.size() &&
         (trace[record].kind == Kind::Packet || trace[record].kind == Kind::PeerPacket);
}

// A finding may show at a reply, a state or the end: it stands at the last packet before.
std::uint32_t packet_at(const Trace& trace, std::uint32_t record) {
  if (trace.size() == 0) return harness::event::kNoRecord;
  for (std::uint32_t i = std::min(record, trace.size() - 1) + 1; i-- > 0;) {
    if (is_packet(trace, i)) return i;
  }
  return harness::event::kNoRecord;
}

std::string describe(const Finding& finding) {
  std::string text = fmt::format("{}: {}", harness::oracle::name(finding.verdict), finding.text);
  if (!finding.checker.empty()) text += fmt::format(" (by {})", finding.checker);
  if (!finding.requirements.empty()) {
    text += fmt::format(" [{}]", fmt::join(finding.requirements, ", "));
  }
  return text;
}

}  // namespace

std::expected<std::string, std::string> to_pcapng(const Result& result) {
  if (result.trace.empty()) return std::unexpected("it left no record of its run");
  Trace trace;
  if (const auto read = harness::event::from_text(result.trace, trace); !read) {
    return std::unexpected(
        fmt::format("line {} of its record: {}", read.error().line, read.error().message));
  }
  std::vector<std::vector<std::string>> findings(trace.size());
  std::vector<Verdict> verdicts(trace.size(), Verdict::Pass);
  for (const auto& finding : result.findings) {
    const auto at = packet_at(trace, finding.record);
    if (at == harness::event::kNoRecord) continue;
    findings[at].push_back(describe(finding));
    verdicts[at] = harness::oracle::worse(verdicts[at], finding.verdict);
  }
  const Numbering numbering{trace};
  std::vector<Remark> remarks;
  for (std::uint32_t i = 0; i < trace.size(); ++i) {
    if (!is_packet(trace, i)) continue;
    const auto text = harness::wire::print_datagram(trace.body(trace[i]), numbering.of(trace[i]));
    remarks.push_back({i, fmt::format("#{} {}: {}", i, harness::oracle::name(verdicts[i]), text)});
    for (auto& finding : findings[i]) remarks.push_back({i, std::move(finding)});
  }
  const auto comment = fmt::format("verdict: {}{}{}", harness::oracle::name(result.verdict),
                                   result.title.empty() ? "" : "\ntitle: ", result.title);
  const auto octets = harness::capture::write_pcapng(from_trace(trace, remarks, comment));
  return std::string{reinterpret_cast<const char*>(octets.data()), octets.size()};
}

}  // namespace reports
