#include "harness/wire/tcp_of.h"

#include "harness/wire/checksum.h"

namespace harness::wire {

bool tcp_checksum_ok(const DatagramView& ip) {
  const bool v4 = ip.version() == IpVersion::V4;
  const auto message = ip.payload();
  Checksum sum;
  // The addresses stand together at the end of either fixed header.
  const std::byte* const addresses = ip.bytes().data() + (v4 ? 12 : 8);
  for (std::size_t word = 0; word < (v4 ? 8u : 32u); word += 4) {
    sum.add32(base::load32(addresses + word));
  }
  sum.add16(kProtocolTcp);
  sum.add32(static_cast<std::uint32_t>(message.size()));
  sum.add(message);
  return sum.value() == 0;
}

}  // namespace harness::wire
