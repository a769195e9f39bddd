#include "harness/wire/checksum.h"

#include <algorithm>
#include <cstring>

#include "harness/base/bytes.h"
#include "harness/wire/datagram_view.h"

namespace harness::wire {
namespace {

template <class Word>
std::uint64_t load(const std::byte* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Four words side by side, as every processor of today adds them.
typedef std::uint32_t Four __attribute__((vector_size(16)));

Four load_four(const std::byte* at) {
  Four four;
  std::memcpy(&four, at, sizeof four);
  return four;
}

// The halves of whole blocks of 32 octets: no lane can overflow below 2^19 octets.
std::uint64_t add_blocks(const std::byte* at, std::size_t blocks) {
  Four low{}, high{};
  for (; blocks > 0; --blocks, at += 32) {
    const Four one = load_four(at), two = load_four(at + 16);
    low += (one & 0xFFFF) + (two & 0xFFFF);
    high += (one >> 16) + (two >> 16);
  }
  std::uint64_t sum = 0;
  for (int lane = 0; lane < 4; ++lane) sum += std::uint64_t{low[lane]} + high[lane];
  return sum;
}

constexpr std::size_t kMany = 96;  // From here on blocks are faster.

}  // namespace

void Checksum::add(std::span<const std::byte> part) {
  const std::byte* at = part.data();
  std::size_t left = part.size();
  std::uint64_t sum = sum_, other = 0;
  for (constexpr std::size_t kMost = std::size_t{1} << 18; left >= kMany;) {
    const std::size_t whole = std::min(left, kMost) / 32 * 32;
    sum += add_blocks(at, whole / 32);
    at += whole;
    left -= whole;
  }
  for (; left >= 16; at += 16, left -= 16) {
    sum += load<std::uint32_t>(at);
    other += load<std::uint32_t>(at + 4);
    sum += load<std::uint32_t>(at + 8);
    other += load<std::uint32_t>(at + 12);
  }
  for (; left >= 4; at += 4, left -= 4) other += load<std::uint32_t>(at);
  if (left >= 2) {
    other += load<std::uint16_t>(at);
    at += 2;
    left -= 2;
  }
  if (left > 0) other += native16(static_cast<std::uint16_t>(base::load8(at) << 8));
  sum_ = sum + other;
}

std::uint16_t transport_checksum(const IpAddress& source, const IpAddress& destination,
                                 std::uint8_t protocol, std::span<const std::byte> message) {
  Checksum sum;
  sum.add(source);
  sum.add(destination);
  sum.add16(protocol);
  sum.add32(static_cast<std::uint32_t>(message.size()));
  sum.add(message);
  return sum.value();
}

std::uint16_t tcp_checksum(const IpAddress& source, const IpAddress& destination,
                           std::span<const std::byte> segment) {
  return transport_checksum(source, destination, kProtocolTcp, segment);
}

}  // namespace harness::wire
