#pragma once

#include <array>
#include <cstdint>

#include "harness/model/assumptions.h"
#include "harness/model/connection.h"
#include "harness/model/hypothesis.h"
#include "harness/model/rule_id.h"

namespace harness::model {

// What a number in a message is.
enum class Unit : std::uint8_t { None, Number, Octets, Duration, Bits };

// Why a hypothesis cannot go on, or what it should have done: no text is made here.
struct Miss {
  Id id{};
  const char* expected = "";
  const char* found = "";
  const char* nearest = "";
  Unit unit = Unit::None;
  std::int64_t low = 0, high = 0, got = 0;  // Of `unit`: the expected interval, and what came.
  std::uint32_t cause = event::kNoRecord;
  std::uint16_t states = 0;  // Those it may be in, bit n for TcpState n: what is legal, `nearest`
  Offset ack = kNowhere;     // ... says why, and by which ACK.
  Time due = kNoTime;        // By when something should have come ...
  bool late = false;         // ... and it did not.
  bool ends = false;         // The target has ended, or seems to have, what lives.
  bool must =
      false;  // A lapse that is a violation, after which the connection is understood still.
};

// Where hypotheses leave their findings. It lives as long as the model does: nothing is allocated.
struct Findings {
  std::array<Id, 24> held{};
  std::array<Miss, 4> lapses{};
  std::array<Hypothesis, 16> forks{};
  Miss miss{};
  Miss nearest{};  // Of the readings that are no more, the one that was believed most.
  std::uint8_t held_count = 0, lapse_count = 0, fork_count = 0;
  bool overflow = false;
  std::uint16_t states = 0;  // That any reading allows, where a state was told.
};

// One hypothesis meets one event: what it sees of the run besides itself.
struct Judgement {
  const Assumptions& assume;
  Connection& facts;
  Findings& findings;
  Moment when;
  std::uint32_t record;
  bool listening = false;     // A socket listens where the segment goes ...
  bool listen_maybe = false;  // ... or may.
  bool race_begins = false;   // What was sent before this arrival can no longer come.
  bool impatient = false;     // Who listens has set when to give up.
  bool pressure = false;      // So many wait there that new ones may be ignored.
  bool kept_alive = false;    // Who listens has switched keep-alives on.
  bool unstamped = false;     // It has no timestamp where each has to have one.
  bool stale = false;         // By its timestamp it is perhaps to be dropped.
  bool stirred = false;       // Hypothesis::stirred before this segment.
  bool waited = false;        // A call that is answered now was made before something else came.
  std::uint32_t echo = 0;     // What the segment echoes; 0: nothing.
  std::int32_t last_window = -1;  // Of the ACK before this segment, -1: not sure.
  bool first = true;              // No other hypothesis has met this event yet.

  Hypothesis* before = nullptr;  // The TIME-WAIT that may come back (MAY-2), if it is one.

  // The target may not have seen the last arrival yet.
  bool racing() const { return when.from <= facts.racing_until; }
  // And this reading had a connection then, of which something may still be on its way.
  bool races(const Hypothesis& h) const { return racing() && h.racing != kNowhere; }
  // A requirement was at stake and was kept.
  void held(Id id) {
    if (findings.held_count < findings.held.size()) findings.held[findings.held_count++] = id;
  }
  // Cold, as lapse(): what leads there is laid aside, and what is run stays together.
  [[gnu::cold, gnu::noinline]] bool fail(const Miss& miss) {
    findings.miss = miss;
    return false;
  }
  [[gnu::cold, gnu::noinline]] void lapse(const Miss& miss) {
    if (findings.lapse_count < findings.lapses.size()) {
      findings.lapses[findings.lapse_count++] = miss;
    }
  }
  // Another reading of the same event, complete.
  [[gnu::noinline]] void fork(const Hypothesis& other) {
    if (findings.fork_count < findings.forks.size()) {
      findings.forks[findings.fork_count++] = other;
    } else {
      findings.overflow = true;
    }
  }

  // A debt of this kind arises; an older one's deadline stays.
  void owe(Hypothesis& h, Debt debt, Id rule, Time within, bool should = false) const {
    if (h.owed.owed(debt)) return;
    h.owed.set(debt, {.latest = when.until + within + assume.slack,
                      .cause = record,
                      .rule = rule,
                      .should = should});
  }
};

}  // namespace harness::model
