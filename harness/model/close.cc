#include "harness/model/close.h"

#include <algorithm>

#include "harness/model/reset.h"
#include "harness/model/time_wait.h"

namespace harness::model {
namespace {

using event::TcpState;

constexpr std::uint16_t bit(TcpState state) {
  return static_cast<std::uint16_t>(1u << static_cast<unsigned>(state));
}

std::uint16_t synchronized(const Hypothesis& h, bool closing, bool fin, bool acked,
                           bool closed_first) {
  if (!closing) return bit(fin ? TcpState::CloseWait : TcpState::Established);
  if (!fin) return bit(acked ? TcpState::FinWait2 : TcpState::FinWait1);
  if (closed_first) return bit(acked ? TcpState::TimeWait : TcpState::Closing);
  if (acked) return bit(TcpState::Closed);
  // 3.10.4 stays in CLOSE-WAIT until all data is segmentized; many stacks do not.
  return static_cast<std::uint16_t>(bit(TcpState::LastAck) |
                                    (h.own_fin == kNowhere ? bit(TcpState::CloseWait) : 0));
}

// As long as the longest MSL allows, whatever of the peer restarted it; coarse timers are late by
// a part of their time.
bool time_wait_over(const Hypothesis& h, const Judgement& j) {
  const Time lasts = 2 * j.assume.profile.most_msl;
  const Time since = std::max(h.time_wait_since, h.last_arrival);
  return j.when.from > since + lasts + lasts / 8 + kPunctual + j.assume.slack;
}

}  // namespace

void settle(Hypothesis& h, Judgement& j) {
  if (h.phase != Phase::Synchronized || !h.fin_received() || !h.own_fin_acked()) return;
  if (!h.closed_first) {
    close_with(h, j, Ending::Normal);
    return;
  }
  h.phase = Phase::TimeWait;
  h.time_wait_since = j.facts.tw_latest = j.when.from;
  h.clear(Debt::Retransmission);
  h.clear(Debt::Probe);
  h.clear(Debt::Fin);
  h.clear(Debt::Data);
}

void call_close(Hypothesis& h, Judgement& j) {
  switch (h.phase) {
    case Phase::SynSent: {
      // A CONNECT that waits holds the socket: such a CLOSE takes effect when it returns.
      const bool held = j.facts.connecting != event::kNoRecord && !j.assume.virtual_time;
      const Hypothesis waits = h;
      close_with(h, j, Ending::Aborted);
      h.shut_gone = !j.facts.closed;
      if (held || h.shut_gone) j.fork(waits);
      break;
    }
    case Phase::SynReceived: {
      h.closed_first = true;
      // As above: the peer's FIN may come before it returns.
      Hypothesis later = h;
      later.closed_first = false;
      if (j.facts.connecting != event::kNoRecord && !j.assume.virtual_time) j.fork(later);
      break;
    }
    case Phase::Synchronized:
      if (h.own_fin != kNowhere) break;
      h.closed_first = !h.fin_received();
      if (h.closed_first && h.fin_perhaps()) {
        Hypothesis other = h;
        other.closed_first = false;
        j.fork(other);
      }
      break;
    default:
      break;
  }
}

void call_abort(Hypothesis& h, Judgement& j) {
  if (h.phase == Phase::Closed) return;
  // In CLOSING the FIN itself may still wait behind the data: CLOSE came before, and the peer's
  // FIN.
  // So it may in LAST-ACK, which many stacks enter as soon as they are told to close.
  // Of a connection that nobody can name, it is not known whether.
  const bool closing =
      !j.facts.calls_known || (j.facts.closing && j.facts.close_record != j.record);
  const bool silent =
      h.phase == Phase::TimeWait || ((h.own_fin != kNowhere || closing) && h.fin_perhaps());
  if (h.phase != Phase::SynSent && !silent) return;  // A reset will say so.
  // "Respond with ok and delete the TCB"; CLOSE may leave TIME-WAIT as it is.
  Hypothesis gone = h;
  close_with(gone, j, Ending::Aborted);
  j.fork(gone);
}

void expect_fin(Hypothesis& h, const Judgement& j) {
  const bool due = h.phase == Phase::Synchronized && j.facts.closing && h.own_fin == kNowhere &&
                   !h.outstanding() && j.facts.app_low <= h.nxt && h.edge_low > h.nxt &&
                   j.assume.lossless;
  if (due) {
    j.owe(h, Debt::Fin, Id::FlushBeforeFin, j.assume.reaction);
  } else {
    h.clear(Debt::Fin);
  }
}

bool orphan_may_end(const Hypothesis& h, const Judgement& j) {
  const bool perhaps = h.own_fin != kNowhere && h.una_high > h.own_fin;
  // What nobody can name is perhaps closed.
  const bool closed = j.facts.closed || !j.facts.calls_known;
  if (h.phase != Phase::Synchronized || !closed || !perhaps) return false;
  // It waits from the ACK of the FIN on, which is where advance() started the last timer; one that
  // counts perhaps may have come at any time.
  const Time last = h.own_fin_acked() ? h.head_first + kInitialRto : h.head_first;
  return j.when.until >= std::min(h.last_arrival, last) + j.facts.orphan_wait;
}

std::uint16_t states(const Hypothesis& h, const Judgement& j) {
  std::uint16_t may = 0;
  switch (h.phase) {
    case Phase::Closed:
      // A SYN has come; whether it is answered, the next record says.
      may = bit(TcpState::Closed) | bit(TcpState::Listen) |
            (h.offered ? bit(TcpState::SynReceived) : 0);
      break;
    case Phase::SynSent:
      may = bit(TcpState::SynSent);
      break;
    case Phase::SynReceived:
      may = bit(TcpState::SynReceived);
      if (!h.active && !h.debt(Debt::Retransmission).owed()) may |= bit(TcpState::Closed);
      if (j.facts.closing) may |= bit(TcpState::FinWait1);
      break;
    case Phase::TimeWait:
      may = bit(TcpState::TimeWait);
      if (time_wait_may_end(h, j)) may |= bit(TcpState::Closed);
      if (time_wait_over(h, j)) may = bit(TcpState::Closed);
      break;
    case Phase::Synchronized: {
      const bool fin_no = !h.fin_received(), fin_yes = h.fin_perhaps();
      const bool acked_no = !h.own_fin_acked();
      const bool acked_yes = h.own_fin != kNowhere && h.una_high > h.own_fin;
      const bool closing = j.facts.closing || h.own_fin != kNowhere;
      for (int i = 0; i < 4; ++i) {
        const bool fin = (i & 1) != 0, acked = (i & 2) != 0;
        if ((fin ? fin_yes : fin_no) && (acked ? acked_yes : acked_no)) {
          may = static_cast<std::uint16_t>(may |
                                           synchronized(h, closing, fin, acked, h.closed_first));
          // Nobody told us whether the application has closed, nor when.
          if (j.facts.calls_known) continue;
          may |= synchronized(h, true, fin, acked, false);
          if (h.own_fin == kNowhere) may |= synchronized(h, true, fin, acked, true);
        }
      }
      if (orphan_may_end(h, j)) may |= bit(TcpState::Closed);
      break;
    }
  }
  return may;
}

}  // namespace harness::model
