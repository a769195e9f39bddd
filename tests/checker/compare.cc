#include "tests/checker/compare.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/model/explain.h"
#include "harness/model/model.h"

namespace harness::checker {
namespace {

std::string_view name(Verdict v) {
  constexpr std::string_view kNames[] = {"pass", "should", "fail", "outside"};
  return kNames[static_cast<std::size_t>(v)];
}

std::string join(const Rules& rules) {
  std::string text;
  for (const auto rule : rules) text += (text.empty() ? "" : " ") + std::string{rule};
  return text.empty() ? "-" : text;
}

bool share(const Rules& a, const Rules& b) {
  return std::ranges::any_of(a, [&](auto rule) { return b.contains(rule); });
}

bool fails(const Judged& j) { return j.verdict == Verdict::Fail; }
bool fails(const Modelled& m) { return m.verdict == Verdict::Fail; }

// Something of the peer came between its SYN,ACK and our acknowledgment of that.
bool overtaken(const Pair& p) {
  bool waits = false;
  for (std::size_t i = 0; i < std::min(p.play.size(), p.theirs.step); ++i) {
    const Step& s = p.play[i];
    if (s.what == What::Out) waits = false;
    if (s.what != What::In) continue;
    if (waits) return true;
    waits = s.flags.syn() && s.flags.ack();
  }
  return false;
}

// A second SYN of the peer arrived before the connection was open.
bool second_syn(const Pair& p) {
  int syns = 0;
  for (const auto& s : p.play) {
    if (s.what == What::In && s.flags.syn()) ++syns;
  }
  return syns > 1 && p.play.front().what == What::Listen;
}

struct Reason {
  std::string_view name;
  bool (*holds)(const Pair&);
};

// Each with what the RFCs say of it; the first that holds counts.
constexpr Reason kOpen[] = {
    // RFC 9293, 3.10.7.3: RCV.WND is what our SYN told. The model has no window until the SYN,ACK
    // is acknowledged, and finds what comes before unacceptable.
    {"text-before-the-syn-is-acknowledged",
     [](const Pair& p) { return fails(p.theirs) && overtaken(p); }},
    // RFC 9293, 3.10.7.4, fifth, TIME-WAIT: \"Acknowledge it\". The model has nothing to say to an
    // empty ACK there.
    {"acknowledgment-in-time-wait",
     [](const Pair& p) {
       return !fails(p.ours) && fails(p.theirs) && p.theirs.rules.contains("RFC5681-4.2-one");
     }},
    // RFC 5961, 7: what is sent back for an ACK that is too old is limited like any challenge. And
    // the model cites the rule where the ACK is not too old.
    {"ack-too-old",
     [](const Pair& p) { return fails(p.theirs) && p.theirs.rules.contains("RFC5961-5.2-b"); }},
    // RFC 9293, 3.10.7.4, fourth, SYN-RECEIVED after a passive OPEN: back to LISTEN. The model also
    // takes a challenge, and a reset.
    {"second-syn-in-syn-received",
     [](const Pair& p) {
       return second_syn(p) && (fails(p.ours) || p.theirs.rules.contains("RFC5961-4.2-a"));
     }},
    // RFC 5681, 3.2: immediate. The model gives it half a second.
    {"immediate-duplicate-ack",
     [](const Pair& p) {
       return p.ours.verdict == Verdict::NonStrict && p.theirs.verdict == Verdict::Pass &&
              p.ours.rules.contains("RFC5681-3.2-dupack");
     }},
    // RFC 5681, 3.2: \"all or part of a gap\". The model asks for it only where all of it is
    // filled.
    {"part-of-a-gap",
     [](const Pair& p) {
       return p.ours.verdict == Verdict::NonStrict && p.theirs.verdict == Verdict::Pass &&
              p.ours.rules.contains("RFC5681-3.2-fill");
     }},
    // RFC 9293, 3.8.6.2.1 (4): the override timeout, 0.1 s to 1 s, ends Nagle's waiting, too.
    {"override-timeout",
     [](const Pair& p) {
       return p.ours.verdict == Verdict::Pass && p.theirs.verdict == Verdict::NonStrict &&
              p.theirs.rules.contains("SHLD-7");
     }},
    // RFC 9293, 3.7.4: full is Eff.snd.MSS. The model takes 40 octets less for full.
    {"full-sized-segment",
     [](const Pair& p) {
       return p.ours.verdict == Verdict::NonStrict && p.theirs.verdict == Verdict::Pass &&
              p.ours.rules.contains("SHLD-7");
     }},
    // RFC 9293, 3.10.4: once all is segmentized. The model waits until it is acknowledged.
    {"fin-behind-what-is-not-acknowledged",
     [](const Pair& p) {
       return fails(p.ours) && !fails(p.theirs) &&
              p.ours.rules.contains("9293-3.6-flush-before-fin");
     }},
    // RFC 5681, 4.2: one. The model lets a segment be answered by a reset and by an ACK, or by two
    // ACKs when it has to be dropped.
    {"one-segment-answered-twice",
     [](const Pair& p) {
       return fails(p.ours) && !fails(p.theirs) && p.ours.rules.contains("RFC5681-4.2-one");
     }},
    // RFC 9293, 3.10.7.1: each draws a reset. In the model one answers two.
    {"one-reset-for-two",
     [](const Pair& p) {
       constexpr std::string_view kResets[] = {"9293-3.5.2-rst-form", "9293-3.5.1-halfopen-data",
                                               "9293-3.10.7-listen-order",
                                               "9293-3.10.7-synrcvd-ack"};
       return fails(p.ours) && !fails(p.theirs) &&
              std::ranges::any_of(kResets, [&](auto r) { return p.ours.rules.contains(r); });
     }},
    // RFC 9293, 3.10.7.4: an ACK in reply, at once. The model lets it be left out after any
    // acknowledgment of the last second, also of what was merely out of order, and while a delayed
    // one is due.
    {"challenge-left-out",
     [](const Pair& p) {
       constexpr std::string_view kChallenges[] = {"RFC5961-4.2-a", "RFC5961-3.2-c",
                                                   "9293-3.10.7-ack-unsent", "9293-3.8.4-rx",
                                                   "9293-3.5.2-sync-empty-ack"};
       return fails(p.ours) && (!fails(p.theirs) || p.theirs.step > p.ours.step) &&
              std::ranges::any_of(kChallenges, [&](auto r) { return p.ours.rules.contains(r); });
     }},
    // RFC 9293, 3.9.1.3: what has come is read. The model lets a read find nothing.
    {"nothing-read-beside-data",
     [](const Pair& p) { return fails(p.ours) && p.ours.rules.contains("9293-3.10.7-trim"); }},
    // Both reject the same step; what they call it differs.
    {"another-name",
     [](const Pair& p) {
       return fails(p.ours) && fails(p.theirs) && p.ours.step == p.theirs.step;
     }},
};

}  // namespace

Modelled model(const Play& play, Staged& room) {
  stage(play, room);
  model::Model model{model::assumptions_of(room.trace)};
  for (std::uint32_t i = 0; i < room.trace.size(); ++i) model.step(room.trace, i);
  model.finish(room.trace);
  Modelled found;
  if (model.undecided() > 0) found.verdict = Verdict::Outside;
  for (const auto& v : model.violations()) {
    found.words += model::explain(v) + "\n";
    if (found.verdict == Verdict::Fail) continue;
    if (v.weight == model::Violation::Weight::Fail) {
      found.verdict = Verdict::Fail;
      found.rules = {};
      found.step = room.step_of.at(v.record);
    } else {
      found.verdict = Verdict::NonStrict;
    }
    found.rules.insert(v.requirement);
  }
  return found;
}

bool agree(const Pair& p) {
  if (p.ours.verdict != p.theirs.verdict) return false;
  if (p.ours.verdict == Verdict::Pass) return true;
  if (fails(p.ours) && p.ours.step != p.theirs.step) return false;
  return share(p.ours.rules, p.theirs.rules);
}

std::string_view reason(const Pair& p) {
  for (const auto& r : kOpen) {
    if (r.holds(p)) return r.name;
  }
  return "not looked into";
}

void Comparison::play(Play play, const std::string& name) {
  Judged ours = enumerate(play);
  if (ours.verdict == Verdict::Outside) {  // What comes before is inside.
    ++cut_;
    play.resize(ours.step);
    if (play.empty()) return;
    play.push_back({.what = What::Wait, .at = play.back().at});
    ours = enumerate(play);
  }
  const Pair pair{play, std::move(ours), model(play, staged_)};
  ++plays_;
  ++verdicts_[{pair.ours.verdict, pair.theirs.verdict}];
  widest_ = std::max(widest_, pair.ours.widest);
  if (agree(pair)) {
    if (!fails(pair.ours)) return;
    ++fails_;
    alone_ += pair.ours.rules.size() == 1;
    named_ += pair.ours.rules.size();
    ++by_rule_[*pair.theirs.rules.begin()];
    return;
  }
  ++apart_;
  const auto step = [](bool at, std::size_t n) { return at ? fmt::format(" at {}", n) : ""; };
  const bool steps = fails(pair.ours) && fails(pair.theirs) && pair.ours.step != pair.theirs.step;
  const auto kind =
      fmt::format("{}: {} {} · model {} {}{}", reason(pair), checker::name(pair.ours.verdict),
                  join(pair.ours.rules), checker::name(pair.theirs.verdict),
                  join(pair.theirs.rules), steps ? " · elsewhere" : "");
  if (kinds_[kind]++ > 0) return;
  examples_[kind] =
      fmt::format("{}{}, model{}\n{}{}", name, step(fails(pair.ours), pair.ours.step),
                  step(fails(pair.theirs), pair.theirs.step), print(play), pair.theirs.words);
}

int Comparison::said(Verdict ours) const {
  int count = 0;
  for (const auto& [pair, n] : verdicts_) count += pair.first == ours ? n : 0;
  return count;
}

std::string Comparison::figures() const {
  auto text =
      fmt::format("{} plays, {} of them up to where they leave the subset; {:.2f} % agree\n",
                  plays_, cut_, 100.0 * (plays_ - apart_) / std::max(1, plays_));
  for (const auto& [v, n] : verdicts_) {
    text += fmt::format("  {:>6}, model {:>6}: {}\n", name(v.first), name(v.second), n);
  }
  text += fmt::format(
      "  {} fails by {} rules; {:.2f} rules named by each, {} by one alone; {} TCBs at most\n",
      fails_, by_rule_.size(), static_cast<double>(named_) / std::max(1, fails_), alone_, widest_);
  return text;
}

std::string Comparison::open() const {
  std::string text;
  for (const auto& [kind, n] : kinds_) text += fmt::format("{:>4} {}\n", n, kind);
  return text;
}

std::string Comparison::examples() const {
  std::string text;
  for (const auto& [kind, n] : kinds_)
    text += fmt::format("\n{} x {}\n{}", n, kind, examples_.at(kind));
  return text;
}

}  // namespace harness::checker
