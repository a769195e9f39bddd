#include "harness/event/stream.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/rng.h"

namespace harness::event {
namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;

base::Bytes octets(std::uint64_t position, std::size_t count, std::uint32_t stream) {
  base::Bytes bytes(count);
  fill_stream(bytes, position, stream);
  return bytes;
}

std::string hex(const base::Bytes& bytes) {
  std::string text;
  for (std::byte b : bytes) {
    text += "0123456789abcdef"[std::to_integer<unsigned>(b) >> 4];
    text += "0123456789abcdef"[std::to_integer<unsigned>(b) & 15];
  }
  return text;
}

TEST(Stream, AnOctetDoesNotDependOnHowItWasAskedFor) {
  for (const std::uint64_t start : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{13},
                                    (std::uint64_t{1} << 32) - 5, kGiB * 7 + 3}) {
    for (std::size_t count = 0; count < 40; ++count) {
      const auto bytes = octets(start, count, kFromPeer);
      for (std::size_t i = 0; i < count; ++i) {
        ASSERT_EQ(bytes[i], stream_octet(start + i, kFromPeer)) << start << " + " << i;
      }
    }
  }
}

// The first 80,000 octets are made once and kept: what lies across their end is made of both.
TEST(Stream, WhereTheKnownBeginningEndsTheStreamGoesOn) {
  for (const std::uint32_t stream : {kFromPeer, kFromApplication, 2u}) {
    for (std::uint64_t start = 79'970; start < 80'010; ++start) {
      for (const std::size_t count : {1u, 8u, 30u, 31u}) {
        auto bytes = octets(start, count, stream);
        for (std::size_t i = 0; i < count; ++i) {
          ASSERT_EQ(bytes[i], stream_octet(start + i, stream)) << start << " + " << i;
        }
        ASSERT_EQ(first_difference(bytes, start, stream), std::nullopt) << start;
        bytes[count - 1] ^= std::byte{1};
        ASSERT_EQ(first_difference(bytes, start, stream), count - 1) << start;
      }
    }
  }
}

TEST(Stream, NoOctetIsEverZeroAndEveryOtherValueOccurs) {
  std::array<int, 256> counts{};
  for (std::byte b : octets(0, 1 << 20, kFromApplication)) ++counts[std::to_integer<unsigned>(b)];
  EXPECT_EQ(counts[0], 0);
  for (std::size_t value = 1; value < counts.size(); ++value) {
    const int share = value == 0x80 ? 2 : 1;  // It stands in for zero.
    EXPECT_NEAR(counts[value], 4096 * share, 6 * 64 * share) << value;
  }
}

// One octet in 254 is the same by chance; six standard deviations are allowed.
void expect_unlike(const base::Bytes& a, const base::Bytes& b, const std::string& what) {
  int same = 0;
  for (std::size_t i = 0; i < a.size(); ++i) same += a[i] == b[i];
  const double share = static_cast<double>(a.size()) / 254;
  EXPECT_LT(same, share + 6 * 13) << what;
}

TEST(Stream, PlacesApartDifferWhateverTheDistance) {
  constexpr std::size_t kSample = 40'000;
  const auto here = octets(1000, kSample, kFromPeer);
  std::vector<std::uint64_t> distances;
  for (std::uint64_t d = 1; d <= 300; ++d) distances.push_back(d);
  for (int bit = 8; bit <= 40; ++bit) {
    for (std::uint64_t near : {0u, 1u, 7u, 8u}) {
      distances.push_back((std::uint64_t{1} << bit) - near);
      distances.push_back((std::uint64_t{1} << bit) + near);
    }
  }
  for (std::uint64_t mss : {536u, 1220u, 1448u, 1460u, 65'535u}) distances.push_back(mss);
  for (const auto d : distances) {
    expect_unlike(here, octets(1000 + d, kSample, kFromPeer), "distance " + std::to_string(d));
  }
}

TEST(Stream, StreamsDiffer) {
  const auto here = octets(0, 40'000, kFromPeer);
  for (std::uint32_t other = 1; other < 300; ++other) {
    expect_unlike(here, octets(0, 40'000, other), "stream " + std::to_string(other));
  }
}

TEST(Stream, ItsOctetsAreTheSameOnEveryMachine) {
  EXPECT_EQ(hex(octets(0, 16, kFromPeer)), "7d3a360f090eb47a72d7c2dd3080efbf");
  EXPECT_EQ(hex(octets(0, 16, kFromApplication)), "a8fea76ee3d7ea525e119eae29281441");
  EXPECT_EQ(hex(octets(kGiB * 4 - 3, 6, kFromPeer)), "cb3338284624");
}

TEST(Stream, TheFirstDifferenceIsFoundWhereItIs) {
  base::Rng rng{7};
  for (int round = 0; round < 2000; ++round) {
    const auto position = rng.next() >> 20;
    auto bytes = octets(position, rng.below(70), kFromApplication);
    ASSERT_EQ(first_difference(bytes, position, kFromApplication), std::nullopt);
    if (bytes.empty()) continue;
    const auto first = rng.below(bytes.size());
    for (std::size_t i = first; i < bytes.size(); i += 1 + rng.below(9)) {
      bytes[i] ^= std::byte{1} << static_cast<int>(rng.below(8));
    }
    ASSERT_EQ(first_difference(bytes, position, kFromApplication), first);
  }
}

TEST(Stream, AGapARepeatAndASwapAreSeenWithinAFewOctets) {
  constexpr std::size_t kPlace = 1000;
  const auto right = octets(0, 4000, kFromPeer);
  struct Case {
    const char* what;
    base::Bytes bytes;
  };
  std::vector<Case> cases{{"gap", right}, {"repeat", right}, {"swap", right}};
  const auto place = [&](std::size_t c) { return cases[c].bytes.begin() + kPlace; };
  cases[0].bytes.erase(place(0));
  cases[1].bytes.insert(place(1), right[kPlace]);
  std::swap(cases[2].bytes[kPlace], cases[2].bytes[kPlace + 1]);
  for (const Case& c : cases) {
    const auto found = first_difference(c.bytes, 0, kFromPeer);
    ASSERT_TRUE(found) << c.what;
    EXPECT_GE(*found, kPlace) << c.what;
    EXPECT_LT(*found, kPlace + 4) << c.what;
  }
}

}  // namespace
}  // namespace harness::event
