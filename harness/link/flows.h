#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "harness/event/record.h"
#include "harness/event/status.h"
#include "harness/link/fault.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/ip_address.h"
#include "harness/wire/segment.h"

namespace harness::link {

// What went by of each connection, as faults need it that aim at sequence numbers, retransmissions
// or states. Seen where datagrams enter the link: none is missing.
class Flows {
 public:
  // One segment.
  struct Sight {
    std::optional<std::uint32_t> first{};  // Its sequence number, from the initial one.
    std::uint32_t length = 0;              // How many it has, SYN and FIN among them.
    std::uint32_t again = 0;               // How often what it begins with was sent before.
    std::uint32_t fin_again = 0;           // How often its FIN was; of one without FIN 0.
    event::TcpState state = event::TcpState::Closed;
    std::uint32_t been = 0;  // Bit n: the connection has been in state n.
  };
  Sight see(event::Direction, const wire::DatagramView&, const wire::SegmentView&);
  // The state of a connection now, as its target says.
  void know(const wire::FourTuple&, event::TcpState);

 private:
  struct Sent {
    wire::SeqNum first;
    std::uint32_t length, times;
  };
  struct Way {
    std::optional<wire::SeqNum> initial;
    std::optional<wire::SeqNum> next;  // Behind all that was sent.
    std::vector<Sent> sent;
  };
  struct Flow {
    wire::FourTuple tuple;
    std::array<Way, 2> ways{};  // By direction.
    event::TcpState state = event::TcpState::Closed;
    std::uint32_t been = 0;
  };
  Flow& flow(const wire::FourTuple&);
  static std::uint32_t times_sent(const Way&, wire::SeqNum);

  std::vector<Flow> flows_;
  std::size_t last_ = 0;  // Most likely the next one too.
};

// Whether a segment that was seen so is what the match aims at; of a match that does not, yes.
bool aimed_at(const Match&, const Flows::Sight&);

}  // namespace harness::link
