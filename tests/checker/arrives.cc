#include "tests/checker/arrives.h"

#include <algorithm>
#include <utility>

namespace harness::checker {
namespace {

// One segment meets one TCB. What the text leaves open is tried each way.
class Arrival {
 public:
  Arrival(const Facts& facts, const Step& g) : facts_(facts), g_(g) {}

  Next meet(Tcb s) {
    if (g_.flags.syn() && (g_.flags.fin() || !g_.octets.empty())) next_.outside = true;
    s.quiet.clear();
    switch (s.is) {
      case Is::None:
        if (g_.flags.syn() && !g_.flags.rst() && !g_.flags.ack() && s.used) next_.outside = true;
        if (facts_.listening)
          listen(std::move(s));
        else
          closed(std::move(s));
        break;
      case Is::SynSent:
        syn_sent(std::move(s));
        break;
      default:
        others(std::move(s));
    }
    return std::move(next_);
  }

 private:
  void may(Tcb s) { next_.may.push_back(std::move(s)); }

  void owe(Tcb& s, Debt d, Time within) const {
    d.latest = g_.at + within;
    s.debts.insert(std::move(d));
  }
  void owe_ack(Tcb& s, Rules rules, Time within, bool should = false) const {
    s.credit.push_back(g_.at);
    owe(s, {.of = Debt::Of::Ack, .rules = std::move(rules), .should = should}, within);
  }
  void owe_reset(Tcb& s, Rules rules) const {
    Debt d{.of = Debt::Of::Reset, .rules = std::move(rules)};
    if (g_.flags.ack()) {
      d.seq = g_.ack;
    } else {
      d.ack = g_.seq + static_cast<std::uint32_t>(g_.length());
      d.with_ack = true;
    }
    owe(s, std::move(d), kAtOnce);
  }
  // RFC 5961, 7: an answer to what is not acceptable may be left out for a while after another.
  void challenge(Tcb& s, Rules rules) const {
    s.challenge = g_.at;
    if (g_.at - s.challenged > kThrottle) return owe_ack(s, std::move(rules), kAtOnce);
    s.credit.push_back(g_.at);
  }
  void drop(Tcb s, Rules quiet) {
    s.quiet = std::move(quiet);
    may(std::move(s));
  }
  void end(Tcb& s, Over over) const {
    s.is = Is::None;
    s.over = over;
    s.debts.clear();
    s.credit.clear();
  }

  // 3.10.7.1
  void closed(Tcb s) {
    if (g_.flags.rst()) return drop(std::move(s), {"9293-3.5.2-no-rst-for-rst"});
    owe_reset(s, {g_.flags.ack() ? "9293-3.5.1-halfopen-data" : "9293-3.5.2-rst-form"});
    may(std::move(s));
  }

  // 3.10.7.2
  void listen(Tcb s) {
    if (g_.flags.rst()) return drop(std::move(s), {"9293-3.5.3-rst-listen"});
    if (g_.flags.ack()) {
      owe_reset(s, {"9293-3.10.7-listen-order"});
      return may(std::move(s));
    }
    if (!g_.flags.syn()) return drop(std::move(s), {"9293-3.10.7-listen-order"});
    s.is = Is::SynReceived;
    s.used = true;
    opened_by_peer(s);
    owe(s, {.of = Debt::Of::SynAck, .rules = {"9293-3.10.7-listen-order"}}, kAtOnce);
    may(std::move(s));
  }

  void opened_by_peer(Tcb& s) const {
    s.irs = g_.seq;
    s.rcv = 1;
    s.mss = g_.mss.value_or(536);  // MUST-15
    s.edge = s.most = s.rcv + s.own_window;
    s.max_with_syn = g_.window;
  }

  // 3.10.7.3
  void syn_sent(Tcb s) {
    const auto flags = g_.flags;
    const auto ack = s.sent(g_.ack);
    if (flags.ack() && (ack <= 0 || ack > s.nxt)) {
      if (flags.rst()) return drop(std::move(s), {"9293-3.5.3-rst-synsent"});
      owe_reset(s, {"9293-3.10.7-synsent-order"});
      return may(std::move(s));
    }
    if (flags.rst()) {
      if (!flags.ack()) return drop(std::move(s), {"9293-3.5.3-rst-synsent"});
      end(s, Over::Refused);
      s.quiet = {"9293-3.10.7-synsent-order"};
      word(s, {"9293-3.10.7-synsent-order"});
      return may(std::move(s));
    }
    if (!flags.syn()) return drop(std::move(s), {"9293-3.10.7-synsent-order"});
    opened_by_peer(s);
    if (flags.ack()) {
      advance(s, ack);
      s.is = Is::Established;
      owe_ack(s, {"9293-3.10.7-synsent-order"}, kAckDelay);
      word(s, {"9293-3.10.7-synsent-order"});
    } else {
      s.is = Is::SynReceived;
      owe(s, {.of = Debt::Of::SynAck, .rules = {"MUST-10"}}, kAtOnce);
    }
    may(std::move(s));
  }

