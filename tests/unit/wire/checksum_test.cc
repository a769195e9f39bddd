#include "harness/wire/checksum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

#include "harness/base/bytes.h"
#include "harness/base/rng.h"

namespace harness::wire {
namespace {

base::Bytes random_octets(base::Rng& rng, std::size_t size) {
  base::Bytes octets(size);
  for (std::byte& octet : octets) octet = static_cast<std::byte>(rng.below(256));
  return octets;
}

// RFC 1071 as it is told, octet by octet.
std::uint16_t slow_checksum(std::span<const std::byte> octets, std::uint32_t sum = 0) {
  for (std::size_t i = 0; i < octets.size(); ++i) {
    sum += std::to_integer<std::uint32_t>(octets[i]) << (i % 2 == 0 ? 8 : 0);
    if (sum > 0xFFFF) sum -= 0xFFFF;
  }
  return static_cast<std::uint16_t>(~sum);
}

// Both zeros are one number in ones' complement; only a sum of nothing but zeros yields the other.
TEST(Checksum, AgreesWithTheSlowOneOnRandomOctetsOfAnyLength) {
  base::Rng rng{1};
  for (std::size_t size = 0; size < 2000; ++size) {
    const auto octets = random_octets(rng, size < 200 ? size : rng.below(65'536));
    Checksum sum;
    sum.add(octets);
    ASSERT_EQ(sum.value(), slow_checksum(octets)) << octets.size();
  }
}

TEST(Checksum, AgreesAtAnyAlignment) {
  base::Rng rng{2};
  const auto octets = random_octets(rng, 100);
  for (std::size_t from = 0; from < 9; ++from) {
    for (std::size_t size = 0; size < 40; ++size) {
      const auto part = std::span{octets}.subspan(from, size);
      Checksum sum;
      sum.add(part);
      ASSERT_EQ(sum.value(), slow_checksum(part)) << from << " " << size;
    }
  }
}

TEST(Checksum, OctetsOfOnesDoNotOverflow) {
  for (std::size_t size : {1u, 2u, 7u, 8u, 9u, 65'534u, 65'535u}) {
    const base::Bytes octets(size, std::byte{0xFF});
    Checksum sum;
    sum.add(octets);
    EXPECT_EQ(sum.value(), slow_checksum(octets)) << size;
  }
}

TEST(Checksum, TheExampleOfRfc1071) {
  // 3: 00 01, f2 03, f4 f5, f6 f7 add up to 2ddf0, folded ddf2.
  const base::Bytes octets{std::byte{0x00}, std::byte{0x01}, std::byte{0xF2}, std::byte{0x03},
                           std::byte{0xF4}, std::byte{0xF5}, std::byte{0xF6}, std::byte{0xF7}};
  Checksum sum;
  sum.add(octets);
  EXPECT_EQ(sum.value(), 0xFFFF - 0xDDF2);
}

TEST(Checksum, PartsMayBeAddedInAnyOrder) {
  base::Rng rng{3};
  for (int round = 0; round < 500; ++round) {
    const auto octets = random_octets(rng, rng.below(300));
    const auto cut = rng.below(octets.size() / 2 + 1) * 2;
    const auto head = std::span{octets}.first(cut), tail = std::span{octets}.subspan(cut);
    Checksum forward, backward;
    forward.add(head);
    forward.add(tail);
    backward.add(tail);
    backward.add(head);
    ASSERT_EQ(forward.value(), slow_checksum(octets));
    ASSERT_EQ(backward.value(), slow_checksum(octets));
  }
}

TEST(Checksum, WordsAndAddressesAreTheirOctets) {
  base::Bytes octets(22);
  const auto address = IpAddress::v6(0x2001'0DB8'FFFF'FFFF, 0xFFFF'FFFF'8000'0001);
  address.store(octets.data());
  base::store16(octets.data() + 16, 0xFEDC);
  base::store32(octets.data() + 18, 0xFFFF'0001);
  Checksum sum;
  sum.add(address);
  sum.add16(0xFEDC);
  sum.add32(0xFFFF'0001);
  EXPECT_EQ(sum.value(), slow_checksum(octets));
}

std::uint16_t slow_tcp_checksum(const IpAddress& source, const IpAddress& destination,
                                std::span<const std::byte> segment) {
  const std::size_t size = source.size();
  base::Bytes octets(2 * size);
  source.store(octets.data());
  destination.store(octets.data() + size);
  base::Bytes rest(8);
  base::store32(rest.data(), static_cast<std::uint32_t>(segment.size()));
  base::store8(rest.data() + 7, 6);
  octets.insert(octets.end(), rest.begin(), rest.end());
  octets.insert(octets.end(), segment.begin(), segment.end());
  return slow_checksum(octets);
}

TEST(Checksum, ThePseudoHeaderIsInIt) {
  base::Rng rng{4};
  for (int round = 0; round < 500; ++round) {
    const auto segment = random_octets(rng, 20 + rng.below(1500));
    const auto v4 = [&] { return IpAddress::v4(static_cast<std::uint32_t>(rng.next())); };
    const auto a = v4(), b = v4();
    EXPECT_EQ(tcp_checksum(a, b, segment), slow_tcp_checksum(a, b, segment));
    const auto high = rng.next(), low = rng.next();
    const auto c = IpAddress::v6(high, low), d = IpAddress::v6(low, high);
    EXPECT_EQ(tcp_checksum(c, d, segment), slow_tcp_checksum(c, d, segment));
  }
}

TEST(Checksum, ItIsZeroOverASegmentThatCarriesItAndNoSingleBitGoesUnseen) {
  base::Rng rng{5};
  const auto a = IpAddress::v4(0xC000'0201), b = IpAddress::v4(0xC633'6401);
  auto segment = random_octets(rng, 61);
  base::store16(segment.data() + 16, 0);
  base::store16(segment.data() + 16, tcp_checksum(a, b, segment));
  EXPECT_EQ(tcp_checksum(a, b, segment), 0);
  for (std::size_t bit = 0; bit < segment.size() * 8; ++bit) {
    const auto mask = std::byte{1} << static_cast<int>(bit % 8);
    segment[bit / 8] ^= mask;
    EXPECT_NE(tcp_checksum(a, b, segment), 0) << bit;
    segment[bit / 8] ^= mask;
  }
}

}  // namespace
}  // namespace harness::wire
