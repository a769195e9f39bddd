#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "harness/event/trace.h"
#include "harness/wire/ip_address.h"
#include "harness/wire/seq_num.h"

namespace harness::oracle {

// A segment of the target with data or a FIN.
struct Sent {
  std::uint32_t record = 0;
  std::int64_t position = 0;  // Of its first octet behind the SYN; -1 is the SYN itself.
  event::Span octets{};
  bool fin = false;
  // RFC 9293, 3.8.4: one octet at SND.NXT-1, all of it acknowledged before, is a keep-alive, and
  // may be garbage (MAY-6).
  bool keep_alive = false;

  std::int64_t end() const { return position + static_cast<std::int64_t>(octets.size()); }
};

// One connection as seen at the target's own edge. Positions count octets behind the SYN.
struct Connection {
  wire::FourTuple tuple{};  // Local is the target.
  bool active = false;      // The target sent the first SYN.
  std::uint32_t since = 0;  // The target's first SYN.
  wire::SeqNum target_isn{0};
  std::optional<wire::SeqNum> peer_isn{};  // Known once the target has acknowledged it.

  std::vector<Sent> sent{};
  std::int64_t sent_end = 0;      // Behind the last octet the target has sent ...
  bool fin_sent = false;          // ... which a FIN follows.
  std::int64_t acknowledged = 0;  // By the peer; a FIN counts as one.

  // How many octets in a row had arrived, from which record on. What does not verify is not there.
  std::vector<std::pair<std::uint32_t, std::int64_t>> arrived{};
  // The same at the end, without the segments that acknowledged what was not sent yet: they are to
  // be dropped (RFC 9293, 3.10.7.4, fifth).
  std::int64_t deliverable = 0;
  struct Fin {
    std::uint32_t record = 0;
    std::int64_t position = 0;  // Of the octet that does not come any more.
    bool dropped = false;       // Its segment acknowledged what was not sent yet.
  };
  std::vector<Fin> fins{};     // Of the peer.
  std::vector<Sent> broken{};  // Segments of the peer whose checksum does not verify.
  bool foreign = false;        // The peer's octets are not position-coded.
  bool urgent = false;         // The peer sent urgent data.
  bool reset = false;          // Either side sent a RST.
  bool superseded = false;     // Another connection has its name by now.

  std::int64_t arrived_before(std::uint32_t record) const;
};

// In the order of their first SYN. A SYN of the target with another number, or in answer to another
// SYN of the peer, is another connection, though it has the same name.
std::vector<Connection> connections_at_edge(const event::Trace&);

}  // namespace harness::oracle
