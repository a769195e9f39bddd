#include "harness/model/join.h"

#include <algorithm>
#include <span>

#include "harness/model/text.h"

namespace harness::model {
namespace {

// Both are over, and no SYN has come since: their numbers say nothing any more, but whether the
// peer's FIN came may be left open.
bool over(const Hypothesis& a, const Hypothesis& b) {
  const bool fin = a.fin == b.fin || a.fin == kNowhere || b.fin == kNowhere;
  return a.phase == Phase::Closed && b.phase == Phase::Closed && !a.offered && !b.offered &&
         a.ending == b.ending && a.told == b.told && fin && a.irs == b.irs &&
         a.irs_known == b.irs_known && a.anew == b.anew && a.reopens == b.reopens;
}

// Where the next event would be one reading too many: what the application may be told of the end,
// and which numbers the connection had, is left open, too.
bool over_somehow(const Hypothesis& a, const Hypothesis& b) {
  const bool same_syn = a.irs == b.irs && a.irs_known == b.irs_known && a.fin == b.fin;
  return a.phase == Phase::Closed && b.phase == Phase::Closed && a.offered == b.offered &&
         (same_syn || !a.offered);
}

// The peer's FIN perhaps came; neither knows of anything that reaches as far.
bool same_fin(const Hypothesis& a, const Hypothesis& b) {
  const bool open = (a.fin == kNowhere || b.fin == kNowhere) && a.fin != b.fin;
  return a.fin == b.fin || (open && std::max(a.rcv_high, b.rcv_high) <= std::max(a.fin, b.fin));
}

bool alike(const Hypothesis& a, const Hypothesis& b) {
  return a.phase == b.phase && a.ending == b.ending && a.iss == b.iss && a.irs == b.irs &&
         a.irs_known == b.irs_known && a.nxt == b.nxt && a.own_fin == b.own_fin && same_fin(a, b) &&
         a.acked == b.acked && a.advertised == b.advertised && a.edge_last == b.edge_last &&
         a.active == b.active && a.offered == b.offered && a.closed_first == b.closed_first &&
         a.told == b.told && a.anew == b.anew && a.reopens == b.reopens;
}

bool same_offers(const Hypothesis& a, const Hypothesis& b) {
  return a.peer_mss == b.peer_mss && a.own_mss == b.own_mss && a.peer_shift == b.peer_shift &&
         a.own_shift == b.own_shift && a.scaled == b.scaled && a.shifts == b.shifts &&
         a.peer_scales == b.peer_scales && a.own_scales == b.own_scales &&
         a.timestamps == b.timestamps && a.peer_stamps == b.peer_stamps &&
         a.own_stamps == b.own_stamps && a.sack == b.sack && a.peer_sacks == b.peer_sacks &&
         a.own_sacks == b.own_sacks;
}

bool same_reset(const ResetForm& a, const ResetForm& b) {
  return a.seq == b.seq && a.ack == b.ack && a.cause == b.cause && a.by_ack == b.by_ack &&
         a.any == b.any;
}

// The resets either owes; only what both owe must come. Where there is no room for all, the last
// stands for any.
void join_resets(Hypothesis& into, const Hypothesis& other) {
  const auto theirs = std::span{other.resets}.first(other.resets_owed);
  for (ResetForm& form : std::span{into.resets}.first(into.resets_owed)) {
    form.must = form.must && std::ranges::any_of(theirs, [&](const ResetForm& its) {
                  return its.must && same_reset(form, its);
                });
  }
  for (ResetForm form : theirs) {
    const auto mine = std::span{into.resets}.first(into.resets_owed);
    if (std::ranges::any_of(mine, [&](const ResetForm& own) { return same_reset(own, form); })) {
      continue;
    }
    form.must = false;
    if (into.resets_owed < into.resets.size()) {
      into.resets[into.resets_owed++] = form;
    } else if (!into.resets.back().any) {
      into.resets.back() = {.cause = form.cause, .any = true};
    }
  }
}

void join_debts(Obligations& into, const Obligations& other) {
  for (std::size_t i = 0; i < kDebts; ++i) {
    const auto debt = static_cast<Debt>(i);
    if (!into.owed(debt)) continue;
    if (!other.owed(debt)) {
      into.clear(debt);
      continue;
    }
    auto owed = into[debt];
    const auto also = other[debt];
    const bool should = owed.should || also.should;
    if (also.latest > owed.latest) owed = also;
    owed.should = should;
    into.set(debt, owed);
  }
}

void join_numbers(Hypothesis& a, const Hypothesis& b) {
  a.una = std::min(a.una, b.una);
  a.una_high = std::max(a.una_high, b.una_high);
  a.edge_low = std::min(a.edge_low, b.edge_low);
  a.edge_high = std::max(a.edge_high, b.edge_high);
  if (a.wl1 != b.wl1) a.wl1_high = std::max({a.wl1_high, b.wl1_high, a.wl1, b.wl1});
  a.wl1_high = std::max(a.wl1_high, b.wl1_high);
  a.wl1 = std::min(a.wl1, b.wl1);
  a.wl2 = std::min(a.wl2, b.wl2);
  a.max_window = std::min(a.max_window, b.max_window);
  a.recover = std::max(a.recover, b.recover);
  a.rcv = std::min(a.rcv, b.rcv);
  a.rcv_high = std::max(a.rcv_high, b.rcv_high);
  a.acked = std::min(a.acked, b.acked);
  if (a.racing == kNowhere) a.racing = b.racing;
  if (b.racing != kNowhere) a.racing = std::min(a.racing, b.racing);
  a.read_before = std::min(a.read_before, b.read_before);
  const bool same = a.held == b.held && b.held_sure;
  a.held_sure = a.held_sure && same;
  for (std::size_t i = 0; !same && i < b.held_count; ++i) {
    hold(a, b.held[i].from, b.held[i].to, Certainty::Maybe);
  }
  absorb(a);
}

void join_times(Hypothesis& a, const Hypothesis& b) {
  a.steady = a.steady && b.steady && a.last_gap == b.last_gap && a.head_sent == b.head_sent;
  a.head_sent = std::min(a.head_sent, b.head_sent);
  a.head_first = std::min(a.head_first, b.head_first);
  a.last_gap = std::max(a.last_gap, b.last_gap);
  a.time_wait_since = std::min(a.time_wait_since, b.time_wait_since);
  a.last_arrival = std::max(a.last_arrival, b.last_arrival);
  a.ts_aged = a.ts_aged || b.ts_aged;
  a.ts_sure = a.ts_sure && b.ts_sure && a.ts_recent == b.ts_recent;
  if (static_cast<std::int32_t>(b.ts_recent - a.ts_recent) < 0) a.ts_recent = b.ts_recent;
  if (static_cast<std::int32_t>(b.ts_last - a.ts_last) < 0) a.ts_last = b.ts_last;
}

Answer either(Answer a, Answer b) { return a == b ? a : Answer::Unknown; }

void join_leave(Hypothesis& a, const Hypothesis& b) {
  a.unacked_full = std::min(a.unacked_full, b.unacked_full);
  a.ack_credit = std::max(a.ack_credit, b.ack_credit);
  a.credit_before = std::max(a.credit_before, b.credit_before);
  a.retransmissions = std::max(a.retransmissions, b.retransmissions);
  a.keepalives = std::max(a.keepalives, b.keepalives);
  a.duplicates = std::max(a.duplicates, b.duplicates);
  if (b.likenesses < a.likenesses) a.likenesses = b.likenesses;
  a.window_known = a.window_known && b.window_known && a.window_field == b.window_field;
  if (!a.window_known) a.window_field = 0;
  a.restarted = a.restarted && b.restarted;
  a.syn_timed = a.syn_timed && b.syn_timed;
  a.stirred = a.stirred || b.stirred;
  a.shrunk = a.shrunk && b.shrunk;
  a.on_reset = either(a.on_reset, b.on_reset);
  a.on_syn = either(a.on_syn, b.on_syn);
  a.on_old_ack = either(a.on_old_ack, b.on_old_ack);
  a.on_early_ack = either(a.on_early_ack, b.on_early_ack);
  a.evidence = a.evidence || b.evidence;
  a.may_reset = a.may_reset || b.may_reset;
  a.asked = a.asked || b.asked;
  a.syn_again = a.syn_again || b.syn_again;
  a.probing = a.probing || b.probing;
  a.hard_error = a.hard_error && b.hard_error;
  a.must_end = a.must_end && b.must_end;
}

void join_ends(Hypothesis& a, const Hypothesis& b) {
  if (a.ending != b.ending) a.ending = Ending::Any;
  a.told = a.told || b.told || a.ending == Ending::Any;
  a.anew = a.anew || b.anew;
  a.reopens = a.reopens && b.reopens;
  a.old_syn = a.old_syn && b.old_syn;
  a.sent_back = a.sent_back && b.sent_back;
}

}  // namespace

bool join(Hypothesis& into, const Hypothesis& other, bool at_any_price) {
  const bool one = over(into, other) || (alike(into, other) && same_offers(into, other));
  if (!one && !(at_any_price && over_somehow(into, other))) return false;
  if (!one) join_ends(into, other);
  join_resets(into, other);
  join_debts(into.owed, other.owed);
  join_numbers(into, other);
  if (into.fin != other.fin) {
    into.fin = std::max(into.fin, other.fin);
    into.rcv = std::min(into.rcv, into.fin);
  }
  join_times(into, other);
  join_leave(into, other);
  return true;
}

}  // namespace harness::model
