#include "tests/checker/emits.h"

#include <algorithm>
#include <utility>

namespace harness::checker {
namespace {

class Emission {
 public:
  Emission(Tcb s, const Facts& facts, const Step& g, std::size_t step)
      : s_(std::move(s)), facts_(facts), g_(g), step_(step) {}

  Next judge() {
    if (g_.flags.rst())
      reset();
    else if (g_.flags.syn())
      syn();
    else
      segment();
    Next next;
    next.outside = outside_;
    if (broken_.empty())
      next.may.push_back(std::move(s_));
    else
      next.broken = std::move(broken_);
    return next;
  }

 private:
  void breaks(std::string_view rule) { broken_.insert(rule); }
  // It comes where nothing may, because of what arrived last.
  void unasked(std::string_view rule) {
    breaks(rule);
    broken_.insert(s_.quiet.begin(), s_.quiet.end());
  }
  void lapse(std::string_view rule) { s_.lapses.insert({step_, rule}); }

  // 3.5.2 and 3.10.7: its form follows from what it answers.
  void reset() {
    for (const auto& d : s_.debts) {
      if (d.of != Debt::Of::Reset || d.seq != g_.seq || d.with_ack != g_.flags.ack()) continue;
      if (d.with_ack && d.ack != g_.ack) continue;
      if (g_.flags.syn() || g_.flags.fin() || !g_.octets.empty()) continue;
      const Debt paid = d;
      s_.debts.erase(paid);
      return;
    }
    // A reset that is the application's own wish may acknowledge, too.
    for (const auto& d : s_.debts) {
      if (!d.own || d.seq != g_.seq) continue;
      if (!g_.flags.ack() || g_.ack != s_.irs + static_cast<std::uint32_t>(s_.rcv)) continue;
      const Debt paid = d;
      s_.debts.erase(paid);
      return;
    }
    if (s_.may_reset && s_.is != Is::None && s_.sent(g_.seq) == s_.nxt && !g_.flags.syn()) {
      s_.is = Is::None;
      s_.over = Over::Reset;
      s_.debts.clear();
      s_.credit.clear();
      if (s_.unheard) lapse("SHLD-3");
      return;
    }
    if (s_.is == Is::TimeWait) breaks("MUST-13");
    if (s_.owed(Debt::Of::Reset) != nullptr) breaks("9293-3.5.2-rst-form");
    if (g_.flags.syn() || g_.flags.fin() || !g_.octets.empty()) breaks("9293-3.5.2-rst-form");
    if (s_.is != Is::None) {
      unasked("9293-3.5.2-sync-empty-ack");
      breaks("9293-3.5.2-sync-empty-ack");
      for (const auto& d : s_.debts) broken_.insert(d.rules.begin(), d.rules.end());
      return;
    }
    unasked("9293-3.5.2-rst-form");
  }

  void syn() {
    if (!g_.octets.empty() || g_.flags.fin()) {
      outside_ = true;
      return;
    }
    const bool answers = g_.flags.ack();
    if (s_.iss_known && g_.seq != s_.iss) {
      breaks("9293-3.4-synfin-seq");
      return rules_of_last();
    }
    if (answers) {
      if (s_.is != Is::SynReceived) {
        if (s_.is == Is::None) return unasked("9293-3.4-synfin-seq");
        breaks("9293-3.4-synfin-seq");
        return rules_of_last();
      }
      if (g_.ack != s_.irs + 1) return breaks("9293-3.4-synfin-seq");
      if (!sends_again(s_.owed(Debt::Of::SynAck) != nullptr)) return;
      s_.settle(Debt::Of::SynAck);
      s_.settle(Debt::Of::Ack);
      s_.challenge = kNever;
      offer();
    } else {
      if (s_.is == Is::None && s_.owed(Debt::Of::Syn) != nullptr) {
        s_.settle(Debt::Of::Syn);
        s_.is = Is::SynSent;
        s_.active = s_.used = true;
      } else if (s_.is == Is::SynSent) {
        if (!sends_again(false)) return;
      } else {
        if (s_.is == Is::None) return unasked("9293-3.4-synfin-seq");
        breaks("9293-3.4-synfin-seq");
        if (s_.is != Is::SynReceived || !s_.active) breaks("9293-3.1-ack-always");
        return rules_of_last();
      }
    }
    if (g_.mss && *g_.mss > 1460) return breaks("MUST-67");
    if (s_.is == Is::SynSent) s_.own_window = g_.window;
    s_.iss = g_.seq;
    s_.iss_known = true;
    if (s_.nxt == 0) {
      s_.nxt = 1;
      s_.head_first = s_.head_sent = g_.at;
      s_.timed = 1;
      s_.timed_at = g_.at;
    }
  }

