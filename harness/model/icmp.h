#pragma once

#include <cstdint>

#include "harness/model/connection_table.h"
#include "harness/wire/datagram_view.h"

namespace harness::model {

// What came to the target that is no TCP. An ICMP error may change what is sent, again and when,
// what is told, and may end an opening connection; but Source Quench is ignored (RFC 9293, 3.9.2.2,
// MUST-55), and a soft error aborts nothing (MUST-56).
void arrive_other_protocol(ConnectionTable&, const wire::DatagramView&, std::uint32_t record);

// An address of many hosts: a group, and for the second of all on the link, too.
bool multicast(const wire::IpAddress&);
bool for_many(const wire::IpAddress&);

// What is addressed to many is for none (3.9.2.3, MUST-57): the connection of this name, which is
// not there, does not answer.
void ignore_for_many(Entry&, std::uint32_t record);

}  // namespace harness::model
