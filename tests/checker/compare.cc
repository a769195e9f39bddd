#include "tests/checker/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

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

// Something of the peer came between its SYN and our first answer to that.
bool overtaken(const Pair& p) {
  bool waits = false;
  for (std::size_t i = 0; i < std::min(p.play.size(), p.theirs.step); ++i) {
    const Step& s = p.play[i];
    if (s.what == What::Out) waits = false;
    if (s.what != What::In) continue;
    if (waits) return true;
    waits = s.flags.syn();
  }
  return false;
}

bool opened_by_us(const Pair& p) {
  return std::ranges::any_of(p.play, [](const Step& s) { return s.what == What::Connect; });
}

bool closes(const Pair& p) {
  return std::ranges::any_of(p.play, [](const Step& s) { return s.what == What::Close; });
}

bool second_syn(const Pair& p) {
  return !opened_by_us(p) && std::ranges::count_if(p.play, [](const Step& s) {
                               return s.what == What::In && s.flags.syn();
                             }) > 1;
}

// The peer acknowledged a number before our first octet.
bool old_ack(const Pair& p) {
  const auto ours = std::ranges::find_if(
      p.play, [](const Step& s) { return s.what == What::Out && s.flags.syn(); });
  return ours != p.play.end() && std::ranges::any_of(p.play, [&](const Step& s) {
           return s.what == What::In && s.flags.ack() &&
                  static_cast<std::int32_t>(s.ack - ours->seq) < 1;
         });
}

using These = std::initializer_list<std::string_view>;

