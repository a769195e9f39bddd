#include "reports/ladder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include "harness/clock/print.h"
#include "harness/event/end.h"
#include "harness/event/start.h"
#include "harness/oracle/beliefs.h"
#include "harness/wire/print.h"
#include "harness/wire/tcp_of.h"
#include "reports/arrow.h"
#include "reports/call_text.h"
#include "reports/numbering.h"
#include "reports/passage.h"
#include "reports/rows.h"
#include "reports/wrap.h"

namespace reports {
namespace {

using harness::event::Action;
using harness::event::Direction;
using harness::event::Kind;
using harness::event::kNoRecord;
using harness::event::Record;
using harness::event::Trace;
using harness::oracle::Finding;
using harness::oracle::Verdict;
using harness::wire::SeqNum;

constexpr std::size_t kMarks = 40;

class Ladder {
 public:
  explicit Ladder(const Trace& trace)
      : trace_(trace),
        numbering_(trace),
        passages_(passages(trace)),
        again_(trace.size()),
        replies_(trace.size(), kNoRecord),
        row_of_(trace.size(), kNoRecord) {
    pair_calls();
    find_retransmissions();
    for (std::uint32_t i = 0; i < trace.size(); ++i) draw(i);
    show_states();
  }

  void mark(const Finding& finding) {
    const auto row = row_for(finding);
    std::string text = "^ ";
    if (finding.verdict == Verdict::Known || finding.verdict == Verdict::NonStrict ||
        finding.verdict == Verdict::Inconclusive) {
      text += fmt::format("[{}] ", harness::oracle::name(finding.verdict));
    }
    text += !finding.text.empty() ? plain(finding.text)
                                  : fmt::format("expected {}, got {}", plain(finding.expected),
                                                plain(finding.actual));
    if (finding.place) {
      text += fmt::format(" ({})", plain(finding.place->print()));
    } else if (!finding.requirements.empty()) {
      text += fmt::format(" ({})", plain(finding.requirements.front()));
    }
    mark(row, text);
    const auto cause = finding.cause < trace_.size() ? row_of_[finding.cause] : kNoRecord;
    if (cause != kNoRecord && cause != row) {
      std::string follows = fmt::format("^ what is wrong at {} follows from this",
                                        time_of(trace_[finding.record].at));
      if (finding.due != harness::clock::kNever) {
        const auto due = harness::clock::human(finding.due.time_since_epoch());
        follows += fmt::format(": it was due by {}", due);
      }
      mark(cause, follows);
    }
  }

  std::string print() const {
    return print_rows(rows_, plain(harness::event::start_of(trace_).get("target")));
  }

 private:
  void mark(std::size_t row, std::string_view text);
  void show_states();
  void pair_calls();
  void find_retransmissions();
  void draw(std::uint32_t index);
  void draw_packet(std::uint32_t index);
  void draw_arrow(std::uint32_t index, Leg leg, const std::vector<std::string>& remarks);
  void draw_call(std::uint32_t index);
  void beside(std::uint32_t index, std::string_view text);
  void across(std::uint32_t index, std::string_view text);
  void add(std::uint32_t index, std::vector<std::string> lines);
  std::size_t row_for(const Finding&);

