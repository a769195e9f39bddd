#pragma once

#include "harness/engine/arrival.h"
#include "harness/engine/host.h"

namespace harness::engine {

// The timestamp clock of a connection: a tick each millisecond (RFC 7323, 5.4), from an offset that
// its 4-tuple and the host's secret give (7.1).
std::uint32_t timestamp(const Step&, const Connection&);

// What a segment of the connection carries; `ack`: whether it has the ACK bit.
wire::Timestamps timestamps_to_send(const Step&, const Connection&, bool ack);

// RTTM (RFC 7323, 4): a sample of the echo in an ACK of new data, at most one for each flight.
void sample_echo(Step&, Connection&, const Arrival&);

// a < b on the ring of timestamps (RFC 7323, 5.2).
constexpr bool earlier_timestamp(std::uint32_t a, std::uint32_t b) {
  return a != b && b - a < 0x8000'0000u;
}

}  // namespace harness::engine
