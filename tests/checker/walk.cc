#include "tests/checker/walk.h"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/event/status.h"
#include "harness/event/stream.h"
#include "tests/checker/arrives.h"
#include "tests/checker/emits.h"
#include "tests/checker/tcb.h"
#include "tests/checker/told.h"

namespace harness::checker {
namespace {

using event::TcpState;

template <class T, std::size_t N>
T one_of(base::Rng& rng, const std::array<T, N>& these) {
  return these[rng.below(N)];
}

class Walk {
 public:
  explicit Walk(base::Rng rng) : rng_(rng) {}

  Play play() {
    peer_ = static_cast<std::uint32_t>(rng_.next());
    own_ = static_cast<std::uint32_t>(rng_.next());
    open();
    const auto steps = 2 + rng_.below(9);
    for (std::uint64_t i = 0; i < steps && segments_ < kMostSegments && alive_; ++i) {
      act();
      pass(one_of<Time, 8>(rng_, {0, 0, 0, 7, 11, 90, 310, 1130}) * kMillisecond);
    }
    pass(one_of<Time, 3>(rng_, {10, 600, 1500}) * kMillisecond);
    do_step({.what = What::Wait});
    return std::move(play_);
  }

 private:
  bool chance(std::uint64_t in) { return rng_.below(in) == 0; }

  // The step is made if this TCP allows it; afterwards it is one of those it may have become.
  bool do_step(Step s) {
    s.at = now_;
    Facts after = facts_;
    note(after, s);
    Next next = s.what == What::In    ? arrives(tcb_, after, s)
                : s.what == What::Out ? emits(tcb_, after, s, play_.size())
                                      : told(tcb_, s.what == What::Read ? facts_ : after, s);
    if (next.outside || next.may.empty()) return false;
    segments_ += s.segment();
    facts_ = std::move(after);
    tcb_ = std::move(next.may[rng_.below(next.may.size())]);
    play_.push_back(std::move(s));
    return true;
  }

  void open() {
    if (chance(20)) return;  // Nobody is there.
    if (!chance(3)) {
      do_step({.what = What::Listen});
      if (chance(20)) return;
      in(wire::kSyn, 0);
      pay_all();
      if (chance(8)) return;
      pass(10 * kMillisecond);
      in(wire::kAck, 0);
    } else {
      do_step({.what = What::Connect});
      pay_all();
      if (chance(10)) return;
      pass(10 * kMillisecond);
      in(chance(4) ? wire::kSyn : wire::kSyn | wire::kAck, 0);
      pay_all();
    }
  }

  // A segment of the peer; it and its acknowledgment may be beside what is right.
  void in(wire::Flags flags, std::size_t size) {
    Step s{.what = What::In};
    const bool opens = flags.syn();
    const auto beside = [&] {
      return chance(6)
                 ? one_of<std::uint32_t, 8>(rng_, {~0u, 1, 5, ~4u, 100, ~99u, 70000, ~199999u})
                 : 0;
    };
    s.seq = peer_ + (opens ? 0 : static_cast<std::uint32_t>(tcb_.rcv)) + beside();
    if (!opens && tcb_.rcv == 0) s.seq = peer_ + 1;
    s.flags = flags;
    if (flags.ack()) s.ack = own_ + static_cast<std::uint32_t>(tcb_.nxt) + beside();
    if (opens && !chance(3)) s.mss = chance(3) ? 100 : 1460;
    s.octets.resize(size);
    event::fill_stream(s.octets, s.seq - peer_ - 1, event::kFromPeer);
    do_step(std::move(s));
  }

  void out(wire::Flags flags, Place seq, base::Bytes octets = {}) {
    Step s{.what = What::Out, .flags = flags};
    s.seq = own_ + static_cast<std::uint32_t>(seq);
    s.ack = tcb_.irs + static_cast<std::uint32_t>(tcb_.rcv);
    if (!flags.ack()) s.ack = 0;
    if (flags.syn()) s.mss = 1460;
    if (tcb_.most > 0) s.window = static_cast<std::uint16_t>(tcb_.most - tcb_.rcv);
    s.octets = std::move(octets);
    do_step(std::move(s));
  }

