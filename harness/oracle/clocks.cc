#include "harness/oracle/clocks.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "harness/wire/datagram_view.h"
#include "harness/wire/print.h"
#include "harness/wire/segment.h"
#include "harness/wire/tcp_of.h"

namespace harness::oracle {
namespace {

// The slowest clocks: 4 microseconds for a sequence number, a second for a timestamp. Much less has
// to pass than would show in a clock that goes, much more than in one whose tick is long.
constexpr clock::Duration kIsnMoves = std::chrono::milliseconds{1};
// Between these times what is before in the ring was before on the clock: no tick is shorter than
// 64 nanoseconds, and what a connection out of TIME-WAIT has added (MAY-2) is made up for.
constexpr clock::Duration kIsnLeast = std::chrono::seconds{1}, kIsnMost = std::chrono::seconds{100};
constexpr clock::Duration kStampMoves = std::chrono::seconds{2};

// Of a connection: address and port at both ends.
using Names =
    std::tuple<std::uint64_t, std::uint64_t, wire::Port, std::uint64_t, std::uint64_t, wire::Port>;

struct Seen {
  struct SynAck {
    wire::SeqNum seq{0}, ack{0};
    clock::Instant at{};
  };
  struct Stamp {
    std::uint32_t value = 0;
    clock::Instant since{};
  };
  std::optional<SynAck> syn_ack{};  // The last.
  std::optional<Stamp> stamp{};     // The first with the value that the last one had.
};

Names names(const wire::DatagramView& ip, const wire::Segment& segment) {
  const auto from = ip.source(), to = ip.destination();
  return {from.high(), from.low(), segment.source, to.high(), to.low(), segment.destination};
}

class OneTrace {
 public:
  explicit OneTrace(const event::Trace& trace) : trace_(trace) {}

  std::vector<Finding> check() {
    for (std::uint32_t i = 0; i < trace_.size(); ++i) {
      const auto& record = trace_[i];
      if (record.kind != event::Kind::Packet || record.direction != event::Direction::FromTarget) {
        continue;
      }
      const auto tcp = wire::tcp_of(trace_.body(record));
      if (!tcp) continue;
      const auto segment = wire::read(tcp->tcp);
      if (!segment || segment->flags.rst()) continue;
      Seen& seen = seen_[names(tcp->ip, *segment)];
      if (segment->flags.syn()) see_syn(seen, *segment, i);
      if (segment->timestamps) see_stamp(seen, segment->timestamps->val, i);
    }
    return std::move(findings_);
  }

 private:
  // One that acknowledges another SYN belongs to another connection.
  void see_syn(Seen& seen, const wire::Segment& segment, std::uint32_t record) {
    seen.stamp.reset();
    if (!segment.flags.ack()) return;
    const auto at = trace_[record].at;
    const auto last = std::exchange(seen.syn_ack, {{segment.seq, segment.ack, at}});
    if (!last) return;
    const auto passed = at - last->at;
    if (passed >= kIsnLeast && passed <= kIsnMost && wire::before(segment.seq, last->seq)) {
      wrong("MUST-8", record, fmt::format("an initial sequence number beyond {}", last->seq.raw()),
            fmt::format("{}, {:.3f} s later", segment.seq.raw(),
                        std::chrono::duration<double>(passed).count()));
      return;
    }
    if (last->ack == segment.ack || last->seq != segment.seq) return;
    if (at - last->at < kIsnMoves) return;
    wrong("MUST-8", record, "an initial sequence number from a clock that goes on",
          fmt::format("{}, as {:.3f} s ago", segment.seq.raw(),
                      std::chrono::duration<double>(at - last->at).count()));
  }

  void see_stamp(Seen& seen, std::uint32_t value, std::uint32_t record) {
    const auto at = trace_[record].at;
    if (!seen.stamp || seen.stamp->value != value) {
      seen.stamp = {value, at};
      return;
    }
    if (at - seen.stamp->since < kStampMoves) return;
    wrong("RFC7323-4.1-a", record, "a timestamp from a clock that goes on",
          fmt::format("{}, as {:.3f} s ago", value,
                      std::chrono::duration<double>(at - seen.stamp->since).count()));
    seen.stamp->since = at;
  }

  void wrong(std::string_view requirement, std::uint32_t record, std::string expected,
             std::string actual) {
    Finding finding{.checker = "clocks", .record = record};
    finding.requirements.emplace_back(requirement);
    finding.text = fmt::format("expected {}, got {}", expected, actual);
    finding.expected = std::move(expected);
    finding.actual = std::move(actual);
    findings_.push_back(std::move(finding));
  }

  const event::Trace& trace_;
  std::map<Names, Seen> seen_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> Clocks::check(const event::Trace& trace) const {
  return OneTrace{trace}.check();
}

}  // namespace harness::oracle
