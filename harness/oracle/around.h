#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/event/expectation.h"
#include "harness/event/trace.h"

namespace harness::oracle {

// What stands around the segment that a line of a script got: it explains what the line says not.

// The first octet and the one behind the last, as on the wire.
using Octets = std::pair<std::uint32_t, std::uint32_t>;

// Of several segments that were compared as one, what each carried, in order; of one, nothing.
std::vector<Octets> pieces(const event::Trace&, const event::Expectation&);

// What the segment carried, when all of it came before in a segment that was not this one. Nothing
// too for one without octets.
std::optional<Octets> repeated(const event::Trace&, std::uint32_t record);

// What the kernel said since the last segment to the target before `record` about why it dropped
// what it got: "the kernel dropped a datagram: TCP_RFC7323_TSECR (skb/kfree_skb)".
std::vector<std::string> drops(const event::Trace&, std::uint32_t record);

}  // namespace harness::oracle
