#include "harness/model/keep_alive.h"

#include <algorithm>

namespace harness::model {
namespace {

// Since the last probe something came that was perhaps dropped: whether it was heard is not known.
bool heard_perhaps(const Hypothesis& h, const Connection& facts) {
  return h.keepalives > 0 && h.last_arrival > facts.last_probe;
}

Time idle_of(const Connection& facts) {
  return facts.keepalive_idle != 0 ? facts.keepalive_idle : kKeepAliveIdle;
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
  if (!facts.keepalive && !j.kept_alive) {
    miss.id = rule_behind(h, j, miss.id);
    return j.fail(miss);
  }
  Time idle = h.keepalives > 0 ? facts.keepalive_interval : facts.keepalive_idle;
  miss.id = Id::KeepAliveIdle;
  if (idle == 0 && h.keepalives == 0) {
    idle = kKeepAliveIdle;
    miss.id = Id::KeepAliveDefault;
  }
  // An interval that is set anew may begin anew: that nothing was heard within it still holds, or
  // within the idle time.
  const bool goes_on = h.keepalives > 0 && facts.keepalive_since < facts.last_probe;
  if (h.keepalives > 0 && !goes_on && facts.keepalive_idle != 0) {
    idle = std::min(idle, facts.keepalive_idle);
  }
  const Time since = goes_on ? j.facts.last_probe : j.facts.last_heard;
  Time earliest = since + idle;
  if (heard_perhaps(h, facts)) earliest = std::min(earliest, h.last_arrival + idle_of(facts));
  if (j.facts.last_heard > 0 && j.when.until + j.assume.slack < earliest) {
    miss.expected = "a keep-alive after an idle time of at least";
    miss.found = "one after";
    miss.unit = Unit::Duration;
    miss.low = miss.high = idle;
    miss.got = j.when.until - since;
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
  if (j.facts.last_probe != j.when.from) note_unheard(j.facts);
  j.facts.last_probe = j.when.from;
  if (h.owed.owed(Debt::KeepAlive)) j.held(Id::KeepAliveOn);
  h.clear(Debt::KeepAlive);
  return true;
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
  const bool perhaps = heard_perhaps(h, facts) || (probed && h.keepalives == 0);
  if (perhaps) next = std::max(next, idle_of(facts));
  // Stacks count from the last segment either way, or from when it was switched on.
  const Time since = std::max({h.last_arrival, facts.last_sent, facts.keepalive_since});
  const Time latest = since + next + next / 8 + kPunctual + j.assume.slack;
  h.owed.set(
      Debt::KeepAlive,
      {.latest = std::max(latest, j.when.until), .cause = j.record, .rule = Id::KeepAliveOn});
}

}  // namespace harness::model