  void pay(const Debt& d) {
    switch (d.of) {
      case Debt::Of::Syn:
        return out(wire::kSyn, 0);
      case Debt::Of::SynAck:
        return out(wire::kSyn | wire::kAck, 0);
      case Debt::Of::Ack:
        return out(wire::kAck, tcb_.nxt);
      case Debt::Of::Reset: {
        Step s{.what = What::Out, .seq = d.seq, .ack = d.ack, .flags = wire::kRst};
        if (d.with_ack) s.flags |= wire::kAck;
        s.window = 0;
        do_step(std::move(s));
        return;
      }
      case Debt::Of::Fin:
        if (tcb_.nxt <= static_cast<Place>(facts_.written.size())) return send_data(true);
        return out(wire::kFin | wire::kAck, tcb_.nxt);
      case Debt::Of::Data:
        return send_data(false);
      case Debt::Of::Word:
        do_step({.what = What::Connected, .number = tcb_.is == Is::None ? 111 : 0});
        return;
    }
  }

  void send_data(bool fin) {
    const auto left = static_cast<Place>(facts_.written.size()) + 1 - tcb_.nxt;
    if (left <= 0) return;
    const auto size = std::min<Place>(left, tcb_.mss);
    const auto from = facts_.written.begin() + (tcb_.nxt - 1);
    auto flags = wire::kAck;
    if (size == left) flags |= wire::kPsh;
    if (size == left && fin && facts_.closing) flags |= wire::kFin;
    out(flags, tcb_.nxt, {from, from + size});
  }

  // What is due by `until`, and now and then what is not yet.
  void pay_all(Time until = 0) {
    for (int i = 0; i < 12 && segments_ < kMostSegments; ++i) {
      std::vector<Debt> due;
      for (const auto& d : tcb_.debts) {
        const bool at_once = d.latest - now_ <= kAtOnce;
        if (at_once || d.latest <= until || chance(3)) due.push_back(d);
      }
      std::erase_if(due, [&](const Debt& d) { return d.should && chance(6); });
      if (due.empty()) break;
      pay(due[rng_.below(due.size())]);
    }
    if (!tcb_.credit.empty() && chance(4) && tcb_.is != Is::None) out(wire::kAck, tcb_.nxt);
  }

  void pass(Time time) {
    pay_all(now_ + time);
    if (tcb_.outstanding() && now_ + time - tcb_.head_sent > 2 * kSecond) time = 10 * kMillisecond;
    now_ += time;
    for (const auto& d : std::set<Debt>{tcb_.debts}) {
      if (d.latest > now_) continue;
      if (!d.should) alive_ = false;  // There was no room left for what was due.
      tcb_.debts.erase(d);
    }
  }

  void act() {
    const bool fd = facts_.accepted || (facts_.connecting && tcb_.told);
    if (!fd && facts_.listening && tcb_.synchronized() && !chance(4)) {
      do_step({.what = What::Accept});
      return;
    }
    const auto n = rng_.below(fd && !facts_.closed ? 20 : 10);
    if (n < 4) return in(wire::kAck | wire::kPsh, 1 + rng_.below(50));
    if (n < 6) return in(wire::kAck, 0);
    if (n < 7) {
      const auto flags = chance(4) ? wire::kFin : wire::kFin | wire::kAck;
      return in(flags, chance(2) ? 0 : 10);  // Compilers draw the arguments of a call in any order.
    }
    if (n < 8) return in(chance(2) ? wire::kRst : wire::kRst | wire::kAck, 0);
    if (n < 9) return odd();
    if (n < 10) return snapshot();
    if (n < 13) return write();
    if (n < 16) return read();
    if (n < 18) {
      do_step({.what = chance(2) ? What::Shut : What::Close});
      return;
    }
    if (n < 19 && chance(4)) {
      do_step({.what = What::Abort});
      return;
    }
    out_again();
  }

  void odd() {
    in(one_of<wire::Flags, 4>(rng_, {wire::kSyn, wire::kSyn | wire::kAck, wire::kPsh, {}}), 0);
  }

  void out_again() {
    if (!tcb_.outstanding() || now_ - tcb_.head_sent < kSecond || tcb_.una < 1) return;
    const auto end = std::min<Place>(static_cast<Place>(facts_.written.size()) + 1,
                                     std::min<Place>(tcb_.nxt, tcb_.una + tcb_.mss));
    if (end <= tcb_.una) return;
    const auto from = facts_.written.begin() + (tcb_.una - 1);
    out(wire::kAck | wire::kPsh, tcb_.una, {from, from + (end - tcb_.una)});
  }