  void rules_of_last() {
    broken_.insert(s_.quiet.begin(), s_.quiet.end());
    for (const auto& d : s_.debts) broken_.insert(d.rules.begin(), d.rules.end());
  }

  // RFC 6298: a number goes out again; at once if something asks for it.
  bool sends_again(bool asked) {
    if (s_.nxt == 0 || s_.una >= s_.nxt) return true;
    s_.timed = kNever;  // Karn's algorithm.
    if (asked) {
      s_.head_sent = g_.at;
      return true;
    }
    const Time gap = g_.at - s_.head_sent;
    const bool measured = s_.rtt != kNever;
    if (s_.duplicates < 3) {
      if (measured && gap < s_.rtt) {
        breaks("RFC6298-5-early");
        return false;
      }
      if (s_.gap > 0 && gap * 10 < s_.gap * 18) {
        breaks("RFC6298-5.5");
        return false;
      }
      if (gap < kSecond) lapse(measured ? "RFC6298-2.4" : "RFC6298-2.1");
      s_.gap = gap;
    }
    s_.head_sent = g_.at;
    return true;
  }

  // The window, which 3.8.6 says more of.
  void offer() {
    const Place edge = s_.rcv + g_.window;
    if (s_.offered && edge < s_.edge) lapse("SHLD-14");
    s_.edge = edge;
    s_.most = s_.offered ? std::max(s_.most, edge) : edge;
    s_.offered = true;
  }

  void segment() {
    if (s_.is == Is::None) {
      breaks("9293-3.5.1-halfopen-data");
      return rules_of_last();
    }
    if (s_.is == Is::SynSent || s_.nxt == 0) {
      breaks(s_.is == Is::SynSent ? "9293-3.10.7-synsent-order" : "9293-3.4-synfin-seq");
      return rules_of_last();
    }
    if (!g_.flags.ack()) return breaks("9293-3.1-ack-always");
    const Place seq = s_.sent(g_.seq), size = static_cast<Place>(g_.octets.size());
    const bool empty = size == 0 && !g_.flags.fin();
    numbers(seq, size);
    if (!broken_.empty()) {
      if (g_.flags.fin()) fin(seq + size);
      return;
    }
    if (s_.owed(Debt::Of::SynAck) != nullptr &&
        !s_.owed(Debt::Of::SynAck)->rules.contains("9293-3.5.2-sync-empty-ack")) {
      return rules_of_last();
    }
    if (empty)
      acknowledgment();
    else if (size > 0)
      data(seq, size);
    if (!broken_.empty()) return;
    if (g_.flags.fin() && !fin(seq + size)) return;
    if (!empty) {
      transmit(seq, seq + size + g_.flags.fin());
      spend();
    }
    if (!broken_.empty()) return;
    if (s_.challenge != kNever && g_.at - s_.challenge < kAckDelay) s_.challenged = g_.at;
    s_.challenge = kNever;
    if (s_.unheard) lapse("SHLD-3");
    s_.unheard = false;
    s_.settle(Debt::Of::Ack);
    if (s_.is == Is::SynReceived) s_.settle(Debt::Of::SynAck);
    offer();
  }

  // 3.4 and 3.10: SND.NXT and RCV.NXT.
  void numbers(Place seq, Place size) {
    const Place ack = s_.received(g_.ack);
    if (ack != s_.rcv) {
      const bool one_too_many = ack == s_.rcv + 1;
      const bool without_fin = ack == s_.rcv - 1 && (s_.peer_fin == ack || s_.rcv == 1);
      if (one_too_many || without_fin) breaks("9293-3.4-synfin-seq");
      breaks("9293-3.4-acceptability");
      if (ack < s_.rcv && s_.fin != kNever) breaks("9293-3.6-halfclose-rx");
      broken_.insert(s_.quiet.begin(), s_.quiet.end());
    }
    if (size == 0 && !g_.flags.fin()) {
      if (seq == s_.nxt) return;
      if (seq == s_.nxt - 1 && s_.synchronized()) breaks("MUST-25");
      breaks("9293-3.4-synfin-seq");
      rules_of_last();
    } else if (seq > s_.nxt || seq < 1) {
      breaks("9293-3.4-synfin-seq");
      if (seq < s_.nxt) breaks("9293-3.10.8-rto");
    }
  }

