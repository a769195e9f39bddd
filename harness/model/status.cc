#include "harness/model/status.h"

#include <algorithm>
#include <cerrno>

#include "harness/event/status.h"
#include "harness/model/close.h"
#include "harness/model/emission.h"
#include "harness/model/give_up.h"
#include "harness/model/icmp.h"
#include "harness/model/keep_alive.h"
#include "harness/model/reset.h"
#include "harness/model/time_wait.h"

namespace harness::model {
namespace {

using event::TcpState;

// One segment brought the peer's FIN and the ACK of the own.
bool direct(const Connection& facts) {
  return facts.fin_record != event::kNoRecord && facts.fin_record == facts.fin_acked;
}

// The FINs have crossed: CLOSING comes before TIME-WAIT.
bool crossed(const Connection& facts) {
  return facts.fin_acked != event::kNoRecord && facts.fin_record < facts.fin_acked;
}

Id rule_of_time_wait_entered(const Hypothesis& h, const Judgement& j, TcpState told) {
  if (told == TcpState::FinWait1 || told == TcpState::Closing) {
    if (direct(j.facts)) return Id::DirectTimeWait;
    if (crossed(j.facts)) return Id::SimultaneousClose;
  }
  return rule_of_time_wait(h, j);
}

Id rule_of_synchronized(const Hypothesis& h, TcpState told) {
  const bool own = h.own_fin != kNowhere;
  if (own && h.closed_first && h.fin_received()) return Id::SimultaneousClose;
  // Who has sent a FIN, and whose is acknowledged, the numbers say.
  const bool counts = (own || h.fin_received()) && told != TcpState::Closed;
  return counts ? Id::SequenceSpace : Id::EmptyAck;
}

Id rule_of_state(const Hypothesis& h, const Judgement& j, TcpState told) {
  if (h.sent_back && h.phase == Phase::Closed) return Id::SynReceivedSyn;
  switch (h.phase) {
    case Phase::TimeWait:
      return rule_of_time_wait_entered(h, j, told);
    case Phase::SynSent:
      return Id::SynSentOrder;
    case Phase::SynReceived:
      return Id::SynReceivedAck;
    case Phase::Closed:
      return h.ending == Ending::Reset ? rule_of_reset(j.facts) : Id::HalfOpenData;
    case Phase::Synchronized:
      break;
  }
  return rule_of_synchronized(h, told);
}

struct Reason {
  const char* why = "";
  std::uint32_t cause = event::kNoRecord;
  bool by_ack = false;
};

Reason reason_synchronized(const Hypothesis& h, const Connection& facts) {
  const bool own = h.own_fin != kNowhere, fin = h.fin_received();
  if (own && !h.own_fin_acked()) {
    return {.why = "its FIN is not acknowledged by ack",
            .cause = fin ? facts.fin_record : facts.last_arrived,
            .by_ack = true};
  }
  if (own) return {.why = "its FIN is acknowledged, and none came", .cause = facts.fin_acked};
  if (fin && !facts.closing) {
    return {.why = "the peer's FIN came, and the application has not closed",
            .cause = facts.fin_record};
  }
  if (facts.closing) return {.why = "the application has closed", .cause = facts.close_record};
  return {.why = "no FIN came, and the application has not closed"};
}

// Why a state is the one that is legal, and which record leads there.
Reason reason(const Hypothesis& h, const Connection& facts) {
  switch (h.phase) {
    case Phase::SynSent:
      return {.why = "nothing that came acknowledges its SYN"};
    case Phase::SynReceived:
      return {.why = "nothing that counts acknowledges its SYN"};
    case Phase::TimeWait: {
      const bool known =
          facts.fin_record != event::kNoRecord && facts.fin_acked != event::kNoRecord;
      return {.why = "both FINs are acknowledged, and 2 MSL are not over",
              .cause = known ? std::max(facts.fin_record, facts.fin_acked) : event::kNoRecord};
    }
    case Phase::Closed:
      if (h.ending != Ending::Reset) return {};
      return {.why = "a reset has ended it", .cause = facts.last_arrived};
    case Phase::Synchronized:
      break;
  }
  return reason_synchronized(h, facts);
}

void note_state(const Hypothesis& h, Judgement& j, TcpState told) {
  if (told == TcpState::TimeWait) j.held(Id::TimeWait);
  if (told == TcpState::Closing) j.held(Id::SimultaneousClose);
  // "... enter TIME-WAIT ...; otherwise, enter the CLOSING state."
  const bool at_once = told == TcpState::TimeWait && direct(j.facts);
  if (at_once || told == TcpState::Closing) j.held(Id::DirectTimeWait);
  const bool lives = told != TcpState::Closed && told != TcpState::Listen;
  if (lives) outlive_error(j);
  const bool tries = h.phase == Phase::SynSent && h.retransmissions > 0;
  if (tries && j.when.until - h.head_first >= kSynR2) j.held(Id::SynGiveUp);
}

}  // namespace

bool judge_status(Hypothesis& h, Judgement& j, const event::Reply& reply) {
  const auto status = event::decode_status(reply.data);
  const bool none = reply.error == ENOENT && j.assume.virtual_time && j.facts.calls_known &&
                    !j.facts.own_timeout && h.phase != Phase::SynReceived;
  if (!none && (reply.error != 0 || !status || !status->state())) return true;
  const auto told = none ? TcpState::Closed : *status->state();
  const auto may = states(h, j);
  j.findings.states = static_cast<std::uint16_t>(j.findings.states | may);
  if ((may >> static_cast<unsigned>(told) & 1) != 0) {
    note_state(h, j, told);
    return true;
  }
  if (j.racing()) return true;
  const bool tried = h.outstanding() && h.retransmissions > 0;
  if (told == TcpState::Closed && (tried || unanswered(h, j.facts) > 0)) {
    if (!judge_giving_up(h, j)) return false;
    close_with(h, j, Ending::TimedOut);
    return true;
  }
  const auto reason = model::reason(h, j.facts);
  Miss miss{.id = rule_behind(h, j, rule_of_state(h, j, told)),
            .found = event::name(told).data(),
            .nearest = reason.why,
            .cause = h.dropped_rule != 0 ? h.dropped : reason.cause,
            .states = may,
            .ack = reason.by_ack ? j.facts.last_ack : kNowhere,
            .ends = told == TcpState::Closed};
  // An ACK that ends the handshake was not taken, whatever was to be dropped besides.
  if (told == TcpState::SynReceived && (h.phase == Phase::Synchronized || j.facts.late_echo)) {
    miss.id = Id::SynReceivedAck;
    miss.cause = j.facts.opened_by;
    if (j.facts.late_echo) miss.expected = "the ACK of our SYN to be taken, whatever it echoes";
  }
  if (j.facts.fin_in_shut == h.rcv_high && told > TcpState::FinWait2) miss.id = Id::FinInShut;
  if (told == TcpState::Closed && j.facts.reset_outside != event::kNoRecord) {
    miss.id = Id::ResetOutside;
    miss.expected = j.facts.outside;
    miss.cause = j.facts.reset_outside;
  }
  return j.fail(miss);
}

}  // namespace harness::model