  // CONNECT waits for an answer.
  void word(Tcb& s, Rules rules) const {
    if (facts_.connecting && !s.told) {
      owe(s, {.of = Debt::Of::Word, .rules = std::move(rules)}, kAtOnce);
    }
  }

  void advance(Tcb& s, Place ack) const {
    if (ack <= s.una) return;
    if (s.timed != kNever && ack >= s.timed) {
      const Time rtt = g_.at - s.timed_at;
      s.rtt = s.rtt == kNever ? rtt : std::min(s.rtt, rtt);
      s.timed = kNever;
    }
    s.una = ack;
    s.duplicates = 0;
    s.gap = 0;
    if (const auto* const held = s.owed(Debt::Of::Data); held != nullptr) {  // By Nagle, perhaps.
      Debt later = *held;
      later.latest = g_.at + kDataDelay;
      s.settle(Debt::Of::Data);
      s.debts.insert(std::move(later));
    }
    s.head_first = s.head_sent = g_.at;
  }

  // 3.10.7.4
  void others(Tcb s) {
    const Place seq = s.received(g_.seq);
    const Place edges[] = {s.edge, s.most};
    const bool by_last = acceptable(s, seq, edges[0]), by_most = acceptable(s, seq, edges[1]);
    if (by_last != by_most) {  // Whether the edge was moved back for good is the target's affair.
      unacceptable(s, seq);
      in_window(std::move(s), seq);
    } else if (by_last) {
      in_window(std::move(s), seq);
    } else {
      unacceptable(std::move(s), seq);
    }
  }

  // 3.4, table 6.
  bool acceptable(const Tcb& s, Place seq, Place edge) const {
    const Place window = std::max<Place>(0, edge - s.rcv), last = seq + g_.length() - 1;
    const auto inside = [&](Place n) { return s.rcv <= n && n < s.rcv + window; };
    if (g_.length() == 0) return window == 0 ? seq == s.rcv : inside(seq);
    return window > 0 && (inside(seq) || inside(last));
  }

  void unacceptable(Tcb s, Place seq) {
    const auto flags = g_.flags;
    if (flags.rst()) return drop(std::move(s), {"RFC5961-3.2-a"});
    if (s.is == Is::TimeWait) {
      if (flags.syn()) {
        next_.outside = true;
        return;
      }
      if (flags.fin() && seq + g_.length() == s.rcv) {
        s.challenge = g_.at;
        owe_ack(s, {"9293-3.6-tw-restart"}, kAtOnce);
        return may(std::move(s));
      }
    }
    if (s.is == Is::SynReceived) {
      if (flags.syn() && seq == 0) {
        // In a simultaneous open the peer's SYN,ACK acknowledges ours.
        if (s.active && flags.ack() && s.sent(g_.ack) > s.una && s.sent(g_.ack) <= s.nxt) {
          Tcb meets = s;
          establish(meets, meets.sent(g_.ack));
          meets.credit.push_back(g_.at);
          may(std::move(meets));
        }
        // It did not hear ours: that is sent again, or what the text has.
        Tcb again = s;
        owe(again, {.of = Debt::Of::SynAck, .rules = {"9293-3.5.2-sync-empty-ack"}}, kAtOnce);
        may(std::move(again));
      } else if (flags.ack() && (s.sent(g_.ack) <= s.una || s.sent(g_.ack) > s.nxt)) {
        // 3.5.2, group 2, has a reset whatever the sequence number.
        Tcb resets = s;
        owe_reset(resets, {"9293-3.5.2-sync-empty-ack"});
        resets.quiet = {"9293-3.4-acceptability"};
        may(std::move(resets));
      }
    }
    Rules rules{"9293-3.5.2-sync-empty-ack"};
    if (flags.syn() && s.synchronized())
      rules = {"RFC5961-4.2-a"};
    else if (seq == s.rcv - 1 && g_.length() <= 1)
      rules = {"9293-3.8.4-rx"};
    else if (s.edge <= s.rcv)
      rules = {"9293-3.8.6.1-rx"};
    s.quiet = rules;
    s.quiet.insert("9293-3.4-acceptability");
    challenge(s, std::move(rules));
    may(std::move(s));
  }