  void write() {
    if (facts_.closing || tcb_.is == Is::None) return;
    Step s{.what = What::Write};
    s.octets.resize(1 + rng_.below(90));
    event::fill_stream(s.octets, facts_.written.size(), event::kFromApplication);
    do_step(std::move(s));
  }

  void read() {
    const Place end = tcb_.peer_fin == kNever ? tcb_.rcv : tcb_.peer_fin;
    if (tcb_.is == Is::None || tcb_.is == Is::SynReceived || tcb_.is == Is::SynSent) {
      if (tcb_.over == Over::Reset) do_step({.what = What::Error, .number = 104});
      return;
    }
    if (end > facts_.read) {
      Step s{.what = What::Read};
      s.octets.resize(static_cast<std::size_t>(end - facts_.read));
      event::fill_stream(s.octets, static_cast<std::uint64_t>(facts_.read - 1), event::kFromPeer);
      do_step(std::move(s));
    } else if (tcb_.peer_fin != kNever) {
      do_step({.what = What::Eof});
    } else {
      do_step({.what = What::Error, .number = 11});
    }
  }

  void snapshot() {
    for (int n = 1; n <= 11; ++n) {
      if (n != static_cast<int>(TcpState::Listen) && do_step({.what = What::State, .number = n})) {
        return;
      }
    }
  }

  base::Rng rng_;
  Play play_;
  Facts facts_;
  Tcb tcb_;
  Time now_ = 0;
  std::uint32_t peer_ = 0, own_ = 0;
  std::size_t segments_ = 0;
  bool alive_ = true;
};

void change_segment(Step& s, base::Rng& rng) {
  constexpr std::array<std::uint32_t, 8> kBy{~0u, 1, 2, ~9u, 10, 100, ~99u, 70000};
  switch (rng.below(s.what == What::Out ? 8 : 6)) {
    case 0:
    case 1:
      s.seq += one_of(rng, kBy);
      break;
    case 2:
    case 3:
      s.ack += one_of(rng, kBy);
      break;
    case 4:
    case 5:
      s.flags.bits ^= static_cast<std::uint16_t>(1u << rng.below(5));
      if (!s.flags.syn()) s.mss.reset();
      break;
    case 6:
      s.window = static_cast<std::uint16_t>(s.window - one_of<unsigned, 2>(rng, {1, 100}));
      break;
    default:
      if (!s.octets.empty()) s.octets[rng.below(s.octets.size())] ^= std::byte{1};
  }
}

}  // namespace

Play walk(base::Rng rng) { return Walk{rng}.play(); }

Play changed(const Play& play, base::Rng rng) {
  Play made = play;
  if (made.size() < 2) return made;
  const auto at = static_cast<std::ptrdiff_t>(rng.below(made.size() - 1));
  Step& s = made[static_cast<std::size_t>(at)];
  const auto how = rng.below(8);
  if (how == 0) {
    made.erase(made.begin() + at);
  } else if (how == 1) {
    if (s.segment()) made.insert(made.begin() + at, Step{s});
  } else if (how == 2) {
    const Time by = one_of<Time, 4>(rng, {1, 50, 600, 1100}) * kMillisecond;
    for (auto later = made.begin() + at; later != made.end(); ++later) later->at += by;
  } else if (s.segment()) {
    change_segment(s, rng);
  } else if (s.what == What::State) {
    s.number = static_cast<int>(1 + rng.below(9));
  } else if (s.what == What::Read) {
    if (rng.below(2) == 0)
      s.octets.pop_back();
    else
      s.octets.front() ^= std::byte{1};
    if (s.octets.empty()) s.what = What::Eof;
  } else if (s.what == What::Eof || s.what == What::Error) {
    s.number = one_of<int, 3>(rng, {0, 11, 104});
    s.what = s.number == 0 ? What::Eof : What::Error;
  } else if (s.what == What::Connected) {
    s.number = s.number == 0 ? 111 : 0;
  }
  return made;
}

}  // namespace harness::checker
