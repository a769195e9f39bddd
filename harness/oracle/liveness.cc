#include "harness/oracle/liveness.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "harness/clock/print.h"
#include "harness/event/end.h"
#include "harness/event/expectation.h"
#include "harness/event/print.h"
#include "harness/oracle/history.h"

namespace harness::oracle {
namespace {

using event::EndReason;

// RFC 9293, 3.8.3: a stack that gives up has sent a segment again at least three times (SHLD-10).
constexpr std::ptrdiff_t kMayGiveUpAfter = 4;

Finding finding(std::uint32_t record, std::string expected, std::string actual,
                Verdict verdict = Verdict::Fail) {
  std::string text = fmt::format("expected {}, but {}", expected, actual);
  return {.checker = "liveness",
          .record = record,
          .verdict = verdict,
          .expected = std::move(expected),
          .actual = std::move(actual),
          .text = std::move(text)};
}

std::optional<Finding> reason(const event::Trace& trace, std::uint32_t last, EndReason reason) {
  switch (reason) {
    case EndReason::Done:
      return std::nullopt;
    case EndReason::OutOfTime:
      return finding(
          last, "the scenario to end",
          fmt::format("it was not over after {}", clock::human(trace[last].at - trace[0].at)));
    case EndReason::OutOfRecords:
      return finding(last, "an end of what happens",
                     fmt::format("{} records were not enough for it: a livelock", trace.size()));
    case EndReason::Stuck:
      return finding(last, "time to go on",
                     fmt::format("it stood still at {} while somebody was always due: a livelock",
                                 clock::human(trace[last].at - clock::kStart)));
    case EndReason::Interrupted:
      return finding(last, "the run to end by itself", "it was interrupted", Verdict::HarnessError);
  }
  return std::nullopt;
}

// The script stops at the first expectation that is not met, and never asks for the rest.
bool script_stopped(const event::Trace& trace) {
  return std::ranges::any_of(trace.records(), [&](const event::Record& record) {
    return record.kind == event::Kind::Expectation &&
           !event::holds(trace, event::expectation(trace, record));
  });
}

void pending_calls(const event::Trace& trace, std::vector<Finding>& findings) {
  std::map<std::uint32_t, std::uint32_t> pending;  // Records, by Call::id.
  for (std::uint32_t i = 0; i < trace.size(); ++i) {
    if (trace[i].kind == event::Kind::Call) pending[trace[i].id] = i;
    if (trace[i].kind == event::Kind::Reply) pending.erase(trace[i].id);
  }
  if (pending.empty() || script_stopped(trace)) return;
  for (const auto& [id, record] : pending) {
    findings.push_back(finding(
        record, "an answer to every call",
        fmt::format("`{}` is still blocked at the end", event::print(trace.call(trace[record])))));
  }
}

bool user_timeout_set(const event::Trace& trace) {
  constexpr std::int64_t kTcpLevel = 6, kUserTimeout = 18;
  return std::ranges::any_of(trace.records(), [&](const event::Record& record) {
    if (record.kind != event::Kind::Call) return false;
    const auto call = trace.call(record);
    return call.op == event::Op::SetOption && call.args[0] == kTcpLevel &&
           call.args[1] == kUserTimeout;
  });
}

// RFC 6298, 5.1: whenever data is sent, the timer runs. With none armed nothing will ever send
// again what was not acknowledged.
void unacknowledged(const event::Trace& trace, std::uint32_t last, std::vector<Finding>& findings) {
  if (user_timeout_set(trace)) return;
  const History history{trace};
  for (std::size_t i = 0; i < history.connections.size(); ++i) {
    const Connection& c = history.connections[i];
    const Socket* socket = history.socket_of[i] ? &history.sockets[*history.socket_of[i]] : nullptr;
    const auto end = c.sent_end + c.fin_sent;
    if (c.acknowledged >= end || c.reset || c.superseded || !c.peer_isn) continue;
    if (socket != nullptr && (socket->failed || socket->aborted)) continue;
    const auto times = std::ranges::count_if(c.sent, [&](const Sent& sent) {
      return sent.position <= c.acknowledged && sent.end() + sent.fin > c.acknowledged;
    });
    if (times >= kMayGiveUpAfter) continue;
    auto lost = finding(
        last, fmt::format("{} to send again what was not acknowledged", c.tuple.local.print()),
        fmt::format("no timer is armed, and {} is still open: nothing will ever retransmit it",
                    c.acknowledged == c.sent_end
                        ? "its FIN"
                        : fmt::format("octet {} of {}", c.acknowledged, c.sent_end)));
    lost.requirements = {"RFC6298-5.1-5.3", "9293-3.10.8-rto"};
    findings.push_back(std::move(lost));
  }
}

}  // namespace

std::vector<Finding> Liveness::check(const event::Trace& trace) const {
  std::vector<Finding> findings;
  const std::uint32_t last = trace.size() - 1;
  if (trace.size() == 0 || trace[last].kind != event::Kind::End) {
    findings.push_back(finding(trace.size() == 0 ? event::kNoRecord : last,
                               "a record of how the run ended", "there is none",
                               Verdict::HarnessError));
    return findings;
  }
  const auto end = event::end_of(trace, trace[last]);
  if (auto wrong = reason(trace, last, end.reason)) findings.push_back(std::move(*wrong));
  if (end.reason == EndReason::Interrupted) return findings;
  if (!to_the_end_) pending_calls(trace, findings);
  if (virtual_time_ && !end.timer_armed) unacknowledged(trace, last, findings);
  return findings;
}

}  // namespace harness::oracle
