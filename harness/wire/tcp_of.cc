#include "harness/wire/tcp_of.h"

#include "harness/wire/checksum.h"

namespace harness::wire {

bool tcp_checksum_ok(const DatagramView& ip) {
  return tcp_checksum(ip.source(), ip.destination(), ip.payload()) == 0;
}

}  // namespace harness::wire