  void in_window(Tcb s, Place seq) {
    const auto flags = g_.flags;
    if (flags.rst()) return reset(std::move(s), seq);
    if (flags.syn()) return syn(std::move(s));
    if (!flags.ack()) return drop(std::move(s), {"9293-3.10.7-ackless"});
    acknowledges(std::move(s), seq);
  }

  void reset(Tcb s, Place seq) {
    if (s.is == Is::TimeWait) {  // RFC 1337.
      s.quiet = {"RFC5961-3.2-b"};
      may(s);
    }
    if (seq != s.rcv && s.on_reset != Stack::Rfc793) {
      Tcb heeds_not = s;
      heeds_not.on_reset = Stack::Rfc5961;
      challenge(heeds_not, {"RFC5961-3.2-c"});
      heeds_not.quiet = {"RFC5961-3.2-c"};
      may(std::move(heeds_not));
    }
    if (seq != s.rcv) {
      if (s.on_reset == Stack::Rfc5961) return;
      s.on_reset = Stack::Rfc793;
    }
    const bool opening = s.is == Is::SynReceived;
    const bool normally = s.is == Is::Closing || s.is == Is::LastAck || s.is == Is::TimeWait;
    end(s, opening ? Over::Refused : normally ? Over::Normally : Over::Reset);
    s.quiet = {"RFC5961-3.2-b"};
    if (opening && s.active) word(s, {"MUST-12"});
    may(std::move(s));
  }

  void syn(Tcb s) {
    if (s.is == Is::TimeWait) {
      next_.outside = true;
      return;
    }
    if (s.is == Is::SynReceived && !s.active) {  // Back to LISTEN, without a word.
      end(s, Over::Refused);
      s.quiet = {"RFC5961-4.2-a"};
      return may(std::move(s));
    }
    if (s.on_syn != Stack::Rfc793) {
      Tcb heeds_not = s;
      heeds_not.on_syn = Stack::Rfc5961;
      challenge(heeds_not, {"RFC5961-4.2-a"});
      heeds_not.quiet = {"RFC5961-4.2-a"};
      may(std::move(heeds_not));
    }
    if (s.on_syn == Stack::Rfc5961) return;
    s.on_syn = Stack::Rfc793;
    const bool opening = s.is == Is::SynReceived;
    end(s, opening ? Over::Refused : Over::Reset);  // RFC 793.
    owe_reset(s, {"RFC5961-4.2-a"});
    if (opening) word(s, {"MUST-12"});
    may(std::move(s));
  }

  void establish(Tcb& s, Place ack) const {
    advance(s, ack);
    s.max_window = g_.window;
    s.max_with_syn = std::max<Place>(s.max_with_syn, g_.window);
    s.is = Is::Established;
    s.settle(Debt::Of::SynAck);
    if (s.active) word(s, {"9293-3.10.7-synsent-order"});
    if (facts_.closing) s.is = s.fin == kNever ? Is::Established : Is::FinWait1;
  }

  // Fifth.
  void acknowledges(Tcb s, Place seq) {
    const Place ack = s.sent(g_.ack);
    if (s.is == Is::SynReceived) {
      if (ack <= s.una || ack > s.nxt) {
        Tcb acks = s;
        owe_reset(s, {"9293-3.10.7-synrcvd-ack"});
        s.quiet = {"9293-3.10.7-synrcvd-ack"};
        may(std::move(s));
        if (too_old(acks, ack) || ack > acks.nxt) {  // RFC 5961, 5.
          challenge(acks, {"9293-3.10.7-synrcvd-ack"});
          may(std::move(acks));
        }
        return;
      }
      establish(s, ack);
      return text(std::move(s), seq);
    }
    if (ack > s.nxt) {
      challenge(s, {"9293-3.10.7-ack-unsent"});
      s.quiet = {"9293-3.10.7-ack-unsent"};
      return may(std::move(s));
    }
    if (too_old(s, ack)) {  // MAY-12.
      Tcb heeds_not = s;
      challenge(heeds_not, {"RFC5961-5.2-b"});
      heeds_not.quiet = {"RFC5961-5.2-b"};
      may(std::move(heeds_not));
    }
    if (seq > s.rcv && ack > s.una) {  // It may be looked at when its turn comes.
      Tcb later = s;
      text(std::move(later), seq, ack);
    }
    take_ack(s, ack);
    text(std::move(s), seq);
  }

  bool too_old(const Tcb& s, Place ack) const { return ack < s.una - s.max_window; }

