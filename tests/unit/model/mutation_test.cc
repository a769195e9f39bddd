#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/check.h"
#include "harness/event/status.h"
#include "harness/event/text.h"
#include "harness/model/explain.h"
#include "harness/model/model.h"
#include "harness/wire/checksum.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"
#include "tests/in_tree.h"

// Recorded connections of a real kernel, with one thing of one segment or reply changed so that the
// result is illegal: the model has to see it. What it does not see is printed.
namespace harness::model {
namespace {

using base::Bytes;
using event::Trace;

constexpr clock::Duration kLegalDelay = std::chrono::milliseconds{550};

struct Edit {
  std::uint32_t at = event::kNoRecord;
  Bytes body{};
  bool remove = false, twice = false;
};

Trace edited(const Trace& from, const Edit& edit) {
  Trace to;
  for (std::uint32_t i = 0; i < from.size(); ++i) {
    auto record = from[i];
    const auto body = from.body(record);
    if (i == edit.at && edit.remove) continue;
    record.body = to.keep(i == edit.at && !edit.body.empty() ? event::Span{edit.body} : body);
    to.append(record);
    if (i != edit.at || !edit.twice) continue;
    record.at += std::chrono::nanoseconds{record.within} + std::chrono::microseconds{1};
    record.within = 0;
    to.append(record);
  }
  return to;
}

enum class Seen { Missed, Lapse, Fail };

Seen judge(const Trace& trace, std::size_t lapses_before = 0, std::string* words = nullptr) {
  Model model{assumptions_of(trace)};
  for (std::uint32_t i = 0; i < trace.size(); ++i) model.step(trace, i);
  model.finish(trace);
  for (const auto& v : model.violations()) {
    if (v.weight != Violation::Weight::Fail) continue;
    if (words != nullptr) *words = explain(v);
    return Seen::Fail;
  }
  return model.violations().size() > lapses_before ? Seen::Lapse : Seen::Missed;
}

struct Row {
  int fails = 0, lapses = 0, missed = 0;
};

class Mutations {
 public:
  void file(const std::filesystem::path& path) {
    std::ifstream in{path};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    CHECK(event::from_text(text, trace_).has_value());
    name_ = path.stem().string();
    std::string words;
    ASSERT_NE(judge(trace_, 0, &words), Seen::Fail) << path << ": " << words;
    Model model{assumptions_of(trace_)};
    for (std::uint32_t i = 0; i < trace_.size(); ++i) model.step(trace_, i);
    model.finish(trace_);
    lapses_ = model.violations().size();
    for (std::uint32_t i = 0; i < trace_.size(); ++i) {
      const auto& record = trace_[i];
      if (record.kind == event::Kind::Packet && record.direction == event::Direction::FromTarget) {
        segment(i);
      }
      if (record.kind == event::Kind::Reply) reply(i);
    }
  }

  // How often what was rejected, and all that was not.
  std::string table() const {
    Row all;
    auto text = fmt::format("{:<24} {:>6} {:>6} {:>6}\n", "changed", "fail", "should", "missed");
    const auto line = [&](const std::string& kind, const Row& row) {
      text += fmt::format("{:<24} {:>6} {:>6} {:>6}\n", kind, row.fails, row.lapses, row.missed);
    };
    for (const auto& [kind, row] : rows_) {
      line(kind, row);
      all.fails += row.fails;
      all.lapses += row.lapses;
      all.missed += row.missed;
    }
    line("all", all);
    text += fmt::format("{:.1f} % rejected\n", 100 * share());
    for (const auto& [kind, where] : survivors_) {
      text += fmt::format("not rejected: {}: {}\n", kind, where);
    }
    return text;
  }
  double share() const {
    int fails = 0, others = 0;
    for (const auto& [kind, row] : rows_) {
      fails += row.fails;
      others += row.lapses + row.missed;
    }
    return static_cast<double>(fails) / std::max(1, fails + others);
  }

 private:
  void count(const std::string& kind, const Edit& edit) {
    const Seen seen = judge(edited(trace_, edit), lapses_);
    Row& row = rows_[kind];
    (seen == Seen::Fail ? row.fails : seen == Seen::Lapse ? row.lapses : row.missed) += 1;
    if (seen == Seen::Fail) return;
    survivors_[kind] += name_ + " #" + std::to_string(edit.at) + (seen == Seen::Lapse ? "? " : " ");
  }

