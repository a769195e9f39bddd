#pragma once

#include <cstdint>

#include "harness/engine/host.h"

namespace harness::engine {

inline constexpr std::uint32_t kSynWindow = 65'535;  // The most a SYN can say (RFC 7323, 2.2).
inline constexpr std::uint8_t kMostScale = 14;       // RFC 7323, 2.3
inline constexpr std::uint32_t kTimestampOctets = 12;

// The shift that lets the largest receive buffer be advertised (RFC 7323, 2.3).
std::uint8_t scale_for(const Config&, const SocketOptions&);

// The sequence space that the receive buffer has room for, ahead of what was advertised or not.
std::uint32_t receive_room(const Connection&);

// The window field of the next segment. Its right edge moves by a worthwhile step or not at all
// (3.8.6.2.2), and never back (SHLD-14) but for what scaling cuts off (RFC 7323, 2.4).
std::uint16_t advertise(const Step&, Connection&);
std::uint16_t advertise_unscaled(const Step&, Connection&);  // Of a SYN,ACK.

// Tells the peer of a window that has opened by enough (3.8.6.2.2).
void update_window(Step&, Connection&);

// The application has read so many octets: should it be able to have more in a round trip?
void grow_receive_buffer(Step&, Connection&, std::uint32_t octets);
// The congestion window may have grown: room for twice as much.
void grow_send_buffer(const Config&, Connection&);

}  // namespace harness::engine
