#include "harness/wire/tcp_of.h"

#include "harness/wire/checksum.h"

namespace harness::wire {

bool tcp_checksum_ok(const DatagramView& ip) {
  const bool v4 = ip.version() == IpVersion::V4;
  const std::size_t fixed = v4 ? 20 : 40, addresses = v4 ? 8 : 32;
  const auto message = ip.payload();
  if (ip.header().size() != fixed) {
    return tcp_checksum(ip.source(), ip.destination(), message) == 0;
  }
  // The addresses stand at the end of either header: with nothing between they are summed together.
  Checksum sum;
  sum.add16(kProtocolTcp);
  sum.add32(static_cast<std::uint32_t>(message.size()));
  sum.add(ip.bytes().subspan(fixed - addresses));
  return sum.value() == 0;
}

}  // namespace harness::wire
