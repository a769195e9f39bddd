// Steps of a random conversation that belong together.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "harness/campaign/swarm_peer.h"

namespace harness::campaign {

using std::chrono::duration_cast;
using std::chrono::hours;
using std::chrono::milliseconds;
using wire::kAck;
using wire::kPsh;
using wire::kRst;
using wire::kSyn;
using wire::kUrg;

namespace {

struct Length {
  Spell spell;
  std::uint8_t steps;
};

// Some of them more often than others.
constexpr std::array<Length, 16> kSpells = {{{Spell::KeepAlives, 16},
                                             {Spell::KeepAlives, 16},
                                             {Spell::Challenges, 14},
                                             {Spell::Repetition, 6},
                                             {Spell::Repetition, 6},
                                             {Spell::Repetition, 6},
                                             {Spell::Deafness, 12},
                                             {Spell::Patience, 10},
                                             {Spell::UrgentIn, 10},
                                             {Spell::UrgentIn, 10},
                                             {Spell::UrgentIn, 10},
                                             {Spell::UrgentOut, 3},
                                             {Spell::Narrowness, 6},
                                             {Spell::Narrowness, 6},
                                             {Spell::Month, 3},
                                             {Spell::Month, 3}}};

milliseconds between(base::Rng& rng, std::uint32_t least, std::uint32_t most) {
  return milliseconds{least + rng.below(most - least)};
}

}  // namespace

void SwarmPeer::begin_spell(Strand& s) {
  const auto& drawn = kSpells[rng_.below(kSpells.size())];
  s.spell = drawn.spell;
  s.spell_step = drawn.steps;
  s.spell_way = static_cast<std::uint8_t>(rng_.below(4));
  steps_left_ += drawn.steps;
}

void SwarmPeer::then_at(clock::Duration later) { next_at_ = now_ + later; }

SwarmPeer::Stimulus SwarmPeer::go_on(Strand& s) {
  const Spell spell = s.spell;
  --s.spell_step;
  if (s.spell_step == 0) s.spell = Spell::None;
  if (s.fd < 0 || s.closed) return wait();
  switch (spell) {
    case Spell::KeepAlives:
      return keep_alive(s);
    case Spell::Challenges:
      return challenge(s);
    case Spell::Repetition:
      return repeat_ack(s);
    case Spell::Deafness:
    case Spell::Patience:
      return be_deaf(s);
    case Spell::UrgentIn:
      return send_urgent(s);
    case Spell::UrgentOut:
      return write_urgent(s);
    case Spell::Narrowness:
      return be_narrow(s);
    case Spell::Month:
      return rest_a_month(s);
    case Spell::None:
      break;
  }
  return wait();
}

// A probe a second, each answered or nearly each; as many as would end it otherwise, and more.
SwarmPeer::Stimulus SwarmPeer::keep_alive(Strand& s) {
  switch (s.spell_step) {
    case 15:
      return set_option(index_of(s), s.fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    case 14:
      return set_option(index_of(s), s.fd, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    case 13:
      return set_option(index_of(s), s.fd, IPPROTO_TCP, TCP_KEEPINTVL, 1);
    case 12:
      return set_option(index_of(s), s.fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
    default:
      break;
  }
  if (s.spell_step % 2 == 1) {
    then_at(milliseconds{1020});
    return std::nullopt;
  }
  return rng_.chance({9, 10}) ? send_ack(s) : wait();
}

SwarmPeer::Stimulus SwarmPeer::challenge(Strand& s) {
  then_at(s.spell_way == 3 ? milliseconds{} : between(rng_, 1020, 1200));
  Draft draft =
      plain(s, (s.spell_way == 0 ? s.spell_step % 2 == 0 : s.spell_way == 1) ? kSyn : kRst);
  draft.seq = s.nxt + 1 + static_cast<Place>(rng_.below(100));
  return segment(s, draft, false);
}

// Of the same window, which asks for what is missing; of others, which only tells of them; or with
// text, which has its own reason.
SwarmPeer::Stimulus SwarmPeer::repeat_ack(Strand& s) {
  then_at({});
  if (s.spell_step == 5) return write(s, rng_.chance({1, 2}) ? 300 : 4000, MSG_DONTWAIT);
  if (s.rcv == s.acked) return wait();
  Draft draft = plain(s, kAck);
  draft.ack = s.acked;
  if (s.spell_way == 0 && s.spell_step < 3) return wait();  // Two of them are too few.
  if (s.spell_way == 2 || s.spell_way == 3) {
    draft.window =
        static_cast<std::uint16_t>(draft.window - std::min<int>(draft.window, s.spell_step));
  }
  if (s.spell_way == 1 && precedes(s.nxt, s.edge)) draft.length = 1;
  return segment(s, draft);
}

SwarmPeer::Stimulus SwarmPeer::be_deaf(Strand& s) {
  if (s.spell_step == 9 && s.spell == Spell::Patience) {
    return set_option(index_of(s), s.fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 3000);
  }
  switch (s.spell_step % 3) {
    case 2:
      then_at({});
      return write(s, 1 + rng_.below(400), MSG_DONTWAIT);
    case 1:
      then_at(s.spell == Spell::Patience ? between(rng_, 1000, 2800)
                                         : between(rng_, 10'000, 70'000));
      return std::nullopt;
    default:
      return segment(s, plain(s, kAck));
  }
}

// Its pointer lies in the segment's text, before it, behind it; and with it there may be no URG.
Draft SwarmPeer::urgent_segment(Strand& s) {
  const std::uint32_t room = precedes(s.nxt, s.edge) ? s.edge - s.nxt : 0;
  Draft draft = plain(s, rng_.chance({1, 5}) ? kAck | kPsh : kAck | kUrg);
  const bool fill = room > 0 && room <= s.their_mss && rng_.chance({1, 2});
  draft.length = fill ? room : std::min(room, static_cast<std::uint32_t>(rng_.below(60)));
  if (rng_.chance({1, 4})) {  // Part of it came before.
    const auto back = static_cast<Place>(rng_.below(s.nxt < 40 ? s.nxt : 40));
    draft.seq -= back;
    draft.length += back;
  }
  switch (rng_.below(4)) {
    case 0:
      draft.urgent = static_cast<std::uint16_t>(rng_.below(draft.length + 1u));
      break;
    case 1:
      draft.urgent = static_cast<std::uint16_t>(draft.length);
      break;
    case 2:
      draft.urgent = static_cast<std::uint16_t>(draft.length + 1 + rng_.below(300));
      break;
    default:
      draft.urgent = static_cast<std::uint16_t>(rng_.below(20));
      break;
  }
  return draft;
}

SwarmPeer::Stimulus SwarmPeer::send_urgent(Strand& s) {
  if (s.spell_step == 9) return set_option(index_of(s), s.fd, SOL_SOCKET, SO_OOBINLINE, 1);
  then_at({});
  if (s.spell_step == 0) return poll(s);
  switch (rng_.below(12)) {
    case 0:
      if (auto made = send_data(s)) return made;
      break;
    case 1:
      if (s.spell_way == 0) return send_fin(s);
      break;
    case 2:
    case 3:
    case 4:
      return read(s, static_cast<std::int64_t>(1 + rng_.below(50)), MSG_DONTWAIT);
    case 5:
    case 6:
    case 7:
      return poll(s);
    default:
      break;
  }
  return segment(s, urgent_segment(s), true);
}

// So far ahead that no pointer reaches it, or not.
SwarmPeer::Stimulus SwarmPeer::write_urgent(Strand& s) {
  then_at({});
  const bool far = s.spell_way < 2;
  if (s.spell_step == 2) {
    return write(s, far ? 65'000 + rng_.below(5000) : rng_.below(3000) + 1, MSG_DONTWAIT);
  }
  if (s.spell_step == 1) return write(s, 1 + rng_.below(1000), MSG_DONTWAIT | MSG_OOB);
  return segment(s, plain(s, kAck));
}

// In the end all of it fits, and no FIN; or what is old tells of more room.
SwarmPeer::Stimulus SwarmPeer::be_narrow(Strand& s) {
  then_at({});
  Draft draft = plain(s, kAck);
  switch (s.spell_step) {
    case 5:
      s.window = static_cast<std::uint32_t>(200 + rng_.below(1200));
      return send_ack(s);
    case 4:
      return write(s, 2000 + rng_.below(3000), MSG_DONTWAIT);
    case 3:
      return s.spell_way < 2 ? shut_down(s) : wait();
    case 2:
      return segment(s, draft);
    case 1: {
      const auto rest = static_cast<std::uint32_t>(s.written) + 1 - s.rcv;
      if (s.spell_way < 2 && rest < 65'536) {
        s.window = rest;
        return segment(s, plain(s, kAck));
      }
      draft.ack = s.acked - 1 - static_cast<Place>(rng_.below(200));
      draft.window = 65'535;
      draft.length = 1 + static_cast<std::uint32_t>(rng_.below(20));
      const auto behind = s.acked;
      auto made = segment(s, draft);
      s.acked = behind;
      return made;
    }
    default:
      return wait();
  }
}

// RFC 7323, 5.5: a timestamp that is older than the last says nothing after 24 days.
SwarmPeer::Stimulus SwarmPeer::rest_a_month(Strand& s) {
  const bool quiet = s.rcv == s.acked && s.una == s.nxt && s.written + 1 == s.rcv && s.window > 0;
  if (!s.stamps || plan_->strands > 1) return std::nullopt;
  if (s.spell_step == 2) return segment(s, plain(s, kAck));
  if (s.spell_step == 1) {
    s.spell_since = now_;
    if (!quiet) {
      s.spell = Spell::None;
    } else {
      then_at(hours{24 * 25} + between(rng_, 0, 48 * 3'600'000));
    }
    return std::nullopt;
  }
  Draft draft = plain(s, kAck);
  draft.length = 1 + static_cast<std::uint32_t>(rng_.below(60));
  const auto past = duration_cast<milliseconds>(now_ - s.spell_since).count();
  draft.stamp_back =
      static_cast<std::uint32_t>(past) + 1 + static_cast<std::uint32_t>(rng_.below(100'000));
  return segment(s, draft);
}

}  // namespace harness::campaign
