#include "harness/campaign/spice.h"

#include <array>

namespace harness::campaign {
namespace {

using wire::Flags;
using wire::kAck;
using wire::kFin;
using wire::kPsh;
using wire::kRst;
using wire::kSyn;
using wire::kUrg;

constexpr std::uint32_t kHalfRing = 0x8000'0000u;

// -1, 0 or 1: where things change.
std::uint32_t brink(base::Rng& rng) { return static_cast<std::uint32_t>(rng.below(3)) - 1u; }

Place draw_seq(base::Rng& rng, const Strand& s) {
  switch (rng.below(10)) {
    case 0:
    case 1:
      return s.una + brink(rng);
    case 2:
      return s.nxt + 1 + static_cast<Place>(rng.below(2000));
    case 3:
    case 4:
      return s.edge + brink(rng);
    case 5:
      return s.una - 1 - static_cast<Place>(rng.below(1500));
    case 6:
      return s.una + static_cast<Place>(rng.below(s.edge - s.una + 1u));
    case 7:
      return s.nxt + kHalfRing + brink(rng);
    case 8:
      return s.edge + static_cast<Place>(rng.below(70'000));
    default:
      return static_cast<Place>(rng.next());
  }
}

Place draw_ack(base::Rng& rng, const Strand& s) {
  switch (rng.below(9)) {
    case 0:
    case 1:
      return s.rcv + brink(rng);
    case 2:
      return s.rcv_high + 1;
    case 3:
      return s.rcv_high + 1 + static_cast<Place>(rng.below(70'000));
    case 4:
      return s.acked - 1 - static_cast<Place>(rng.below(3000));
    case 5:
      return s.rcv - 70'000 - static_cast<Place>(rng.below(100'000));
    case 6:
      return s.rcv + kHalfRing + brink(rng);
    case 7:
      return 0;
    default:
      return static_cast<Place>(rng.next());
  }
}

std::uint32_t draw_length(base::Rng& rng, const Strand& s) {
  switch (rng.below(6)) {
    case 0:
      return 1;
    case 1:
      return s.edge - s.nxt < 1400 ? s.edge - s.nxt + static_cast<std::uint32_t>(rng.below(3)) : 2;
    case 2:
      return 1 + static_cast<std::uint32_t>(rng.below(1400));
    default:
      return 1 + static_cast<std::uint32_t>(rng.below(60));
  }
}

Draft reset(base::Rng& rng, const Strand& s) {
  Draft draft = plain(s, rng.chance({1, 2}) ? kRst | kAck : kRst);
  draft.seq = rng.chance({1, 6}) ? s.una : draw_seq(rng, s);
  if (draft.flags.ack() && rng.chance({1, 3})) draft.ack = draw_ack(rng, s);
  return draft;
}

Draft syn(base::Rng& rng, const Strand& s) {
  Draft draft = plain(s, rng.chance({1, 4}) ? kSyn | kAck : kSyn);
  draft.seq = rng.chance({1, 3}) ? 0 : draw_seq(rng, s);
  if (draft.flags.ack() && rng.chance({1, 2})) draft.ack = draw_ack(rng, s);
  if (rng.chance({1, 10})) draft.length = draw_length(rng, s);
  return draft;
}

// Data beside its place: too early, twice, across an edge.
Draft misplaced(base::Rng& rng, const Strand& s, bool& sent) {
  Draft draft = plain(s, kAck);
  draft.length = draw_length(rng, s);
  switch (rng.below(4)) {
    case 0: {  // A gap before it; or beside what came too early before: it touches that, or not.
      const auto gap = static_cast<Place>(rng.below(1000));
      draft.seq = s.nxt + 1 + gap;
      if (precedes(s.nxt, s.high) && gap % 3 == 0) draft.seq = s.high + gap % 2;
      sent = true;
      break;
    }
    case 1:  // What is new begins inside of what is old.
      draft.seq = s.nxt - static_cast<Place>(rng.below(s.nxt < 60 ? s.nxt : 60));
      sent = true;
      break;
    case 2:  // It reaches beyond the window, or ends with it.
      draft.seq = s.edge - (draft.length + brink(rng));
      sent = true;
      break;
    default:
      draft.seq = draw_seq(rng, s);
      break;
  }
  if (rng.chance({1, 8})) draft.flags |= kFin;
  if (rng.chance({1, 4})) draft.flags |= kPsh;
  return draft;
}

Draft strange_ack(base::Rng& rng, const Strand& s) {
  Draft draft = plain(s, kAck);
  draft.ack = draw_ack(rng, s);
  if (rng.chance({1, 3})) draft.length = draw_length(rng, s);
  if (rng.chance({1, 4})) draft.window = 65'535;
  return draft;
}

Draft strange_window(base::Rng& rng, const Strand& s) {
  constexpr std::array<std::uint16_t, 6> kFields = {0, 0, 1, 10, 600, 65'535};
  Draft draft = plain(s, kAck);
  draft.window = kFields[rng.below(kFields.size())];
  return draft;
}

Draft strange_flags(base::Rng& rng, const Strand& s) {
  constexpr std::array<Flags, 8> kStrange = {
      Flags{}, kFin, kSyn | kFin, kSyn | kRst, kPsh, kUrg | kAck, kFin | kPsh | kUrg, Flags{0x1FF}};
  const auto flags = kStrange[rng.below(kStrange.size())];
  Draft draft = plain(s, flags);
  draft.seq = rng.chance({1, 2}) ? s.nxt : draw_seq(rng, s);
  if (rng.chance({1, 3})) draft.length = draw_length(rng, s);
  if (flags.urg()) draft.urgent = static_cast<std::uint16_t>(rng.below(20));
  return draft;
}

// RFC 9293, 3.8.4: before the window, with an octet or none.
Draft probe(base::Rng& rng, const Strand& s) {
  Draft draft = plain(s, kAck);
  draft.seq = s.nxt - 1;
  draft.length = static_cast<std::uint32_t>(rng.below(2));
  return draft;
}

Draft flawed(base::Rng& rng, const Strand& s) {
  Draft draft = plain(s, rng.chance({1, 3}) ? kFin | kAck : kAck);
  draft.length = draw_length(rng, s);
  constexpr std::array<Draft::Flaw, 3> kFlaws = {Draft::Flaw::Checksum, Draft::Flaw::DataOffset,
                                                 Draft::Flaw::OptionLength};
  draft.flaw = kFlaws[rng.below(kFlaws.size())];
  return draft;
}

Draft strange_options(base::Rng& rng, const Strand& s, bool& sent) {
  Draft draft = plain(s, kAck);
  draft.length = draw_length(rng, s);
  switch (rng.below(4)) {
    case 0:
      draft.stamped = !draft.stamped;
      sent = draft.stamped;
      break;
    case 1:
      draft.stamp_back = 1 + static_cast<std::uint32_t>(rng.below(100'000));
      break;
    case 2:  // They say nothing here, whatever they say.
      draft.offers = true;
      if (s.offer.shift) draft.shift = static_cast<std::uint8_t>((*s.offer.shift + 5) % 15);
      sent = true;
      break;
    default:
      draft.reserved = static_cast<std::uint8_t>(1 + rng.below(7));
      sent = true;
      break;
  }
  return draft;
}

}  // namespace

Draft draw_spice(base::Rng& rng, const Strand& s, bool& sent) {
  sent = false;
  switch (rng.below(16)) {
    case 0:
    case 1:
      return reset(rng, s);
    case 2:
    case 3:
      return syn(rng, s);
    case 4:
    case 5:
    case 6:
    case 7:
      return misplaced(rng, s, sent);
    case 8:
    case 9:
      return strange_ack(rng, s);
    case 10:
    case 11:
      return strange_window(rng, s);
    case 12:
      return strange_flags(rng, s);
    case 13:
      return probe(rng, s);
    case 14:
      return flawed(rng, s);
    default:
      return strange_options(rng, s, sent);
  }
}

}  // namespace harness::campaign
