#include "harness/event/stream.h"

#include <algorithm>
#include <array>
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

constexpr std::uint64_t as_stored(std::uint64_t word) {
  return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
}

// How the streams begin that every run is made of: made once, for most of what is sent lies there.
constexpr std::size_t kBeginning = 80'000;

Span beginning(std::uint64_t position, std::size_t octets, std::uint32_t stream) {
  if (stream > kFromApplication || octets > kBeginning || position > kBeginning - octets) return {};
  static const auto streams = [] {
    std::array<std::array<std::uint64_t, kBeginning / 8>, kFromApplication + 1> made;
    for (std::uint32_t one = kFromPeer; one <= kFromApplication; ++one) {
      for (std::size_t n = 0; n < made[one].size(); ++n) made[one][n] = as_stored(Words{one}[n]);
    }
    return made;
  }();
  return std::as_bytes(std::span{streams[stream]}).subspan(position, octets);
}

std::byte octet_of(std::uint64_t word, std::uint64_t position) {
  return static_cast<std::byte>(word >> (position % 8 * 8));
}

}  // namespace

std::byte stream_octet(std::uint64_t position, std::uint32_t stream) {
  return octet_of(Words{stream}[position / 8], position);
}

void fill_stream(std::span<std::byte> out, std::uint64_t position, std::uint32_t stream) {
  if (const Span known = beginning(position, out.size(), stream); !known.empty()) {
    std::memcpy(out.data(), known.data(), known.size());
    return;
  }
  const Words words{stream};
  std::byte* at = out.data();
  std::size_t left = out.size();
  std::uint64_t n = position / 8;
  const auto some = [&](std::uint64_t word, std::size_t count) {
    left -= count;
    for (; count > 0; --count, word >>= 8) *at++ = static_cast<std::byte>(word);
  };
  if (const auto odd = position % 8; odd != 0) {
    some(words[n++] >> (odd * 8), std::min<std::size_t>(8 - odd, left));
  }
  for (; left >= 8; at += 8, left -= 8) {
    const std::uint64_t word = as_stored(words[n++]);
    std::memcpy(at, &word, 8);
  }
  if (left > 0) some(words[n], left);
}

std::optional<std::size_t> first_difference(Span got, std::uint64_t position,
                                            std::uint32_t stream) {
  if (const Span known = beginning(position, got.size(), stream); !known.empty()) {
    if (std::memcmp(got.data(), known.data(), known.size()) == 0) return std::nullopt;
    const auto first = std::ranges::mismatch(got, known).in1;
    return static_cast<std::size_t>(first - got.begin());
  }
  const Words words{stream};
  std::size_t i = 0;
  std::uint64_t n = position / 8;
  const auto differs = [&](std::uint64_t word, std::size_t count) {
    for (; count > 0; --count, ++i, word >>= 8) {
      if (got[i] != static_cast<std::byte>(word)) return true;
    }
    return false;
  };
  if (const auto odd = position % 8; odd != 0) {
    if (differs(words[n++] >> (odd * 8), std::min<std::size_t>(8 - odd, got.size()))) return i;
  }
  for (; got.size() - i >= 8; i += 8, ++n) {
    std::uint64_t word;
    std::memcpy(&word, got.data() + i, 8);
    if (word != as_stored(words[n])) break;
  }
  if (i < got.size() && differs(words[n], std::min<std::size_t>(got.size() - i, 8))) return i;
  return std::nullopt;
}

}  // namespace harness::event
