#pragma once

#include <cstddef>
#include <expected>
#include <optional>

#include "harness/event/call.h"
#include "harness/event/status.h"
#include "harness/wire/ip_address.h"

namespace harness::observe {

// What sock_diag says of one socket. An IPv4 connection of an IPv6 socket is told as IPv4.
struct DiagMessage {
  wire::FourTuple connection;  // The remote endpoint of a listener is unspecified.
  event::Status status;
};

// Reads a SOCK_DIAG_BY_FAMILY message without its netlink header: an inet_diag_msg and attributes.
// Nothing when it is too short or of no IP family.
std::optional<DiagMessage> read_diag_message(event::Span);

}  // namespace harness::observe
