#include "harness/oracle/expectations.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "harness/clock/print.h"
#include "harness/event/expectation.h"
#include "harness/event/print.h"
#include "harness/oracle/around.h"
#include "harness/wire/print.h"
#include "harness/wire/tcp_of.h"

namespace harness::oracle {
namespace {

using event::Expectation;
using event::Expected;
using event::kNoRecord;
using event::Trace;

std::string instant(clock::Instant at) {
  // Microseconds, as in the ladder: a kernel's nanoseconds tell a reader nothing.
  using std::chrono::microseconds;
  std::string text =
      clock::seconds(std::chrono::duration_cast<microseconds>(at.time_since_epoch()));
  const auto shortest = text.find('.') + 4;  // Milliseconds at least.
  while (text.size() > shortest && text.ends_with('0')) text.pop_back();
  return text + " s";
}

// When it was wanted, as a phrase; empty for any time.
std::string wanted_time(const Expectation& e) {
  const bool open = e.latest == clock::kNever;
  const bool from_start = e.earliest <= clock::kStart;
  if (open) return from_start ? "" : "from " + instant(e.earliest) + " on";
  if (e.earliest == e.latest) return "at " + instant(e.latest);
  if (from_start) return "by " + instant(e.latest);
  return fmt::format("between {} and {}", instant(e.earliest), instant(e.latest));
}

std::string with_time(std::string phrase, const Expectation& e) {
  const auto time = wanted_time(e);
  return time.empty() ? phrase : phrase + " " + time;
}

// What is wrong with an expectation, as far as it is known; then one finding.
class Case {
 public:
  Case(const Trace& trace, std::uint32_t index, const Expectation& e)
      : trace_(trace), index_(index), e_(e) {}

  // Nothing when the script got what it wanted.
  std::optional<Finding> judge() {
    switch (e_.what) {
      case Expected::Packet:
        packet();
        break;
      case Expected::Reply:
        reply();
        break;
      case Expected::State:
        state();
        break;
      case Expected::Silence:
        silence();
        break;
      case Expected::OnTime:
        on_time();
        break;
      case Expected::Nothing:
        nothing();
        break;
    }
    if (complaints_.empty()) return std::nullopt;
    return finding();
  }

 private:
  bool met() const { return e_.met != kNoRecord; }
  const event::Record& record() const { return trace_[e_.met]; }

  Finding finding() const {
    Finding finding{.checker = "expectations",
                    .record = met() ? e_.met : index_,
                    .verdict = verdict_,
                    .place = e_.place,
                    .expected = expected_,
                    .actual = actual_};
    for (const auto& complaint : complaints_) {
      finding.text += (finding.text.empty() ? "" : "; ") + complaint;
    }
    const bool missed = e_.what == Expected::Packet && verdict_ == Verdict::Fail;
    if (missed) {
      for (const auto& why : drops(trace_, index_)) finding.text += "; " + why;
    }
    return finding;
  }

  void differs(std::string_view what, std::string_view want, std::string_view got) {
    complaints_.push_back(
        fmt::format("expected {}{}{}, got {}", what, what.empty() ? "" : " ", want, got));
  }

  void packet() {
    expected_ = with_time(fmt::format("`{}`", e_.text), e_);
    if (!met()) {
      actual_ = "no segment came";
      complaints_.push_back(fmt::format("expected {}, but no segment came", expected_));
      return;
    }
    const auto octets = trace_.body(e_.joined.value_or(record().body));
    actual_ = wire::print_datagram(octets, e_.base) + in_pieces() + " at " + instant(record().at);
    const auto seen = wire::tcp_of(octets);
    if (!seen) return differs("", "a TCP segment", actual_);
    if (const auto octets_again = repeated(trace_, e_.met); octets_again && !wants(*octets_again)) {
      complaints_.push_back(
          fmt::format("expected {}, which did not come; then a retransmission of {}", expected_,
                      shown(*octets_again)));
      return;
    }
    for (const auto& [field, want, got] :
         wire::mismatches(e_.segment, seen->ip, seen->tcp, e_.base)) {
      differs(field, want, got);
    }
    time("came");
  }

  std::string shown(const Octets& octets) const {
    return fmt::format("{}:{}", octets.first - e_.base.seq, octets.second - e_.base.seq);
  }

  // " (2 segments, 1:1441 and 1441:2001)"; nothing for one.
  std::string in_pieces() const {
    const auto several = pieces(trace_, e_);
    if (several.size() < 2) return "";
    std::string text = fmt::format(" ({} segments, ", several.size());
    for (std::size_t i = 0; i < several.size(); ++i) {
      text += (i == 0 ? "" : i + 1 < several.size() ? ", " : " and ") + shown(several[i]);
    }
    return text + ')';
  }

  // Whether what was sent again is what the line asks for.
  bool wants(const Octets& octets) const {
    if (e_.joined) return true;
    return !e_.segment.seq || *e_.segment.seq == octets.first;
  }

  void reply() {
    expected_ = with_time(fmt::format("`{}`", e_.text), e_);
    if (!met()) {
      actual_ = "the call is still blocked";
      complaints_.push_back(fmt::format("expected {}, but the call is still blocked", expected_));
      return;
    }
    const auto reply = trace_.reply(record());
    actual_ = event::print(reply) + " at " + instant(record().at);
    const bool result = !e_.result || *e_.result == reply.result;
    const bool error = !e_.error || *e_.error == reply.error;
    if (!result || !error) differs("", wanted_result(), event::print(reply));
    if (e_.flags && *e_.flags != reply.flags) {
      differs("events", fmt::format("{:#x}", *e_.flags), fmt::format("{:#x}", reply.flags));
    }
    if (e_.data && !std::ranges::equal(*e_.data, reply.data)) {
      data(*e_.data, reply.data, answers(reply.id, event::Op::GetOption));
    }
    time("returned");
    // A setting of the host that it refused says nothing about its TCP.
    if (!complaints_.empty() && answers(reply.id, event::Op::World)) {
      verdict_ = Verdict::HarnessError;
    }
  }

