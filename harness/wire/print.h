#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"

namespace harness::wire {

// What a printed number counts from; 0 prints it as on the wire. SACK edges are the acknowledged
// side's numbers, as ack is.
struct PrintBase {
  std::uint32_t seq = 0, ack = 0;
};

// "FP." in the order of packetdrill; "-" for none.
std::string print(Flags);

// "mss 1460,nop,wscale 7,gen-253 0x0102": what is between < and >. The parser of scripts reads it
// back to the same octets; what no notation fits, it reads as raw 0x....
std::string print_options(std::span<const std::byte> options, PrintBase = {});

// "S. 0:0(0) ack 1 win 65535 <mss 1460>", in the notation of scripts, which their parser reads
// back. A wrong data offset or a reserved bit is shown: {doff 3}, {reserved 1}.
std::string print(const SegmentView&, PrintBase = {});

// The same for a datagram: what is odd about its IP header is shown too, and {checksum bad} when
// the TCP checksum does not verify. ICMP is "icmp unreachable frag_needed mtu 1400 [seq 1]", the
// quoted segment in brackets; what is neither says so in words.
std::string print_datagram(std::span<const std::byte>, PrintBase = {});

}  // namespace harness::wire
