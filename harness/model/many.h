#pragma once

#include <cstdint>

#include "harness/model/connection_table.h"
#include "harness/wire/ip_address.h"

namespace harness::model {

// An address of many hosts: a group, and for the second of all on the link, too.
bool multicast(const wire::IpAddress&);
bool for_many(const wire::IpAddress&);

// What is addressed to many is for none (RFC 9293, 3.9.2.3, MUST-57): the connection of this name,
// which is not there, does not answer.
void ignore_for_many(Entry&, std::uint32_t record);

}  // namespace harness::model
