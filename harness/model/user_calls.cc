#include "harness/model/user_calls.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "harness/event/status.h"
#include "harness/model/close.h"
#include "harness/model/emission.h"
#include "harness/model/reset.h"
#include "harness/model/retransmission.h"
#include "harness/model/time_wait.h"

namespace harness::model {
namespace {

using event::Call;
using event::Op;
using event::Reply;

// Linux's numbers, as calls carry them.
constexpr std::int64_t kOutOfBand = 0x1, kPeek = 0x2, kTruncate = 0x20;
constexpr std::int64_t kSocketLevel = 1, kErrorOption = 4;

bool untold(Judgement& j, const char* expected, const char* found) {
  return j.fail({.id = Id::TellApplication,
                 .expected = expected,
                 .found = found,
                 .nearest = "the application told how the connection ended"});
}

// An error that ends a connection, told by whatever call.
bool judge_error(Hypothesis& h, Judgement& j, std::int32_t error) {
  const bool over = h.phase == Phase::Closed && h.ending != Ending::Normal;
  switch (error) {
    case ECONNRESET:
    case ECONNREFUSED:
      if (!over) return untold(j, "no reset: none that counts came", "the application told of one");
      break;
    case ETIMEDOUT:
      if (h.ending == Ending::TimedOut) break;
      if (h.phase == Phase::Closed) return untold(j, "another reason", "a timeout");
      if (!judge_giving_up(h, j)) return false;
      close_with(h, j, Ending::TimedOut);
      break;
    default:
      return true;
  }
  j.held(Id::TellApplication);
  h.told = true;
  return true;
}

bool judge_read(Hypothesis& h, Judgement& j, const Reply& reply) {
  const Offset end = j.facts.read + reply.result;
  const bool before = h.phase == Phase::Closed && h.offered;
  const Offset came = before ? std::max(j.facts.left, h.rcv_high) : h.rcv_high;
  const Offset limit = h.fin_received() ? std::min(came, h.fin) : came;
  if (h.phase == Phase::SynReceived) {
    return j.fail({.id = Id::DataOnSyn,
                   .expected = "no data before the connection is established",
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
    return j.fail({.id = Id::Trim,
                   .expected = "the octets of the peer, each once and in order",
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
    return untold(j, "an error: the connection did not end by a FIN", "the end of the stream");
  }
  if (h.phase == Phase::SynSent || h.phase == Phase::Closed) return true;
  return untold(j, "no end of the stream: no FIN came", "the end of the stream");
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
    return untold(j, "no success before the handshake is done", "connected");
  }
  if (h.phase == Phase::Closed && h.ending == Ending::Refused) {
    return untold(j, "an error: the connection was refused", "connected");
  }
  return true;
}

Id rule_of_state(const Hypothesis& h, const Judgement& j) {
  switch (h.phase) {
    case Phase::TimeWait:
      return rule_of_time_wait(h, j);
    case Phase::SynSent:
      return Id::SynSentOrder;
    case Phase::SynReceived:
      return Id::SynReceivedAck;
    case Phase::Closed:
      return h.ending == Ending::Reset ? rule_of_reset(j.facts) : Id::HalfOpenData;
    case Phase::Synchronized:
      break;
  }
  return Id::EmptyAck;
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
      if (reply.error != 0) return judge_error(h, j, reply.error);
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
    case Op::Shutdown:
      // The reading that deleted the TCB for it is none, where the call failed.
      if (reply.error == 0 || !h.shut_gone) return true;
      return untold(j, "a connection that goes on", "one that is gone, though the call failed");
    default:
      return true;
  }
}

bool judge_status(Hypothesis& h, Judgement& j, const Reply& reply) {
  const auto status = event::decode_status(reply.data);
  const bool none = reply.error == ENOENT && j.assume.virtual_time && j.facts.calls_known &&
                    !j.facts.own_timeout && h.phase != Phase::SynReceived;
  if (!none && (reply.error != 0 || !status || !status->state())) return true;
  const auto state = none ? event::TcpState::Closed : *status->state();
  const auto may = states(h, j);
  if ((may >> static_cast<unsigned>(state) & 1) != 0) return true;
  if (j.racing()) return true;
  Id id = rule_of_state(h, j);
  if (state == event::TcpState::Closed && h.outstanding() && h.retransmissions > 0) {
    if (!judge_giving_up(h, j)) return false;
    close_with(h, j, Ending::TimedOut);
    return true;
  }
  if (state == event::TcpState::Closed && h.keepalives > 0) {
    if (!judge_giving_up(h, j)) return false;
    close_with(h, j, Ending::TimedOut);
    return true;
  }
  unsigned wanted = 1;
  while (wanted < 12 && (may >> wanted & 1) == 0) ++wanted;
  id = rule_behind(h, j, id);
  return j.fail({.id = id,
                 .expected = event::name(static_cast<event::TcpState>(wanted)).data(),
                 .found = event::name(state).data(),
                 .nearest = "the state that follows from the segments and calls so far"});
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

void take_reply(Connection& facts, const Call& call, const Reply& reply) {
  if (call.op != Op::Receive || reply.result <= 0) return;
  if ((call.args[0] & (kPeek | kOutOfBand)) == 0) facts.read += reply.result;
}

}  // namespace harness::model
