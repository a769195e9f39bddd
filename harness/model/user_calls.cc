#include "harness/model/user_calls.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>

#include "harness/event/status.h"
#include "harness/model/call_numbers.h"
#include "harness/model/close.h"
#include "harness/model/emission.h"
#include "harness/model/give_up.h"
#include "harness/model/icmp.h"
#include "harness/model/keep_alive.h"
#include "harness/model/reset.h"
#include "harness/model/status.h"
#include "harness/model/time_wait.h"
#include "harness/model/urgent.h"

namespace harness::model {
namespace {

using event::Call;
using event::Op;
using event::Reply;

// As in call_numbers.h; these are of interest only here.
constexpr std::int64_t kPeek = 0x2, kTruncate = 0x20, kErrorOption = 4;

bool untold(Judgement& j, const char* expected, const char* found) {
  return j.fail({.id = Id::TellApplication,
                 .expected = expected,
                 .found = found,
                 .nearest = "the application told how the connection ended"});
}

bool ended(Judgement& j, const char* expected, const char* found) {
  return j.fail({.id = Id::TellApplication,
                 .expected = expected,
                 .found = found,
                 .nearest = "a connection that goes on",
                 .ends = true});
}

// What an ICMP error may be told as (RFC 9293, 3.9.2.2): also of a connection that goes on.
bool tells_of_icmp(std::int32_t error) {
  static constexpr std::int32_t kErrors[] = {ENOPROTOOPT, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN,
                                             EPROTO,      EOPNOTSUPP,   EACCES,      EMSGSIZE};
  return std::ranges::find(kErrors, error) != std::end(kErrors);
}

// An error that ends a connection, told by whatever call.
bool judge_error(Hypothesis& h, Judgement& j, std::int32_t error) {
  const bool over = h.phase == Phase::Closed && h.ending != Ending::Normal;
  switch (error) {
    case ECONNRESET:
    case ECONNREFUSED:
      // What ICMP told of what goes on is the word of the end, when that comes.
      if (!over && error == ECONNREFUSED && j.facts.hard_error && h.retransmissions >= kR1 &&
          may_give_up(h, j)) {
        close_with(h, j, Ending::TimedOut);
      } else if (!over) {
        const auto outside = j.facts.reset_outside;
        if (outside == event::kNoRecord) {
          return ended(j, "no reset: none that counts came", "the application told of one");
        }
        return j.fail({.id = Id::ResetOutside,
                       .expected = j.facts.outside,
                       .found = "the application told of one",
                       .nearest = "the application told how the connection ended",
                       .cause = outside,
                       .ends = true});
      }
      break;
    case ETIMEDOUT:
      j.held(Id::UserTimeout);
      if (h.ending == Ending::TimedOut || h.ending == Ending::Any) break;
      if (h.phase == Phase::Closed) return untold(j, "another reason", "a timeout");
      if (!judge_giving_up(h, j)) return false;
      close_with(h, j, Ending::TimedOut);
      break;
    default:
      if (!tells_of_icmp(error)) return true;
      if (over) break;
      // The last that was heard may be the word of an end, too.
      if (h.phase == Phase::Synchronized && h.retransmissions >= kR1 && may_give_up(h, j)) {
        Hypothesis given_up = h;
        close_with(given_up, j, Ending::TimedOut);
        given_up.told = true;
        j.fork(given_up);
      }
      return true;
  }
  j.held(Id::TellApplication);
  if (over && j.facts.hard_error) j.held(Id::IcmpEnds);
  h.told = true;
  return true;
}

// RFC 9293, 3.10.2: in ESTABLISHED and CLOSE-WAIT alike, what is sent is taken. `stays`: nothing
// has happened that may have ended the connection unseen.
bool judge_refused_send(Hypothesis& h, Judgement& j, std::int32_t error) {
  const bool stays = h.phase == Phase::Synchronized && !h.told && !h.hard_error &&
                     h.retransmissions == 0 && h.keepalives == 0;
  const bool sure = j.facts.calls_known && j.assume.lossless && !j.racing() && !j.waited;
  const bool refused = error == EPIPE || error == ENOTCONN;
  if (!refused || !stays || !sure || j.facts.closing) return judge_error(h, j, error);
  const auto outside = j.facts.reset_outside;
  return j.fail({.id = outside != event::kNoRecord ? Id::ResetOutside
                       : h.fin_perhaps()           ? Id::HalfCloseSend
                                                   : Id::TellApplication,
                 .expected = outside != event::kNoRecord
                                 ? j.facts.outside
                                 : "what is sent to be taken: the application has not closed",
                 .found = "an error of SEND",
                 .nearest = "the same as before the peer's FIN",
                 .cause = outside,
                 .ends = true});
}

bool judge_read(Hypothesis& h, Judgement& j, const Reply& reply) {
  const Offset end = j.facts.read + reply.result;
  const bool before = h.phase == Phase::Closed && h.offered;
  const Offset came = before ? std::max(j.facts.left, h.rcv_high) : h.rcv_high;
  const Offset limit = h.fin_received() ? std::min(came, h.fin) : came;
  if (h.phase == Phase::SynReceived) {
    const bool cookie = j.facts.pressed && !h.active;  // It opened for what was not acceptable.
    if (!h.active && j.facts.behind_fin != event::kNoRecord) {
      return j.fail({.id = Id::TextAfterFin,
                     .expected = "no reset: octets across the peer's FIN are cut there",
                     .found = "octets read, as of a connection that is open",
                     .nearest = "an acknowledgment of the FIN",
                     .cause = j.facts.behind_fin});
    }
    return j.fail({.id = cookie ? Id::Acceptability : Id::DataOnSyn,
                   .expected = cookie ? "nothing taken while it opens: no octets"
                                      : "no data before the connection is established",
                   .found = "data",
                   .nearest = "data once our SYN is acknowledged"});
  }
  if (end > limit) {
    return j.fail({.id = rule_behind(h, j, Id::Acceptability),
                   .expected = "the octets that have arrived in order, up to",
                   .found = "octets up to",
                   .nearest = "what lies before RCV.NXT",
                   .unit = Unit::Number,
                   .low = limit,
                   .high = limit,
                   .got = end});
  }
  const Offset wrong = j.facts.urgent || reply.data.empty()
                           ? kNowhere
                           : first_not_arrived(j.facts, j.facts.read, reply.data);
  if (wrong != kNowhere) {
    const bool ended = j.facts.least_fin != kNowhere && wrong >= j.facts.least_fin;
    const bool urged = wrong == j.facts.urged || wrong == j.facts.urged - 1;
    return j.fail({.id = ended   ? Id::TextAfterFin
                         : urged ? Id::Acceptability
                                 : Id::Trim,
                   .expected = urged
                                   ? "nothing from an urgent pointer that is not acceptable: octet"
                                   : "the octets of the peer, each once and in order",
                   .found = "another octet at",
                   .nearest = "the octets that arrived there",
                   .unit = Unit::Number,
                   .low = wrong,
                   .high = wrong,
                   .got = wrong});
  }
  j.held(Id::Trim);
  if (before) return true;
  h.rcv = std::max(h.rcv, end);
  if (h.fin != kNowhere && end > h.fin) h.fin = kNowhere;  // It was passed over.
  return true;
}

bool judge_end(Hypothesis& h, Judgement& j) {
  if (j.facts.reading_shut || j.facts.closed || h.told) return true;
  if (h.fin_perhaps()) {
    if (j.facts.read < h.fin && !j.facts.urgent) {
      return j.fail({.id = Id::Trim,
                     .expected = "the octets before the peer's FIN, up to",
                     .found = "an end at",
                     .nearest = "the rest of the data first",
                     .unit = Unit::Number,
                     .low = h.fin,
                     .high = h.fin,
                     .got = j.facts.read});
    }
    h.rcv = std::max(h.rcv, h.fin + 1);
    j.held(Id::TellApplication);
    settle(h, j);
    return true;
  }
  if (h.phase == Phase::Closed && h.ending != Ending::None) {
    const auto outside = j.facts.reset_outside;
    return j.fail({.id = outside != event::kNoRecord ? Id::ResetOutside : Id::TellApplication,
                   .expected = outside != event::kNoRecord
                                   ? j.facts.outside
                                   : "an error: the connection did not end by a FIN",
                   .found = "the end of the stream",
                   .nearest = "the application told how the connection ended",
                   .cause = outside});
  }
  if (h.phase == Phase::SynSent || h.phase == Phase::Closed) return true;
  return j.fail({.id = j.facts.fin_in_shut == h.rcv_high ? Id::FinInShut : Id::TellApplication,
                 .expected = "no end of the stream: no FIN came",
                 .found = "the end of the stream",
                 .nearest = "to wait",
                 .ends = true});
}

bool judge_receive(Hypothesis& h, Judgement& j, const Call& call, const Reply& reply) {
  if ((call.args[0] & (kOutOfBand | kTruncate)) != 0) return true;
  if (reply.error == EAGAIN && j.assume.lossless && !j.racing()) {
    const bool end = h.fin_received() && j.facts.read >= h.fin && !j.facts.urgent;
    if (end) return untold(j, "the end of the stream: the peer's FIN came", "EAGAIN");
    const bool over = h.phase == Phase::Closed && !h.told && h.ending != Ending::None;
    if (over && !j.facts.closed) return untold(j, "the error that ended the connection", "EAGAIN");
  }
  if (reply.error != 0) return judge_error(h, j, reply.error);
  if (reply.result > 0) return judge_read(h, j, reply);
  return call.args[1] <= 0 || judge_end(h, j);
}

bool judge_connect(Hypothesis& h, Judgement& j, const Reply& reply) {
  if (reply.error != 0) return judge_error(h, j, reply.error);
  if (h.phase == Phase::SynSent || h.phase == Phase::SynReceived) {
    return j.fail({.id = rule_behind(h, j, Id::TellApplication),
                   .expected = "no success before the handshake is done",
                   .found = "connected",
                   .nearest = "success once our SYN is acknowledged",
                   .cause = h.dropped_rule != 0 ? h.dropped : event::kNoRecord});
  }
  if (h.phase == Phase::Closed && h.ending == Ending::Refused) {
    return untold(j, "an error: the connection was refused", "connected");
  }
  return true;
}

}  // namespace

bool judge_reply(Hypothesis& h, Judgement& j, const Call& call, const Reply& reply) {
  const auto word = h.debt(Debt::Word);
  if (word.owed() && (call.op == Op::Receive || call.op == Op::Connect)) {
    j.held(word.rule);
    h.clear(Debt::Word);
  }
  switch (call.op) {
    case Op::Receive:
      return judge_receive(h, j, call, reply);
    case Op::Send: {
      if (reply.error != 0) return judge_refused_send(h, j, reply.error);
      if (h.fin_received() && !j.facts.closing) j.held(Id::HalfCloseSend);
      const bool over = h.phase == Phase::Closed && !h.told && h.ending != Ending::None;
      // A call that waited tells how much was taken before the end; the next tells of the end.
      if (over && j.assume.lossless && !j.racing() && !j.waited && reply.result > 0) {
        return untold(j, "the error that ended the connection", "data taken");
      }
      return true;
    }
    case Op::Connect:
      return judge_connect(h, j, reply);
    case Op::GetOption: {
      if (call.args[0] != kSocketLevel || call.args[1] != kErrorOption) return true;
      std::int32_t error = 0;
      if (reply.data.size() >= sizeof error) {
        std::memcpy(&error, reply.data.data(), sizeof error);
      }
      return judge_error(h, j, error);
    }
    case Op::Status:
      return judge_status(h, j, reply);
    case Op::Poll:
      return judge_poll(h, j, call, reply);
    case Op::Shutdown:
      // The reading that deleted the TCB for it is none, where the call failed.
      if (reply.error == 0 || !h.shut_gone) return true;
      return untold(j, "a connection that goes on", "one that is gone, though the call failed");
    default:
      return true;
  }
}

void expect_word(Hypothesis& h, const Judgement& j) {
  const Connection& facts = j.facts;
  if (!h.owed.owed(Debt::Word) && facts.reading == event::kNoRecord &&
      facts.connecting == event::kNoRecord) {
    return;
  }
  const Time within = j.assume.reaction + (j.assume.virtual_time ? 0 : kPunctual);
  const bool over = h.phase == Phase::Closed && !h.told && h.ending != Ending::None;
  const bool sure = j.assume.lossless && facts.calls_known && !j.racing();
  Id rule{};
  bool due = false;
  if (sure && facts.connecting != event::kNoRecord && !facts.closed) {
    rule = Id::SynSentOrder;
    due = h.phase == Phase::Synchronized || over;
  } else if (sure && facts.reading != event::kNoRecord && !facts.closed && !facts.reading_shut) {
    const bool data = h.phase == Phase::Synchronized && h.rcv > facts.read && !h.fin_perhaps();
    rule = data && !facts.patient ? Id::Trim : Id::TellApplication;
    due = rule == Id::Trim || h.fin_received() || over;
  }
  if (!due || h.debt(Debt::Word).rule != rule) h.clear(Debt::Word);
  if (due) j.owe(h, Debt::Word, rule, within);
}

void take_reply(Connection& facts, const Call& call, const Reply& reply, std::uint32_t record) {
  // A call that fails has asked for nothing.
  if (call.op == Op::Shutdown && reply.error != 0 && facts.close_record == record) {
    facts.closing = facts.closed;
  }
  if (call.op != Op::Receive || reply.result <= 0) return;
  if ((call.args[0] & (kPeek | kOutOfBand)) == 0) facts.read += reply.result;
}

}  // namespace harness::model