  const Trace& trace_;
  Numbering numbering_;
  std::vector<Passage> passages_;
  std::vector<bool> again_;                       // Of a record: all its octets were sent before.
  std::map<std::uint32_t, std::uint32_t> calls_;  // By Call::id.
  std::vector<std::uint32_t> replies_;  // Of a call that was answered on the spot: the reply.
  std::vector<std::uint32_t> row_of_;   // Of a record.
  std::vector<Row> rows_;
};

void Ladder::mark(std::size_t row, std::string_view text) {
  auto lines = wrap(text, kBehindTime, 2);
  auto& marks = rows_[row].marks;
  marks.insert(marks.end(), lines.begin(), lines.end());
}

// What the model believes the target's state to be stands beside each segment at its edge.
void Ladder::show_states() {
  const auto beliefs = harness::oracle::beliefs(trace_);
  for (std::uint32_t i = 0; i < trace_.size(); ++i) {
    if (beliefs[i].empty() || row_of_[i] == kNoRecord) continue;
    rows_[row_of_[i]].lines.front() += fmt::format(" [{}]", beliefs[i]);
  }
}

// A call and its reply make one line when nothing that could have caused the reply lies between.
void Ladder::pair_calls() {
  std::uint32_t open = kNoRecord;
  for (std::uint32_t i = 0; i < trace_.size(); ++i) {
    const Record& record = trace_[i];
    if (record.kind == Kind::Call) {
      calls_[record.id] = open = i;
    } else if (record.kind == Kind::Packet && record.direction == Direction::ToTarget) {
      open = kNoRecord;
    } else if (record.kind == Kind::Reply && open != kNoRecord && trace_[open].id == record.id) {
      const bool at_once = record.at <= trace_[open].at +
                                            harness::clock::Duration{trace_[open].within} +
                                            std::chrono::milliseconds{1};
      if (at_once) replies_[open] = i;
      open = kNoRecord;
    }
  }
}

// As they leave their sender, by connection and direction. A copy that the link makes leaves
// nobody.
void Ladder::find_retransmissions() {
  using Flow = std::tuple<Direction, std::uint16_t, std::uint16_t>;
  struct Sent {
    SeqNum syn, next;  // `next`: behind the furthest octet.
    std::vector<std::pair<SeqNum, std::uint32_t>> parts{};
  };
  std::map<Flow, Sent> flows;
  for (std::uint32_t id = 0; id < passages_.size(); ++id) {
    const auto left = passages_[id].left;
    if (left == kNoRecord) continue;
    const auto ip = harness::wire::DatagramView::parse(trace_.body(trace_[left]));
    if (!ip || ip->protocol() != harness::wire::kProtocolTcp) continue;
    const auto segment = harness::wire::SegmentView::parse(ip->payload());
    if (!segment || segment->flags().rst()) continue;
    const auto flags = segment->flags();
    const auto length = static_cast<std::uint32_t>(segment->payload().size()) + flags.fin();
    const Flow flow{trace_[left].direction, segment->source(), segment->destination()};
    const auto found = flows.find(flow);
    if (flags.syn()) {
      again_[left] = found != flows.end() && found->second.syn == segment->seq();
      if (!again_[left])
        flows.insert_or_assign(flow, Sent{segment->seq(), segment->seq() + 1 + length});
      continue;
    }
    if (length == 0 || found == flows.end()) continue;
    auto& sent = found->second;
    const auto first = segment->seq();
    if (before(sent.next, first + length)) {
      sent.next = first + length;
    } else {
      again_[left] = std::ranges::any_of(sent.parts, [&](const auto& part) {
        const auto ahead = distance(part.first, first);
        return ahead < part.second && part.second - ahead >= length;
      });
    }
    sent.parts.emplace_back(first, length);
  }
}

void Ladder::add(std::uint32_t index, std::vector<std::string> lines) {
  row_of_[index] = static_cast<std::uint32_t>(rows_.size());
  rows_.push_back({.at = trace_[index].at, .lines = std::move(lines), .marks = {}});
}

void Ladder::beside(std::uint32_t index, std::string_view text) {
  std::vector<std::string> lines;
  for (const auto& line : wrap(text, kCallColumns, 2))
    lines.push_back(rung(std::string(kLinkColumns, ' '), line));
  add(index, std::move(lines));
}

void Ladder::across(std::uint32_t index, std::string_view text) {
  std::vector<std::string> lines;
  for (const auto& line : wrap(text, kLinkColumns - 4, 2))
    lines.push_back(rung(padded("  " + line, kLinkColumns)));
  add(index, std::move(lines));
}

void Ladder::draw(std::uint32_t index) {
  const Record& record = trace_[index];
  switch (record.kind) {
    case Kind::Packet:
    case Kind::PeerPacket:
      return draw_packet(index);
    case Kind::Call:
      return draw_call(index);
    case Kind::Reply:
      // Of a call that waited: with the call's name, for others may wait too.
      if (row_of_[index] != kNoRecord || !calls_.contains(record.id)) return;
      return beside(index, "... " + reports::print(trace_.call(trace_[calls_[record.id]]),
                                                   trace_.reply(record)));
    case Kind::Note:
      return across(index, "note: " + plain(trace_.text(record)));
    case Kind::End: {
      const auto end = harness::event::end_of(trace_, record);
      std::string text = fmt::format("the run ends: {}", harness::event::name(end.reason));
      if (end.pending_calls > 0)
        text += fmt::format(", {} call{} unanswered", end.pending_calls,
                            end.pending_calls == 1 ? "" : "s");
      return across(index, text);
    }
    case Kind::Decision:
    case Kind::Expectation:
    case Kind::Start:
      return;
  }
}

void Ladder::draw_call(std::uint32_t index) {
  const auto call = trace_.call(trace_[index]);
  const auto reply = replies_[index];
  if (reply == kNoRecord) return beside(index, reports::print(call) + " ...");
  beside(index, reports::print(call, trace_.reply(trace_[reply])));
  row_of_[reply] = row_of_[index];
}

// Whether the link made this datagram to tell that another was too big.
bool told_by_link(const Trace& trace, std::uint32_t id) {
  return trace[id].kind == Kind::Decision &&
         harness::event::decision(trace, trace[id]).action == Action::TooBig;
}

std::string after(harness::clock::Duration delay) { return harness::clock::human(delay); }

std::vector<std::string> remarks_on(const Passage& passage) {
  std::vector<std::string> remarks;
  for (const auto& decision : passage.decisions) {
    switch (decision.action) {
      case Action::Drop:
        remarks.push_back("dropped");
        break;
      case Action::Delay:
        if (decision.delay.count() > 0) remarks.push_back("delayed " + after(decision.delay));
        break;
      case Action::Hold:
        remarks.push_back(
            fmt::format("held back behind {}, at most {}", decision.behind, after(decision.delay)));
        break;
      case Action::Duplicate:
        remarks.push_back("duplicated");
        break;
      case Action::Corrupt:
        remarks.push_back(fmt::format("bit {} flipped", decision.other));
        break;
      case Action::Truncate:
        remarks.push_back(fmt::format("cut off behind {} octets", decision.other));
        break;
      case Action::Repair:
        remarks.push_back("checksum repaired");
        break;
      case Action::TooBig:
        remarks.push_back("too big");
        break;
    }
  }
  return remarks;
}

void Ladder::draw_packet(std::uint32_t index) {
  const Record& record = trace_[index];
  if (record.id >= passages_.size()) return draw_arrow(index, Leg::Whole, {});
  const Passage& passage = passages_[record.id];
  if (index == passage.left) {
    const bool dropped = passage.has(Action::Drop) || passage.has(Action::TooBig);
    const bool there = passage.arrived != kNoRecord && !passage.waited();
    auto remarks = remarks_on(passage);
    if (again_[index]) remarks.insert(remarks.begin(), "again");
    if (!dropped && passage.arrived == kNoRecord) remarks.push_back("has not arrived");
    draw_arrow(index, dropped ? Leg::Lost : there ? Leg::Whole : Leg::Leaving, remarks);
    if (there) row_of_[passage.arrived] = row_of_[index];
  } else if (row_of_[index] == kNoRecord) {
    if (passage.left == kNoRecord) {
      // The record it is named by is the decision that made it.
      const bool told = told_by_link(trace_, record.id);
      draw_arrow(index, Leg::Arriving, {told ? "from the link" : "the copy"});
    } else {
      const auto took = record.at - trace_[passage.left].at;
      draw_arrow(index, Leg::Arriving, {fmt::format("sent {} earlier", after(took))});
    }
  }
}

// Options that do not fit go below, and so do remarks.
void Ladder::draw_arrow(std::uint32_t index, Leg leg, const std::vector<std::string>& remarks) {
  const Record& record = trace_[index];
  const auto octets = trace_.body(record);
  std::string text = harness::wire::print_datagram(octets, numbering_.of(record));
  if (numbering_.needs_ports()) {
    if (const auto seen = harness::wire::tcp_of(octets)) {
      text = fmt::format("{} > {} {}", seen->tcp.source(), seen->tcp.destination(), text);
    }
  }
  if (record.gso_size != 0) text += fmt::format(" (segments of {})", record.gso_size);
  std::vector<std::string> below;
  if (!fits(columns(text), kLinkColumns)) {
    auto cut = text.find(" <");
    if (cut == text.npos || !fits(columns(text.substr(0, cut)), kLinkColumns)) {
      const auto first = wrap(text, kLinkColumns - 9).front();
      cut = first.size();
    }
    below = wrap(text.substr(text.find_first_not_of(' ', cut)), kLinkColumns - 8, 2);
    text.resize(cut);
    while (text.ends_with(' ')) text.pop_back();
  }
  std::string beside = below.empty() && remarks.size() == 1 ? remarks.front() : "";
  std::vector<std::string> lines = {rung(arrow(record.direction, leg, text, kLinkColumns, beside))};
  const bool taken = beside.empty() && below.empty() && remarks.size() == 1;
  if (!taken && !remarks.empty()) {
    const auto all = fmt::format("({})", fmt::join(remarks, ", "));
    for (auto& line : wrap(all, kLinkColumns - 8, 1)) below.push_back(std::move(line));
  }
  const bool near_target = (record.direction == Direction::ToTarget) == (leg == Leg::Arriving);
  for (const auto& line : below) {
    const std::size_t lead = near_target && leg != Leg::Whole ? kLinkColumns / 3 + 4 : 4;
    const auto fitting = lead + columns(line) <= kLinkColumns ? lead : kLinkColumns - columns(line);
    lines.push_back(rung(padded(std::string(fitting, ' ') + line, kLinkColumns)));
  }
  add(index, std::move(lines));
}

// A row for what a finding is about: an expectation's is that of what it met, and when nothing
// came, one of its own at the instant when it was given up.
std::size_t Ladder::row_for(const Finding& finding) {
  auto record = finding.record;
  if (record < trace_.size() && trace_[record].kind == Kind::Expectation) {
    const auto met = trace_[record].cause;
    if (met < trace_.size() && row_of_[met] != kNoRecord) record = met;
  }
  if (record < trace_.size() && row_of_[record] != kNoRecord) return row_of_[record];
  const auto at = record < trace_.size() ? trace_[record].at : harness::clock::kNever;
  // Behind the last row of something that was recorded before; the end of the run stays last.
  std::size_t place = rows_.size();
  if (record < trace_.size()) {
    place = 0;
    for (std::uint32_t i = 0; i < record; ++i) {
      if (row_of_[i] != kNoRecord) place = std::max<std::size_t>(place, row_of_[i] + 1);
    }
  }
  for (auto& row : row_of_) {
    if (row != kNoRecord && row >= place) ++row;
  }
  if (record < trace_.size()) row_of_[record] = static_cast<std::uint32_t>(place);
  rows_.insert(rows_.begin() + static_cast<std::ptrdiff_t>(place),
               Row{.at = at, .lines = {}, .marks = {}});
  return place;
}

}  // namespace

std::string ladder(const Trace& trace, const std::vector<Finding>& findings) {
  Ladder ladder{trace};
  const auto marked = std::min(findings.size(), kMarks);
  for (std::size_t i = 0; i < marked; ++i) ladder.mark(findings[i]);
  return ladder.print();
}

}  // namespace reports