  std::string wanted_result() const {
    std::string text = e_.result ? std::to_string(*e_.result) : "";
    if (!e_.error) return text;
    if (!text.empty()) text += ' ';
    return text + (*e_.error == 0 ? "without an error" : event::error_name(*e_.error));
  }

  void data(event::Span want, event::Span got, bool option) {
    if (want.size() != got.size()) {
      return differs("", fmt::format("{} octets", want.size()), fmt::format("{}", got.size()));
    }
    if (option && want.size() == sizeof(std::int32_t)) {  // A number, as scripts write it.
      return differs("the value", number(want), number(got));
    }
    const auto at = static_cast<std::size_t>(std::ranges::mismatch(want, got).in1 - want.begin());
    differs(fmt::format("octet {} to be", at),
            fmt::format("{:#04x}", std::to_integer<unsigned>(want[at])),
            fmt::format("{:#04x}", std::to_integer<unsigned>(got[at])));
  }

  static std::string number(event::Span octets) {
    std::int32_t value = 0;
    std::memcpy(&value, octets.data(), sizeof value);
    return std::to_string(value);
  }

  bool answers(std::uint32_t id, event::Op op) const {
    for (std::uint32_t i = e_.met; i-- > 0;) {
      if (trace_[i].kind != event::Kind::Call || trace_[i].id != id) continue;
      return trace_.call(trace_[i]).op == op;
    }
    return false;
  }

  void state() {
    expected_ = fmt::format("state {}", event::name(e_.state));
    if (!met()) {
      actual_ = "there is no connection to ask about, or nobody answered";
      return differs("", expected_, "no answer");
    }
    const auto reply = trace_.reply(record());
    const auto status = event::decode_status(reply.data);
    const auto told = status ? status->state() : std::nullopt;
    if (reply.error == ENOENT) {
      actual_ = "CLOSED: there is no such connection";
      if (e_.state != event::TcpState::Closed) differs("state", event::name(e_.state), actual_);
    } else if (reply.error != 0 || !told) {
      verdict_ = Verdict::Inconclusive;
      actual_ = "the target does not tell";
      if (reply.error != 0) actual_ += ": " + event::error_name(reply.error);
      differs("state", event::name(e_.state), actual_);
    } else {
      actual_ = event::name(*told);
      if (*told != e_.state) differs("state", event::name(e_.state), actual_);
    }
  }

  void silence() {
    expected_ = fmt::format("silence from {} to {}", instant(e_.earliest), instant(e_.latest));
    if (!met()) return;
    actual_ = fmt::format("`{}` at {}", wire::print_datagram(trace_.body(record()), e_.base),
                          instant(record().at));
    complaints_.push_back(fmt::format("expected {}, but {} came", expected_, actual_));
  }

  void on_time() {
    verdict_ = Verdict::Inconclusive;
    expected_ = with_time("the tool to act", e_);
    actual_ = met() ? "it acted at " + instant(record().at) : "it did not";
    if (!met()) {
      complaints_.push_back(fmt::format("expected {}, but {}", expected_, actual_));
    } else if (!event::in_time(e_, record())) {
      const auto late = record().at - e_.latest;
      complaints_.push_back(fmt::format("the tool itself was late by {}: `{}` was due {}",
                                        clock::human(late), e_.text, wanted_time(e_)));
    }
  }

  void nothing() {
    expected_ = "no further segment";
    if (!met()) return;
    actual_ = fmt::format("`{}` at {}", wire::print_datagram(trace_.body(record()), e_.base),
                          instant(record().at));
    complaints_.push_back(fmt::format("no line of the script accounts for {}", actual_));
  }

  void time(std::string_view happened) {
    if (event::in_time(e_, record())) return;
    const auto at = record().at;
    const bool late = e_.latest != clock::kNever && at > e_.latest;
    const auto by = late ? at - e_.latest : e_.earliest - at;
    complaints_.push_back(fmt::format("expected {}, {} at {}, {} too {}", wanted_time(e_), happened,
                                      instant(at), clock::human(by), late ? "late" : "early"));
  }

  const Trace& trace_;
  std::uint32_t index_;
  const Expectation& e_;
  Verdict verdict_ = Verdict::Fail;
  std::string expected_, actual_;
  std::vector<std::string> complaints_;
};

}  // namespace

Expectations::Expectations(std::vector<std::string> rules, bool strict)
    : rules_(std::move(rules)), strict_(strict) {}

std::vector<Finding> Expectations::check(const Trace& trace) const {
  std::vector<Finding> findings;
  bool late = false;
  for (std::uint32_t i = 0; i < trace.size(); ++i) {
    if (trace[i].kind != event::Kind::Expectation) continue;
    const Expectation e = event::expectation(trace, trace[i]);
    if (e.what == Expected::Nothing && !strict_) continue;
    auto finding = Case{trace, i, e}.judge();
    if (!finding) continue;
    if (finding->verdict == Verdict::Fail && late) {
      finding->verdict = Verdict::Inconclusive;
      finding->text += " (the tool itself was late before, so this proves nothing)";
    }
    late = late || e.what == Expected::OnTime;
    finding->requirements = rules_;
    findings.push_back(std::move(*finding));
  }
  return findings;
}

}  // namespace harness::oracle
