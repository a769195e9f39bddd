#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "tests/checker/play.h"

namespace harness::checker {

// Ids of requirements, as harness/rules has them.
using Rules = std::set<std::string_view>;

// A place in a stream: 0 is the SYN, 1 the first octet behind it.
using Place = std::int64_t;
inline constexpr Place kNever = -1;

// What is not left to the target: what arrived, and what its application did.
struct Facts {
  bool listening = false, connecting = false, accepted = false;
  bool seen = false;     // A segment was.
  bool closing = false;  // No more will be written ...
  bool closed = false;   // ... nor read.
  bool gone = false;     // It was closed before.
  base::Bytes written{};
  std::map<Place, Time> written_at{};            // By the place behind it.
  std::map<std::uint32_t, std::byte> arrived{};  // By their number.
  Place read = 1;
};

// The states of RFC 9293, 3.3.2; None: no TCB.
enum class Is : std::uint8_t {
  None,
  SynSent,
  SynReceived,
  Established,
  FinWait1,
  FinWait2,
  CloseWait,
  Closing,
  LastAck,
  TimeWait,
};

// Why it is no more.
enum class Over : std::uint8_t { No, Normally, Reset, Refused, Aborted };

// What has to come.
struct Debt {
  enum class Of : std::uint8_t { Syn, SynAck, Ack, Reset, Fin, Data, Word } of{};
  Time latest = 0;
  Rules rules{};
  bool should = false;    // If it does not come, that is a lapse only.
  std::uint32_t seq = 0;  // Of a reset ...
  std::uint32_t ack = 0;  // ... which has an ACK or not.
  bool with_ack = false;  //
  bool own = false;       // The application's wish: it may acknowledge, too.
  friend auto operator<=>(const Debt&, const Debt&) = default;
};

// What is kept of a segment that came early.
struct Early {
  Place from = 0, to = 0;
  bool fin = false;
  Place ack = kNever;  // Still to be looked at.
  friend auto operator<=>(const Early&, const Early&) = default;
};

// RFC 9293, 3.10.7.4, second and fourth: a stack follows RFC 5961, or does not.
enum class Stack : std::uint8_t { Undecided, Rfc5961, Rfc793 };

// One TCP that may be inside the target: a TCB, whole, without an open question in it.
struct Tcb {
  Is is = Is::None;
  Over over = Over::No;
  Stack on_reset{}, on_syn{};
  bool active = false, told = false, used = false;
  std::uint32_t iss = 0, irs = 0;
  bool iss_known = false;

  Place una = 0, nxt = 0;
  Place fin = kNever;  // Its own.
  std::uint16_t mss = 0;
  // MAX.SND.WND: whether the window of a SYN is one "received" the text does not say; 3.10.7 takes
  // none from it.
  Place max_window = 0, max_with_syn = 0;
  Place rcv = 0;             // RCV.NXT.
  Place edge = 0, most = 0;  // The right edge it offered last, and at most.
  Place peer_fin = kNever;
  std::vector<Early> early{};

  std::set<Debt> debts{};
  std::vector<Time> credit{};  // Segments that may each draw an acknowledgment: when they came.
  Rules quiet{};               // By these the last arrival must have no effect.
  Time challenged = -kSecond * 1000;
  Time challenge = kNever;  // An acknowledgment now is one, for what came then.

  Time head_first = 0, head_sent = 0, gap = 0;  // Of what is not acknowledged.
  Time rtt = kNever;                            // The shortest that was seen.
  Place timed = kNever;                         // What ends behind this is being timed ...
  Time timed_at = 0;                            // ... since then.
  int duplicates = 0;
  Place small_end = 0;               // Behind the last new segment that was not full.
  Time fresh_at = 0;                 // New octets were sent.
  bool unheard = false;              // Data came that nobody can read any more ...
  bool may_reset = false;            // ... which a reset may say.
  bool offered = false;              // An edge: with an acknowledgment.
  std::uint16_t own_window = 65535;  // As its SYN has it.

  std::set<std::pair<std::size_t, std::string_view>> lapses{};

  Place received(std::uint32_t seq) const {
    return rcv + static_cast<std::int32_t>(seq - irs - static_cast<std::uint32_t>(rcv));
  }
  Place sent(std::uint32_t seq) const {
    return nxt + static_cast<std::int32_t>(seq - iss - static_cast<std::uint32_t>(nxt));
  }
  bool outstanding() const { return una < nxt; }
  bool synchronized() const { return is >= Is::Established; }
  void settle(Debt::Of of) {
    std::erase_if(debts, [&](const Debt& d) { return d.of == of; });
  }
  const Debt* owed(Debt::Of of) const {
    for (const auto& d : debts) {
      if (d.of == of) return &d;
    }
    return nullptr;
  }

  friend auto operator<=>(const Tcb&, const Tcb&) = default;
};

inline constexpr Time kAtOnce = 5 * kMillisecond;
inline constexpr Time kAckDelay = 500 * kMillisecond;  // MUST-40.
// How long written data may stay: MUST-60 only says not for ever.
inline constexpr Time kDataDelay = 2 * kSecond;
inline constexpr Time kOverride = 100 * kMillisecond;  // 3.8.6.2.1: at least.
inline constexpr Time kThrottle = kSecond;             // RFC 5961, 7.

inline void owe_fin(Tcb& s, Time latest) {
  s.debts.insert({.of = Debt::Of::Fin, .latest = latest, .rules = {"9293-3.6-flush-before-fin"}});
}

// What became of one TCB: those it may be now, or what it broke.
struct Next {
  std::vector<Tcb> may{};
  Rules broken{};
  bool outside = false;  // The play goes beyond the subset here.
};

}  // namespace harness::checker
