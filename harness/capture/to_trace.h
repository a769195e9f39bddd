#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>

#include "harness/capture/capture.h"
#include "harness/event/trace.h"
#include "harness/wire/ip_address.h"

namespace harness::capture {

// The IP datagram behind the link's own header; nothing when it carries no IP, or the link is of a
// kind we do not know.
std::optional<std::span<const std::byte>> datagram_of(std::uint16_t link_type,
                                                      std::span<const std::byte> frame);

// A capture as the record of a run. It shows no calls of the application, which the record says
// (event::calls_unknown). What from_trace() made becomes packets at both ends of the link, and what
// arrives is the datagram that was sent with the same octets; of any other capture each is taken to
// be seen at the target's own edge. The target is the host with this address; without one, what the
// capture says, else the host that the first SYN goes to. Datagrams that are not its own are left
// out, and so is what is no IP. IP that cannot be read, or was cut short by the capture, is a note
// in its place. All stand in the order of their times.
// The error is a sentence. `into` is cleared first.
std::expected<void, std::string> to_trace(const Capture&, std::optional<wire::IpAddress> target,
                                          event::Trace& into);

}  // namespace harness::capture