bool any(const Rules& rules, These these) {
  return std::ranges::any_of(these, [&](auto rule) { return rules.contains(rule); });
}
// What the one finds, and the other does not, or later.
bool ours_alone(const Pair& p, These rules) {
  return fails(p.ours) && (!fails(p.theirs) || p.theirs.step > p.ours.step) &&
         any(p.ours.rules, rules);
}
bool theirs_alone(const Pair& p, These rules) {
  return fails(p.theirs) && (!fails(p.ours) || p.ours.step > p.theirs.step) &&
         any(p.theirs.rules, rules);
}
// A SHOULD that the model does not miss.
bool our_lapse(const Pair& p, std::string_view rule) {
  return p.ours.verdict == Verdict::NonStrict && p.theirs.verdict == Verdict::Pass &&
         p.ours.rules.contains(rule);
}
bool shows_in(const Pair& p, What what) {
  return p.ours.step < p.play.size() && p.play[p.ours.step].what == what;
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
     [](const Pair& p) { return fails(p.theirs) && opened_by_us(p) && overtaken(p); }},
    // RFC 9293, 3.10.7.4, fifth, TIME-WAIT: "Acknowledge it". The model has nothing to say to an
    // empty ACK there.
    {"acknowledgment-in-time-wait",
     [](const Pair& p) { return theirs_alone(p, {"RFC5681-4.2-one"}); }},
    // RFC 9293, 3.10.7.4, fourth, SYN-RECEIVED after a passive OPEN: back to LISTEN. The model also
    // takes a challenge, or waits for our SYN,ACK.
    {"second-syn-in-syn-received", second_syn},
    // RFC 6298, 2.2: three times the first round trip. The enumeration asks for one.
    {"first-round-trip", [](const Pair& p) { return theirs_alone(p, {"RFC6298-2.2"}); }},
    // RFC 5681, 3.2: immediate. The model gives it half a second.
    {"immediate-duplicate-ack", [](const Pair& p) { return our_lapse(p, "RFC5681-3.2-dupack"); }},
    // RFC 5681, 3.2: "all or part of a gap". The model asks for it only where all of it is filled.
    {"part-of-a-gap", [](const Pair& p) { return our_lapse(p, "RFC5681-3.2-fill"); }},
    // RFC 9293, 3.6.1: "CLOSE ... while received data is still pending", too, asks for a reset.
    {"closed-with-octets-unread", [](const Pair& p) { return our_lapse(p, "SHLD-3"); }},
    // RFC 9293, 3.7.4: full is Eff.snd.MSS. The model takes 40 octets less for full.
    {"full-sized-segment", [](const Pair& p) { return our_lapse(p, "SHLD-7"); }},
    // RFC 9293, 3.10.7.4: a repeated SYN is answered once: by our SYN,ACK, or an ACK.
    {"syn-answered-twice", [](const Pair& p) { return our_lapse(p, "RFC6298-2.1"); }},
    // RFC 9293, 3.8.6.2.1 (4): the override timeout, 0.1 s to 1 s, ends Nagle's waiting, too.
    {"override-timeout",
     [](const Pair& p) {
       return p.ours.verdict == Verdict::Pass && p.theirs.verdict == Verdict::NonStrict &&
              p.theirs.rules.contains("SHLD-7");
     }},
    // RFC 9293, 3.10.4: once all is segmentized. The model waits until it is acknowledged.
    {"fin-behind-what-is-not-acknowledged",
     [](const Pair& p) { return ours_alone(p, {"9293-3.6-flush-before-fin"}); }},
    // RFC 6298, 5: no segment is sent again too early. The model looks at the oldest one alone.
    {"sent-again-behind-the-oldest",
     [](const Pair& p) {
       return our_lapse(p, "RFC6298-2.4") || ours_alone(p, {"RFC6298-5-early", "RFC6298-5.5"});
     }},
    // RFC 5681, 4.2: one. The model lets a segment be answered by a reset and by an ACK, by two
    // ACKs when it has to be dropped, and by an ACK long after.
    {"one-segment-answered-twice",
     [](const Pair& p) {
       return shows_in(p, What::Out) && ours_alone(p, {"RFC5681-4.2-one", "9293-3.5.2-rst-form"});
     }},
    // RFC 9293, 3.10.7.4, fifth: too old is below SND.UNA - MAX.SND.WND. To the model any ACK below
    // our first octet may be, though no window was so small.
    {"ack-not-too-old",
     [](const Pair& p) {
       return old_ack(p) && (ours_alone(p, {"MUST-40", "9293-3.4-acceptability"}) ||
                             theirs_alone(p, {"9293-3.4-acceptability"}) ||
                             theirs_alone(p, {"9293-3.4-synfin-seq"}) ||
                             (p.ours.verdict == Verdict::Pass && !fails(p.theirs)) ||
                             any(p.theirs.rules, {"RFC5961-5.2-b"}));
     }},
    // RFC 9293, 3.10.7.1: each draws a reset. In the model one answers two.
    {"one-reset-for-two",
     [](const Pair& p) {
       return ours_alone(p, {"9293-3.5.2-rst-form", "9293-3.5.1-halfopen-data",
                             "9293-3.10.7-listen-order", "9293-3.10.7-synsent-order"}) ||
              (!shows_in(p, What::Connected) && ours_alone(p, {"9293-3.10.7-synrcvd-ack"}));
     }},
    // RFC 9293, 3.10.7.4: an ACK in reply, at once. The model lets it be left out after any
    // acknowledgment of the last second, also of what was merely out of order, and while a delayed
    // one is due.
    {"challenge-left-out",
     [](const Pair& p) {
       return ours_alone(p, {"RFC5961-4.2-a", "RFC5961-3.2-c", "9293-3.10.7-ack-unsent",
                             "9293-3.8.4-rx", "9293-3.5.2-sync-empty-ack"});
     }},
    // RFC 5961, 7: an ACK that answers text and what is not acceptable at once is a challenge, too.
    {"challenge-with-an-ack",
     [](const Pair& p) {
       return theirs_alone(p, {"RFC5961-4.2-a", "RFC5961-3.2-c", "9293-3.10.7-ack-unsent",
                               "9293-3.8.4-rx", "9293-3.5.2-sync-empty-ack"});
     }},
    // RFC 9293, 3.9.1.3: what has come is read. The model lets a read find nothing.
    {"nothing-read-beside-data",
     [](const Pair& p) { return fails(p.ours) && any(p.ours.rules, {"9293-3.10.7-trim"}); }},
    // RFC 9293, 3.6.1: after CLOSE text is taken whole, or a reset says that it is lost. The model
    // takes an ACK of a part.
    {"part-of-text-after-close",
     [](const Pair& p) {
       return (fails(p.ours) && p.theirs.verdict == Verdict::NonStrict &&
               any(p.theirs.rules, {"SHLD-3"})) ||
              (closes(p) && ours_alone(p, {"MUST-40"}));
     }},
    // RFC 9293, 3.10.7.3: CONNECT succeeds once our SYN is acknowledged, and a SYN is answered by a
    // SYN,ACK before any other. The model finds out at the next step.
    {"found-a-step-later", [](const Pair& p) { return ours_alone(p, {"MUST-12", "MUST-10"}); }},
    // RFC 9293, 3.6.1: the reset of a CLOSE with octets unread ends the connection. The model does
    // not
    // believe in it before it is seen, or where a FIN went out already.
    {"reset-of-close",
     [](const Pair& p) {
       return closes(p) && fails(p.theirs) && (!fails(p.ours) || p.ours.step > p.theirs.step);
     }},
    // RFC 9293, 3.10.7.4, second: a reset takes SYN-RECEIVED back to LISTEN. That the SYN,ACK has
    // to
    // go out first, though both came at one instant, the text does not say.
    {"reset-before-our-syn-ack",
     [](const Pair& p) { return theirs_alone(p, {"9293-3.10.7-listen-order"}); }},
    // SHLD-31: a segment is held whole, or it is not. The model also takes an ACK of a part of it.
    {"held-in-part",
     [](const Pair& p) {
       return p.theirs.verdict != Verdict::Fail &&
              any(p.ours.rules, {"SHLD-31", "9293-3.4-acceptability"});
     }},
    // Both reject the same step; what they call it differs.
    {"another-name",
     [](const Pair& p) {
       return p.ours.verdict == p.theirs.verdict && p.ours.step == p.theirs.step;
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
