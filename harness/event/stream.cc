#include "harness/event/stream.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace harness::event {
namespace {

constexpr std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58'476D'1CE4'E5B9u;
  z = (z ^ (z >> 27)) * 0x94D0'49BB'1331'11EBu;
  return z ^ (z >> 31);
}

// Eight octets at a time, the first in the lowest bits: the n-th draw of SplitMix64, which repeats
// none of them in 2^64 draws. Zero octets become 0x80.
class Words {
 public:
  explicit Words(std::uint32_t stream) : origin_(mix(std::uint64_t{stream} + 1)) {}

  std::uint64_t operator[](std::uint64_t n) const {
    constexpr std::uint64_t kLow7 = 0x7F7F'7F7F'7F7F'7F7Fu;
    const std::uint64_t word = mix(origin_ + n * 0x9E37'79B9'7F4A'7C15u);
    const std::uint64_t zeros = ~(((word & kLow7) + kLow7) | word | kLow7);
    return word | zeros;
  }

 private:
  std::uint64_t origin_;
};

std::byte octet_of(std::uint64_t word, std::uint64_t position) {
  return static_cast<std::byte>(word >> (position % 8 * 8));
}

constexpr std::uint64_t as_stored(std::uint64_t word) {
  return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
}

}  // namespace

std::byte stream_octet(std::uint64_t position, std::uint32_t stream) {
  return octet_of(Words{stream}[position / 8], position);
}

void fill_stream(std::span<std::byte> out, std::uint64_t position, std::uint32_t stream) {
  const Words words{stream};
  std::size_t i = 0;
  const auto single = [&](std::size_t end) {
    for (; i < end; ++i) out[i] = octet_of(words[(position + i) / 8], position + i);
  };
  single(std::min<std::size_t>(-position % 8, out.size()));
  for (std::uint64_t n = (position + i) / 8; out.size() - i >= 8; i += 8, ++n) {
    const std::uint64_t word = as_stored(words[n]);
    std::memcpy(out.data() + i, &word, 8);
  }
  single(out.size());
}

std::optional<std::size_t> first_difference(Span got, std::uint64_t position,
                                            std::uint32_t stream) {
  const Words words{stream};
  std::size_t i = 0;
  const auto differs_before = [&](std::size_t end) {
    for (; i < end; ++i) {
      if (got[i] != octet_of(words[(position + i) / 8], position + i)) return true;
    }
    return false;
  };
  if (differs_before(std::min<std::size_t>(-position % 8, got.size()))) return i;
  for (std::uint64_t n = (position + i) / 8; got.size() - i >= 8; i += 8, ++n) {
    std::uint64_t word;
    std::memcpy(&word, got.data() + i, 8);
    if (word != as_stored(words[n])) break;
  }
  if (differs_before(got.size())) return i;
  return std::nullopt;
}

}  // namespace harness::event
