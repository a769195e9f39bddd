#include "harness/model/keep_alive.h"

#include <algorithm>

namespace harness::model {
namespace {

// Since the last probe something came that was perhaps dropped: whether it was heard is not known.
bool heard_perhaps(const Hypothesis& h, Time last_probe) {
  return h.keepalives > 0 && h.last_arrival > last_probe;
}

// The one before this, whichever reading has met this already.
Time probe_before(const Judgement& j) {
  const Connection& facts = j.facts;
  return facts.probe_record == j.record ? facts.probe_before : facts.last_probe;
}

// Once for all readings.
bool note_probed(Judgement& j) {
  Connection& facts = j.facts;
  if (facts.probe_record == j.record) return false;
  facts.probe_record = j.record;
  facts.probe_before = facts.last_probe;
  facts.last_probe = j.when.from;
  return true;
}

Time idle_of(const Connection& facts) {
  return facts.keepalive_idle != 0 ? facts.keepalive_idle : kKeepAliveIdle;
}

bool switched_on(const Judgement& j) { return j.facts.keepalive || j.kept_alive; }

// How long it waits with the next one, since when, and by which rule.
struct Wait {
  Id id{};
  Time idle = 0, since = 0, earliest = 0;
};

Wait wait_of(const Hypothesis& h, const Judgement& j) {
  const Connection& facts = j.facts;
  const Time before = probe_before(j);
  Wait wait{.id = Id::KeepAliveIdle,
            .idle = h.keepalives > 0 ? facts.keepalive_interval : facts.keepalive_idle};
  if (wait.idle == 0 && h.keepalives == 0) {
    wait.idle = kKeepAliveIdle;
    wait.id = Id::KeepAliveDefault;
  }
  // An interval that is set anew may begin anew: that nothing was heard within it still holds, or
  // within the idle time.
  const bool goes_on = h.keepalives > 0 && facts.keepalive_since < before;
  if (h.keepalives > 0 && !goes_on && facts.keepalive_idle != 0) {
    wait.idle = std::min(wait.idle, facts.keepalive_idle);
  }
  wait.since = goes_on ? before : facts.last_heard;
  wait.earliest = wait.since + wait.idle;
  if (heard_perhaps(h, before)) {
    wait.earliest = std::min(wait.earliest, h.last_arrival + idle_of(facts));
  }
  return wait;
}

bool too_soon(const Wait& wait, const Judgement& j) {
  return j.facts.last_heard > 0 && j.when.until + j.assume.slack < wait.earliest;
}

void note_unheard(Connection& facts) {
  if (facts.unheard_since != facts.last_heard) facts.unheard = 0;
  facts.unheard_since = facts.last_heard;
  ++facts.unheard;
}

}  // namespace

int unanswered(const Hypothesis& h, const Connection& facts) {
  const int unheard = facts.unheard_since == facts.last_heard ? facts.unheard : 0;
  return std::max(int{h.keepalives}, unheard);
}

bool judge_keep_alive(Hypothesis& h, Judgement& j, const Emission& out) {
  const auto& facts = j.facts;
  if (!facts.calls_known) return true;
  Miss miss{.id = Id::KeepAliveOff,
            .expected = "no keep-alive: nobody switched it on",
            .found = "a probe",
            .nearest = "silence"};
  if (!switched_on(j)) {
    miss.id = rule_behind(h, j, miss.id);
    return j.fail(miss);
  }
  const Wait wait = wait_of(h, j);
  miss.id = wait.id;
  if (too_soon(wait, j)) {
    miss.expected = "a keep-alive after an idle time of at least";
    miss.found = "one after";
    miss.unit = Unit::Duration;
    miss.low = miss.high = wait.idle;
    miss.got = j.when.until - wait.since;
    return j.fail(miss);
  }
  j.held(miss.id);
  if (out.octets() > 0) {
    j.lapse({.id = Id::KeepAliveEmpty,
             .expected = "a keep-alive without data",
             .found = "one with an octet",
             .nearest = "<SEQ=SND.NXT-1><CTL=ACK>"});
  } else {
    j.held(Id::KeepAliveEmpty);
  }
  if (h.keepalives > 0) j.held(Id::KeepAliveDeath);  // The one before was not answered.
  if (h.keepalives < 200) ++h.keepalives;
  if (note_probed(j)) note_unheard(j.facts);
  if (h.owed.owed(Debt::KeepAlive)) j.held(Id::KeepAliveOn);
  h.clear(Debt::KeepAlive);
  return true;
}

bool judge_unanswerable(const Hypothesis& h, Judgement& j) {
  const bool idle = switched_on(j) && !h.outstanding() && !h.probing;
  if (!idle || too_soon(wait_of(h, j), j)) return false;
  j.lapse({.id = Id::KeepAliveEmpty,
           .expected = "a keep-alive at SND.NXT-1, which the peer has to answer",
           .found = "one at SND.NXT",
           .nearest = "<SEQ=SND.NXT-1><CTL=ACK>"});
  note_probed(j);
  return true;
}

bool judge_outstanding(const Hypothesis& h, Judgement& j, const Emission& out, Offset seq) {
  const bool unasked = j.when.from > h.last_arrival + j.assume.reaction + j.assume.slack;
  const bool probe = out.octets() == 0 && (seq == h.una - 1 || seq == h.nxt - 1);
  if (!probe || !unasked || !switched_on(j) || !h.outstanding() || h.own_fin != kNowhere) {
    return true;
  }
  return j.fail({.id = Id::KeepAliveIdle,
                 .expected = "no keep-alive while text is on its way",
                 .found = "a probe",
                 .nearest = "the text again, when its time has come"});
}

bool silent_unasked(const Hypothesis& h, const Connection& facts, Time now) {
  const Time idle = idle_of(facts);
  const Time since = std::max(facts.last_heard, facts.last_sent);
  return since != 0 && now - since >= idle && h.phase == Phase::Synchronized && facts.calls_known &&
         facts.fd >= 0 && !facts.keepalive;
}

void expect_keep_alive(Hypothesis& h, const Judgement& j) {
  const Connection& facts = j.facts;
  const bool idle = facts.keepalive && facts.calls_known && !facts.closing && !h.outstanding() &&
                    facts.app_high <= h.nxt && h.fin == kNowhere;
  h.clear(Debt::KeepAlive);
  if (!idle) return;
  const bool probed = unanswered(h, facts) > 0;
  if (probed && facts.keepalive_interval == 0) return;  // Its default is the stack's own.
  Time next = probed ? facts.keepalive_interval : idle_of(facts);
  // Where it came to nothing, it is not sure whether what came was an answer.
  const bool perhaps = heard_perhaps(h, facts.last_probe) || (probed && h.keepalives == 0);
  if (perhaps) next = std::max(next, idle_of(facts));
  // Stacks count from the last segment either way, or from when it was switched on.
  const Time since = std::max({h.last_arrival, facts.last_sent, facts.keepalive_since});
  const Time latest = since + next + next / 8 + kPunctual + j.assume.slack;
  h.owed.set(
      Debt::KeepAlive,
      {.latest = std::max(latest, j.when.until), .cause = j.record, .rule = Id::KeepAliveOn});
}

}  // namespace harness::model
