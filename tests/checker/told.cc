#include "tests/checker/told.h"

#include <utility>

#include "harness/event/status.h"

namespace harness::checker {
namespace {

using event::TcpState;
constexpr int kAgain = 11, kReset = 104, kRefused = 111;

TcpState state_of(Is is) {
  switch (is) {
    case Is::None:
      return TcpState::Closed;
    case Is::SynSent:
      return TcpState::SynSent;
    case Is::SynReceived:
      return TcpState::SynReceived;
    case Is::Established:
      return TcpState::Established;
    case Is::FinWait1:
      return TcpState::FinWait1;
    case Is::FinWait2:
      return TcpState::FinWait2;
    case Is::CloseWait:
      return TcpState::CloseWait;
    case Is::Closing:
      return TcpState::Closing;
    case Is::LastAck:
      return TcpState::LastAck;
    case Is::TimeWait:
      return TcpState::TimeWait;
  }
  return TcpState::Closed;
}

Next broken(Rules rules) { return {.broken = std::move(rules)}; }

class Telling {
 public:
  Telling(Tcb s, const Facts& facts, const Step& step)
      : s_(std::move(s)), facts_(facts), step_(step) {}

  Next judge() {
    if (beyond()) return {.outside = true};
    switch (step_.what) {
      case What::In:
      case What::Out:
      case What::Listen:
      case What::Wait:
        return alive();
      case What::Connect:
        s_.debts.insert({.of = Debt::Of::Syn, .latest = step_.at + kAtOnce, .rules = {"MUST-22"}});
        return alive();
      case What::Connected:
        return connected();
      case What::Accept:
        return alive();  // No RFC knows it.
      case What::Write:
        if (!s_.synchronized()) return {.outside = true};
        s_.debts.insert(
            {.of = Debt::Of::Data, .latest = step_.at + kDataDelay, .rules = {"MUST-60"}});
        return alive();
      case What::Read:
        return read();
      case What::Eof:
        return eof();
      case What::Error:
        return error();
      case What::Shut:
      case What::Close:
        return close();
      case What::Abort:
        return abort();
      case What::State:
        return state();
    }
    return alive();
  }

 private:
  // What the application cannot do, or nobody can tell what it means.
  bool beyond() const {
    switch (step_.what) {
      case What::Connected:
        return !facts_.connecting || s_.told;
      case What::State:
        return !facts_.seen;
      case What::Write:
      case What::Read:
      case What::Eof:
      case What::Error:
      case What::Shut:
        return facts_.closed || !(facts_.accepted || (facts_.connecting && s_.told));
      case What::Close:
      case What::Abort:
        return facts_.gone || !(facts_.accepted || (facts_.connecting && s_.told));
      default:
        return false;
    }
  }

  Next alive() { return {.may = {std::move(s_)}}; }

  Next connected() {
    const bool open =
        s_.synchronized() || (s_.is == Is::None && s_.over != Over::Refused && s_.over != Over::No);
    const bool refused = s_.is == Is::None && s_.over == Over::Refused;
    s_.told = true;
    s_.settle(Debt::Of::Word);
    if (step_.number == 0)
      return open ? alive()
                  : broken({"MUST-12", "9293-3.10.7-synsent-order", "9293-3.10.7-synrcvd-ack"});
    return refused && (step_.number == kRefused || step_.number == kReset) ? alive()
                                                                           : broken({"MUST-12"});
  }

  Next read() {
    const Place end = facts_.read + static_cast<Place>(step_.octets.size());
    if (end > (s_.peer_fin == kNever ? s_.rcv : s_.peer_fin)) {
      Rules rules{"9293-3.4-acceptability"};
      rules.insert(s_.quiet.begin(), s_.quiet.end());
      return broken(std::move(rules));
    }
    for (Place at = facts_.read; at < end; ++at) {
      const auto found = facts_.arrived.find(s_.irs + static_cast<std::uint32_t>(at));
      const auto got = step_.octets[static_cast<std::size_t>(at - facts_.read)];
      if (found == facts_.arrived.end() || found->second != got)
        return broken({"9293-3.10.7-trim"});
    }
    return alive();
  }

  bool unread() const { return facts_.read < (s_.peer_fin == kNever ? s_.rcv : s_.peer_fin); }

  Next eof() {
    if (s_.over == Over::Reset && facts_.told_of_reset) return alive();
    if (s_.peer_fin == kNever) {
      Rules rules{"MUST-12"};
      rules.insert(s_.quiet.begin(), s_.quiet.end());
      return broken(std::move(rules));
    }
    if (s_.over == Over::Reset) return broken({"MUST-12"});
    return unread() ? broken({"9293-3.10.7-trim"}) : alive();
  }

  Next error() {
    if (step_.number == kAgain) {
      if (s_.is == Is::None && s_.over == Over::Reset) return broken({"MUST-12"});
      if (unread()) return broken({"9293-3.10.7-trim"});
      return s_.peer_fin != kNever ? broken({"MUST-12"}) : alive();
    }
    if (step_.number == kReset && s_.is == Is::None && s_.over == Over::Reset) {
      s_.over = Over::Reset;
      return alive();
    }
    Rules rules{"MUST-12"};
    rules.insert(s_.quiet.begin(), s_.quiet.end());
    return broken(std::move(rules));
  }