  void take_ack(Tcb& s, Place ack) const {
    if (ack == s.una && s.outstanding() && g_.length() == 0) ++s.duplicates;
    advance(s, ack);
    s.max_window = std::max<Place>(s.max_window, g_.window);
    s.max_with_syn = std::max(s.max_with_syn, s.max_window);
    if (s.fin == kNever || s.una <= s.fin) return;
    if (s.is == Is::FinWait1) s.is = Is::FinWait2;
    if (s.is == Is::Closing) s.is = Is::TimeWait;
    if (s.is == Is::LastAck) end(s, Over::Normally);
  }

  // Seventh and eighth.
  void text(Tcb s, Place seq, Place ack = kNever) {
    if (s.is == Is::None) {
      if (g_.length() > 0) s.quiet = {"9293-3.10.7-postfin-text"};
      return may(std::move(s));
    }
    const Place size = static_cast<Place>(g_.octets.size());
    const bool has_fin = g_.flags.fin();
    if (s.peer_fin != kNever) {
      if (s.is == Is::TimeWait && has_fin && seq + g_.length() == s.rcv) {
        owe_ack(s, {"9293-3.6-tw-restart"}, kAtOnce);
      } else {
        // It should not occur; to say so once does no harm.
        if (g_.length() > 0 || seq != s.rcv || s.is == Is::TimeWait) s.credit.push_back(g_.at);
        if (g_.length() > 0) s.quiet = {"9293-3.10.7-postfin-text"};
      }
      return may(std::move(s));
    }
    if (g_.length() == 0) {
      if (seq != s.rcv) s.credit.push_back(g_.at);  // MAY-13
      if (ack != kNever) s.early.push_back({.from = seq, .to = seq, .ack = ack});
      return may(std::move(s));
    }
    if (facts_.closed && size > 0 && seq + size > s.rcv) {
      Tcb resets = s;  // SHLD-3: nobody is there to read it.
      end(resets, Over::Reset);
      resets.debts.insert({.of = Debt::Of::Reset,
                           .latest = g_.at + kAtOnce,
                           .rules = {"MUST-40"},
                           .seq = s.iss + static_cast<std::uint32_t>(s.nxt),
                           .own = true});
      may(std::move(resets));
    }
    // A stream that goes on behind its end: nobody can say what it is.
    for (const auto& e : s.early) {
      if ((e.fin && seq + size > e.to) || (has_fin && e.to > seq + size) ||
          (e.fin && has_fin && e.to != seq + size)) {
        next_.outside = true;
        return;
      }
    }
    const Place from = std::max(seq, s.rcv), to = std::min(seq + size, std::max(s.most, s.rcv));
    const bool fin = has_fin && to == seq + size;
    if (seq > s.rcv) {
      s.credit.push_back(g_.at);
      owe(s, {.of = Debt::Of::Ack, .rules = {"RFC5681-3.2-dupack"}, .should = true}, kAtOnce);
      if (ack != kNever) s.early.push_back({.from = from, .to = from, .ack = ack});
      Tcb drops = s;
      drops.lapses.insert({0, "SHLD-31"});
      may(std::move(drops));
      s.early.push_back({.from = from, .to = to, .fin = fin});
      std::ranges::sort(s.early);
      return may(std::move(s));
    }
    owe_ack(s, {"MUST-40"}, kAckDelay);
    if (facts_.closed && size > 0) s.unheard = s.may_reset = true;
    const bool fills =
        std::ranges::any_of(s.early, [](const Early& e) { return e.to > e.from || e.fin; });
    if (fills)
      owe(s, {.of = Debt::Of::Ack, .rules = {"RFC5681-3.2-fill"}, .should = true}, kAtOnce);
    s.rcv = std::max(s.rcv, to);
    if (fin) receive_fin(s);
    while (s.is != Is::None) {
      const auto e = std::ranges::find_if(s.early, [&](const Early& x) { return x.from <= s.rcv; });
      if (e == s.early.end()) break;
      const Early kept = *e;
      s.early.erase(e);
      if (kept.ack != kNever) take_ack(s, kept.ack);
      if (s.peer_fin != kNever) continue;
      s.rcv = std::max(s.rcv, kept.to);
      if (kept.fin && s.rcv == kept.to) receive_fin(s);
    }
    may(std::move(s));
  }

  void receive_fin(Tcb& s) const {
    s.peer_fin = s.rcv++;
    if (s.is == Is::Established) s.is = Is::CloseWait;
    if (s.is == Is::FinWait1) s.is = Is::Closing;
    if (s.is == Is::FinWait2) s.is = Is::TimeWait;
  }

  const Facts& facts_;
  const Step& g_;
  Next next_;
};

}  // namespace

Next arrives(const Tcb& s, const Facts& facts, const Step& g) { return Arrival{facts, g}.meet(s); }

}  // namespace harness::checker