  // RFC 5681, 4.2: each segment draws one, and within half a second (MUST-40).
  bool spend() {
    std::erase_if(s_.credit, [&](Time came) { return g_.at - came >= kAckDelay; });
    if (s_.credit.empty()) return false;
    s_.credit.erase(s_.credit.begin());
    return true;
  }

  void acknowledgment() {
    if (s_.owed(Debt::Of::Ack) != nullptr) {
      spend();
      return;
    }
    if (s_.is == Is::SynReceived && s_.owed(Debt::Of::SynAck) != nullptr) return;
    if (spend()) return;
    if (s_.rcv + g_.window > s_.edge) return;  // What the application has read makes room.
    unasked("RFC5681-4.2-one");
  }

  void data(Place seq, Place size) {
    if (!s_.synchronized()) {
      breaks("9293-3.10.7-synrcvd-ack");
      return;
    }
    const Place end = static_cast<Place>(facts_.written.size()) + 1;
    if (s_.fin != kNever && seq + size > s_.fin) return breaks("9293-3.4-synfin-seq");
    if (seq + size > end) return breaks("9293-3.4-synfin-seq");
    const auto first = facts_.written.begin() + (seq - 1);
    if (!std::equal(g_.octets.begin(), g_.octets.end(), first)) {
      breaks(seq < s_.nxt ? "9293-3.10.8-rto" : "9293-3.4-synfin-seq");
      return;
    }
    if (size > s_.mss) breaks(s_.mss == 536 ? "MUST-15" : "MUST-16");
    if (seq + size > s_.una + s_.max_with_syn) breaks("RFC5681-2-a");
    const bool fresh = seq + size > s_.nxt;
    if (fresh && seq + size == end && !g_.flags.psh()) breaks("MUST-61");
    if (!fresh) return;
    // 3.7.4, with the variation of A.3; 3.8.6.2.1: a timer ends the waiting.
    const Time since = std::max(s_.fresh_at, facts_.written_at.lower_bound(s_.nxt + 1)->second);
    if (size < s_.mss && s_.una < s_.small_end && !g_.flags.fin() && g_.at - since < kOverride) {
      lapse("SHLD-7");
    }
    if (size < s_.mss) s_.small_end = seq + size;
    s_.fresh_at = g_.at;
  }

  bool fin(Place at) {
    const Place end = static_cast<Place>(facts_.written.size()) + 1;
    if (!facts_.closing)
      breaks("9293-3.6-halfclose-tx");
    else if (s_.fin != kNever && at != s_.fin)
      breaks("9293-3.6-no-second-fin");
    else if (at != end)
      breaks("9293-3.6-flush-before-fin");
    if (!broken_.empty()) return false;
    if (s_.fin == kNever) {
      s_.fin = at;
      s_.settle(Debt::Of::Fin);
      if (s_.is == Is::Established || s_.is == Is::SynReceived) s_.is = Is::FinWait1;
      if (s_.is == Is::CloseWait) s_.is = Is::LastAck;
    }
    return true;
  }

  // The numbers [seq, end) go out: new ones, or again.
  void transmit(Place seq, Place end) {
    if (end <= s_.nxt) {
      if (end <= s_.una) return breaks("RFC5681-4.2-one");
      if (!sends_again(false)) return;
    } else {
      if (!s_.outstanding()) {
        s_.head_first = s_.head_sent = g_.at;
        s_.gap = 0;
      }
      if (s_.timed == kNever && seq >= s_.nxt) {
        s_.timed = end;
        s_.timed_at = g_.at;
      }
      s_.nxt = end;
    }
    if (s_.nxt <= static_cast<Place>(facts_.written.size())) return;
    s_.settle(Debt::Of::Data);
    if (facts_.closing && s_.fin == kNever) owe_fin(s_, g_.at + kAtOnce);
  }

  Tcb s_;
  const Facts& facts_;
  const Step& g_;
  std::size_t step_;
  Rules broken_;
  bool outside_ = false;
};

}  // namespace

Next emits(const Tcb& s, const Facts& facts, const Step& g, std::size_t step) {
  return Emission{s, facts, g, step}.judge();
}

}  // namespace harness::checker
