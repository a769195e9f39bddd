#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "harness/clock/instant.h"
#include "harness/wire/ip_address.h"
#include "harness/wire/segment.h"

namespace harness::campaign {

// A place in one direction of a connection, counted from its SYN as scripts do: 0 is the SYN, 1 the
// first octet behind it. It wraps as sequence numbers do.
using Place = std::uint32_t;

// Whether `a` comes before `b`, half a ring apart at most.
constexpr bool precedes(Place a, Place b) { return static_cast<std::int32_t>(a - b) < 0; }

// What our SYN offers.
struct Offer {
  std::optional<std::uint16_t> mss{};
  std::optional<std::uint8_t> shift{};
  bool timestamps = false, sack = false;
  bool behind_end = false;  // Another MSS stands behind the end of the options.
};

// What several steps in a row are about, which would hardly ever meet by chance.
enum class Spell : std::uint8_t {
  None,
  KeepAlives,  // A long rest, in which the target asks whether anybody is there.
  Challenges,  // What draws a challenge, again and again, and as slowly as they may come.
  Repetition,  // One number is acknowledged again and again.
  Deafness,    // What the target sends is acknowledged late, and then all of it.
  Patience,    // The same, and its user has said how long is too long.
  UrgentIn,    // The peer has urgent text, or seems to have.
  UrgentOut,   // The application has, far behind other text.
  Narrowness,  // More is written than the window takes.
  Month,       // Nobody says anything for longer than timestamps mean anything.
};

// One connection as its peer sees it: what it has sent, what it has seen, and what the application
// at the other end has been asked to do.
struct Strand {
  // The names.
  wire::Port peer_port = 0, target_port = 0;
  bool active = false;  // The target connects.

  // Sent by us.
  std::uint32_t isn = 0;
  Place nxt = 0;             // Behind the last we have sent in order; 0: not even the SYN.
  Place high = 0;            // Behind the farthest ever.
  Place una = 0;             // The target has acknowledged everything before this.
  Place edge = 0;            // The right edge the target offers.
  std::optional<Place> fin;  // Ours.
  Offer offer{};
  std::uint32_t window = 65'535;  // Octets, that we offer.
  std::uint32_t stamp_base = 0;   // Of our timestamps.

  // Seen from the target.
  bool theirs = false;  // Its SYN.
  std::uint32_t their_isn = 0;
  Place rcv = 0;       // Everything before this has come.
  Place rcv_high = 0;  // Behind the farthest seen.
  Place acked = 0;     // What we have acknowledged.
  bool their_fin = false;
  bool reset = false;  // By either side.
  std::uint16_t their_mss = 536;
  std::uint8_t their_shift = 0;
  bool scales = false, stamps = false, sacks = false;  // Both sides offered it.
  std::uint32_t stamp_seen = 0;
  struct Piece {
    Place from = 0, to = 0;
    bool fin = false;
  };
  std::array<Piece, 4> early{};  // Came before its turn.
  std::uint8_t early_count = 0;

  // The application at the target.
  std::int32_t fd = -1;
  std::uint64_t written = 0;
  std::uint8_t set_up = 0;  // How far its socket is: options, then connect.
  Spell spell = Spell::None;
  std::uint8_t spell_step = 0, spell_way = 0;  // Of several ways to go about it.
  clock::Instant spell_since{};                // What it waits from.
  bool closed = false, write_shut = false, end_seen = false, failed = false;
  bool reading = false, writing = false;  // A call that sleeps.

  bool open() const { return theirs && una > 0 && !reset; }
  std::uint8_t shift() const { return scales && offer.shift ? *offer.shift : 0; }

  // We send the numbers [from, to).
  void sent(Place from, Place to);
  // A segment of the target's reached us.
  void see(const wire::Segment&);
  // Another connection under the same names.
  void begin_again(std::uint32_t new_isn);

 private:
  void see_syn(const wire::Segment&);
  void take(Piece);
};

}  // namespace harness::campaign