  void segment(std::uint32_t at) {
    const auto octets = trace_.body(trace_[at]);
    const auto datagram = wire::DatagramView::parse(octets);
    if (!datagram || datagram->protocol() != wire::kProtocolTcp) return;
    const auto view = wire::SegmentView::parse(datagram->payload());
    CHECK(view.has_value());
    const std::size_t tcp = datagram->header().size();
    const auto flags = view->flags();
    const char* const kind = flags.rst()                ? "RST"
                             : flags.syn()              ? "SYN"
                             : !view->payload().empty() ? "data"
                             : flags.fin()              ? "FIN"
                                                        : "ACK";
    const auto change = [&](const char* what, const std::function<void(std::byte*)>& how,
                            bool sum = true) {
      Bytes body{octets.begin(), octets.end()};
      how(body.data() + tcp);
      if (sum) {
        base::store16(&body[tcp + 16], 0);
        const auto d = wire::DatagramView::parse(body);
        base::store16(&body[tcp + 16], wire::tcp_checksum(d->source(), d->destination(),
                                                          std::span{body}.subspan(tcp)));
      }
      count(std::string{kind} + " " + what, {.at = at, .body = body});
    };
    const auto add = [](std::byte* field, int by) {
      base::store32(field, base::load32(field) + static_cast<std::uint32_t>(by));
    };
    for (const int by : {-1, 1, 1000}) {
      // The first SYN may have any number. What a reset carries besides its purpose is free.
      if (!flags.syn()) change("seq", [&](std::byte* h) { add(h + 4, by); });
      if (flags.ack() && !flags.rst()) change("ack", [&](std::byte* h) { add(h + 8, by); });
    }
    for (const int bit : {0, 1, 2}) {
      if (flags.rst() && bit == 2) continue;
      change("flag FIN, SYN or RST", [&](std::byte* h) { h[13] ^= std::byte{1} << bit; });
    }
    if (!flags.rst()) {
      change("flag ACK", [&](std::byte* h) { h[13] ^= std::byte{16}; });
      change("flag URG", [&](std::byte* h) { h[13] ^= std::byte{32}; });
    }
    change("checksum", [&](std::byte* h) { h[16] ^= std::byte{1}; }, false);
    change("reserved bit", [&](std::byte* h) { h[12] |= std::byte{2}; });
    change("port", [&](std::byte* h) { h[3] ^= std::byte{1}; });
    if (!view->payload().empty()) {
      change("octet", [&](std::byte* h) { h[view->header_size()] ^= std::byte{1}; });
    }
    std::size_t place = 20;
    for (const auto& option : view->options()) {
      if (option.is(wire::OptionKind::Timestamps, 10) && !flags.rst()) {
        if (!flags.syn()) change("TSval", [&](std::byte* h) { add(h + place + 2, -100'000); });
        if (flags.ack()) change("TSecr", [&](std::byte* h) { add(h + place + 6, 1); });
      }
      if (option.is(wire::OptionKind::Mss, 4)) {
        change("MSS", [&](std::byte* h) { base::store16(h + place + 2, 9000); });
      }
      if (option.is(wire::OptionKind::WindowScale, 3)) {
        change("window scale", [&](std::byte* h) { h[place + 2] = std::byte{15}; });
      }
      if (option.is(wire::OptionKind::Sack)) {
        change("SACK", [&](std::byte* h) { add(h + place + 6, 1000); });
      }
      place += option.bytes.size();
    }
    if (!flags.syn() && !flags.rst())
      count(std::string{kind} + " twice", {.at = at, .twice = true});
    if (!flags.rst() && !dispensable(at, *view)) {
      count(std::string{kind} + " removed", {.at = at, .remove = true});
    }
  }

  // It need not have been sent: something else says the same soon, or there was time left.
  bool dispensable(std::uint32_t at, const wire::SegmentView& view) const {
    const auto& record = trace_[at];
    const auto end = trace_[trace_.size() - 1].at;
    if (end - record.at < kLegalDelay) return true;
    for (std::uint32_t i = at + 1; i < trace_.size(); ++i) {
      const auto& later = trace_[i];
      if (later.kind != event::Kind::Packet || later.direction != record.direction) continue;
      const auto datagram = wire::DatagramView::parse(trace_.body(later));
      if (!datagram) continue;
      const auto other = wire::SegmentView::parse(datagram->payload());
      if (!other) continue;
      const bool covers = !wire::before(other->ack(), view.ack()) &&
                          (view.payload().empty() || other->seq() == view.seq());
      const bool same = view.flags().syn() == other->flags().syn() &&
                        (!view.flags().fin() || other->flags().fin());
      if (covers && same && later.at - record.at < std::chrono::seconds{4}) {
        return !view.payload().empty() || view.flags().syn() || view.flags().fin() ||
               later.at - record.at < kLegalDelay;
      }
    }
    return false;
  }

  void reply(std::uint32_t at) {
    const auto reply = trace_.reply(trace_[at]);
    if (reply.error != 0 || reply.data.empty()) return;
    const auto call = std::ranges::find_if(trace_.records(), [&](const event::Record& r) {
      return r.kind == event::Kind::Call && r.id == trace_[at].id;
    });
    CHECK(call != trace_.records().end());
    const auto op = trace_.call(*call).op;
    const auto body = trace_.body(trace_[at]);
    Bytes octets{body.begin(), body.end()};
    if (op == event::Op::Receive) {  // The octets lie at the end of the body.
      const auto from = std::ranges::search(octets, reply.data);
      if (from.empty()) return;
      from.front() ^= std::byte{1};
      count("reply: an octet read", {.at = at, .body = octets});
    }
    if (op == event::Op::Status) {
      const auto status = event::decode_status(reply.data);
      if (!status || !status->state()) return;
      for (const auto state : {event::TcpState::Established, event::TcpState::SynSent,
                               event::TcpState::TimeWait, event::TcpState::CloseWait}) {
        if (state == *status->state()) continue;
        auto other = *status;
        other.set(event::StatusField::State, static_cast<std::int64_t>(state));
        const auto encoded = event::encode(other);
        const auto from = std::ranges::search(octets, reply.data);
        if (from.empty() || encoded.size() != reply.data.size()) return;
        Bytes changed = octets;
        std::ranges::copy(encoded, changed.begin() + (from.begin() - octets.begin()));
        count("reply: a state", {.at = at, .body = changed});
      }
    }
  }

  Trace trace_;
  std::string name_;
  std::size_t lapses_ = 0;
  std::map<std::string, Row> rows_;
  std::map<std::string, std::string> survivors_;
};

TEST(Mutation, OfRecordedKernelsIsRejected) {
  Mutations mutations;
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator{tests::in_tree("tests/golden/linux")}) {
    files.push_back(entry.path());
  }
  std::ranges::sort(files);
  ASSERT_GE(files.size(), 20u);
  for (const auto& file : files) mutations.file(file);
  const auto table = mutations.table();
  fmt::print("{}", table);
  EXPECT_GE(mutations.share(), 0.95) << table;
}

}  // namespace
}  // namespace harness::model