  // 3.10.4.
  Next close() {
    Next next;
    if (s_.is == Is::SynSent || s_.is == Is::SynReceived) return {.outside = true};
    if (s_.is == Is::None) return alive();
    if (step_.what == What::Close && unread() && s_.is != Is::TimeWait) {  // SHLD-3
      Tcb resets = s_;
      resets.is = Is::None;
      resets.over = Over::Aborted;
      resets.debts = {{.of = Debt::Of::Reset,
                       .latest = step_.at + kAtOnce,
                       .rules = {"9293-3.6-flush-before-fin", "SHLD-3"},
                       .seq = s_.iss + static_cast<std::uint32_t>(s_.nxt),
                       .own = true}};
      next.may.push_back(std::move(resets));
      s_.may_reset = true;
      s_.lapses.insert({0, "SHLD-3"});
    }
    if (s_.fin != kNever || s_.is == Is::TimeWait) {
      next.may.push_back(std::move(s_));
      return next;
    }
    if (s_.is == Is::Established) s_.is = Is::FinWait1;
    const bool sent = s_.nxt > static_cast<Place>(facts_.written.size());
    if (sent && s_.owed(Debt::Of::Fin) == nullptr) owe_fin(s_, step_.at + kAtOnce);
    next.may.push_back(std::move(s_));
    return next;
  }

  // 3.10.5.
  Next abort() {
    if (s_.is == Is::None) return alive();
    if (s_.is == Is::SynSent || s_.is == Is::SynReceived) return {.outside = true};
    const bool says = s_.is == Is::Established || s_.is == Is::FinWait1 || s_.is == Is::FinWait2 ||
                      s_.is == Is::CloseWait;
    s_.debts.clear();
    if (says) {
      s_.debts.insert({.of = Debt::Of::Reset,
                       .latest = step_.at + kAtOnce,
                       .rules = {"9293-3.5.2-rst-form"},
                       .seq = s_.iss + static_cast<std::uint32_t>(s_.nxt),
                       .own = true});
    }
    s_.is = Is::None;
    s_.over = Over::Aborted;
    return alive();
  }

  // 3.3.2.
  Next state() {
    const auto said = static_cast<TcpState>(step_.number);
    if (said == state_of(s_.is)) return alive();
    if (s_.is == Is::None && facts_.listening && said == TcpState::Listen) return alive();
    Rules rules = s_.quiet;
    if (s_.is == Is::None)
      rules.insert("9293-3.5.1-halfopen-data");
    else if (s_.is == Is::TimeWait)
      rules.insert("MUST-13");
    else if (s_.is == Is::SynReceived)
      rules.insert("9293-3.10.7-synrcvd-ack");
    else if (s_.is == Is::SynSent)
      rules.insert("9293-3.10.7-synsent-order");
    else
      rules.insert("9293-3.5.2-sync-empty-ack");
    // Behind a FIN the state says whose has been counted, and whose is acknowledged.
    const bool synchronized = s_.is != Is::None && s_.is != Is::SynSent && s_.is != Is::SynReceived;
    if (synchronized && s_.is != Is::Established && said != TcpState::Closed) {
      rules.insert("9293-3.4-synfin-seq");
    }
    if (s_.is == Is::Closing) rules.insert("9293-3.6-simclose");
    if (s_.is == Is::TimeWait) rules.insert({"9293-3.6-simclose", "9293-3.6-fw1-direct-tw"});
    return broken(std::move(rules));
  }

  Tcb s_;
  const Facts& facts_;
  const Step& step_;
};

}  // namespace

void note(Facts& facts, const Step& step) {
  const auto& octets = step.octets;
  switch (step.what) {
    case What::In:
      facts.seen = true;
      for (std::size_t i = 0; i < octets.size(); ++i) {
        facts.arrived[step.seq + static_cast<std::uint32_t>(i)] = octets[i];
      }
      break;
    case What::Accept:
      facts.accepted = true;
      break;
    case What::Listen:
      facts.listening = true;
      break;
    case What::Connect:
      facts.connecting = true;
      break;
    case What::Write:
      facts.written.insert(facts.written.end(), octets.begin(), octets.end());
      facts.written_at[static_cast<Place>(facts.written.size()) + 1] = step.at;
      break;
    case What::Read:
      facts.read += static_cast<Place>(octets.size());
      break;
    case What::Error:
      facts.told_of_reset = facts.told_of_reset || step.number == kReset;
      break;
    case What::Shut:
      facts.closing = true;
      break;
    case What::Close:
    case What::Abort:
      facts.gone = facts.closed;
      facts.closing = facts.closed = true;
      break;
    default:
      break;
  }
}

Next told(const Tcb& s, const Facts& facts, const Step& step) {
  return Telling{s, facts, step}.judge();
}

}  // namespace harness::checker
