#include "harness/wire/segment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <initializer_list>
#include <new>

#include "harness/base/rng.h"
#include "harness/wire/craft.h"
#include "harness/wire/datagram_view.h"
#include "tests/unit/wire/allocations.h"

namespace {

std::size_t count = 0;

void* counted(std::size_t size) {
  ++count;
  void* const at = std::malloc(size == 0 ? 1 : size);
  if (at == nullptr) throw std::bad_alloc{};
  return at;
}

}  // namespace

// For all tests of this program; those that ask look at the difference.
std::size_t harness::wire::allocations() { return count; }
void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void operator delete(void* at) noexcept { std::free(at); }
void operator delete[](void* at) noexcept { std::free(at); }
void operator delete(void* at, std::size_t) noexcept { std::free(at); }
void operator delete[](void* at, std::size_t) noexcept { std::free(at); }

namespace harness::wire {
namespace {

base::Bytes header(std::initializer_list<int> options = {}) {
  base::Bytes bytes(20 + options.size());
  base::store16(bytes.data(), 0x1234);
  base::store16(bytes.data() + 2, 0x5678);
  base::store32(bytes.data() + 4, 0xFFFF'FFFE);
  base::store32(bytes.data() + 8, 0x8000'0000);
  const auto words = static_cast<unsigned>(bytes.size() / 4);
  base::store16(bytes.data() + 12, static_cast<std::uint16_t>(words << 12 | 0x0B55));
  base::store16(bytes.data() + 14, 0xFFFF);
  base::store16(bytes.data() + 16, 0xABCD);
  base::store16(bytes.data() + 18, 0x0102);
  std::ranges::transform(options, bytes.begin() + 20,
                         [](int value) { return static_cast<std::byte>(value); });
  return bytes;
}

TEST(SegmentView, AHeaderIsShownFieldByField) {
  auto bytes = header();
  bytes.resize(23, std::byte{0x77});
  const auto view = SegmentView::parse(bytes);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->source(), 0x1234);
  EXPECT_EQ(view->destination(), 0x5678);
  EXPECT_EQ(view->seq(), SeqNum{0xFFFF'FFFE});
  EXPECT_EQ(view->ack(), SeqNum{0x8000'0000});
  EXPECT_EQ(view->data_offset(), 5);
  EXPECT_EQ(view->reserved(), 5);
  EXPECT_EQ(view->flags(), Flags{0x155});
  EXPECT_EQ(view->window(), 0xFFFF);
  EXPECT_EQ(view->checksum(), 0xABCD);
  EXPECT_EQ(view->urgent(), 0x0102);
  EXPECT_TRUE(view->option_bytes().empty());
  EXPECT_EQ(view->payload().size(), 3u);
}

TEST(SegmentView, FewerOctetsThanAHeaderAreNone) {
  const auto bytes = header();
  for (std::size_t size = 0; size < 20; ++size) {
    EXPECT_EQ(SegmentView::parse(std::span{bytes}.first(size)).error(), SegmentError::Short);
  }
}

TEST(SegmentView, AWrongDataOffsetHidesOptionsAndPayloadOnly) {
  for (int offset = 0; offset < 16; ++offset) {
    auto bytes = header({1, 1, 1, 1, 1, 1, 1, 1});
    base::store8(bytes.data() + 12, static_cast<std::uint8_t>(offset << 4));
    const auto view = SegmentView::parse(bytes);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->data_offset(), offset);
    EXPECT_EQ(view->destination(), 0x5678);
    const bool right = offset >= 5 && offset <= 7;
    EXPECT_EQ(view->data_offset_ok(), right);
    EXPECT_EQ(view->option_bytes().size() + view->payload().size(), right ? 8u : 0u);
    EXPECT_EQ(read(*view).has_value(), right);
    if (!right) {
      EXPECT_EQ(read(*view).error(), SegmentError::DataOffset);
    }
  }
}

Segment read_with(std::initializer_list<int> options) {
  static base::Bytes bytes;
  bytes = header(options);
  const auto view = SegmentView::parse(bytes);
  return read(view.value()).value();
}

TEST(Segment, OptionsAreReadAtAnyAlignment) {
  // MUST-64.
  const auto s = read_with({1, 2, 4, 5, 180, 1, 3, 3, 9, 4, 2, 1});
  EXPECT_EQ(s.mss, std::uint16_t{1460});
  EXPECT_EQ(s.window_scale, std::uint8_t{9});
  EXPECT_TRUE(s.sack_permitted);
  EXPECT_FALSE(s.options_broken);
  EXPECT_EQ(s.options.size(), 12u);
}

TEST(Segment, AnOptionOfTheWrongLengthForItsKindIsSkipped) {
  const auto s = read_with(
      {2, 3, 9, 3, 4, 7, 0, 4, 3, 0, 8, 4, 0, 0, 5, 2, 5, 4, 0, 0, 2, 4, 2, 24, 1, 1, 1, 1});
  EXPECT_EQ(s.mss, std::uint16_t{536});
  EXPECT_EQ(s.window_scale, std::nullopt);
  EXPECT_FALSE(s.sack_permitted);
  EXPECT_EQ(s.timestamps, std::nullopt);
  EXPECT_EQ(s.sack_count, 0);
  EXPECT_FALSE(s.options_broken);
}

TEST(Segment, OptionsBeforeABrokenOneCount) {
  const auto s = read_with({2, 4, 5, 180, 3, 0, 4, 2});
  EXPECT_EQ(s.mss, std::uint16_t{1460});
  EXPECT_TRUE(s.options_broken);
  EXPECT_FALSE(s.sack_permitted);
}

TEST(Segment, BehindTheEndOfOptionsNothingCounts) {
  const auto s = read_with({0, 2, 4, 5, 180, 0, 0, 0});
  EXPECT_EQ(s.mss, std::nullopt);
  EXPECT_FALSE(s.options_broken);
}

TEST(Segment, AWindowScaleIsReadAsReceived) {
  EXPECT_EQ(read_with({3, 3, 255, 1}).window_scale, std::uint8_t{255});
}

TEST(Segment, ItsLengthCountsSynAndFin) {
  Segment segment;
  const base::Bytes octets(10);
  EXPECT_EQ(segment.length(), 0u);
  segment.payload = octets;
  segment.flags = kAck | kRst;
  EXPECT_EQ(segment.length(), 10u);
  segment.flags = kSyn;
  EXPECT_EQ(segment.length(), 11u);
  segment.flags = kSyn | kFin;
  EXPECT_EQ(segment.length(), 12u);
}

// A legal segment with whatever fits into its 40 octets of options.
Segment random_segment(base::Rng& rng, const base::Bytes& octets) {
  const auto draw16 = [&rng] { return static_cast<std::uint16_t>(rng.next()); };
  const auto draw32 = [&rng] {
    // The ring's ends are where things break.
    return static_cast<std::uint32_t>(rng.chance({1, 2}) ? rng.next() : 0 - rng.below(3));
  };
  Segment s;
  s.source = draw16();
  s.destination = draw16();
  s.seq = SeqNum{draw32()};
  s.ack = SeqNum{draw32()};
  s.flags = Flags{static_cast<std::uint16_t>(rng.below(512))};
  s.window = draw16();
  s.urgent = draw16();
  if (rng.chance({1, 2})) s.mss = draw16();
  if (rng.chance({1, 2})) s.window_scale = static_cast<std::uint8_t>(rng.below(256));
  s.sack_permitted = rng.chance({1, 2});
  if (rng.chance({1, 2})) {
    const auto val = draw32();
    s.timestamps = Timestamps{.val = val, .ecr = draw32()};
  }
  const auto room = 40 - options_size(s);
  const auto blocks = room < 12 ? 0 : rng.below((room - 4) / 8 + 1);
  for (; s.sack_count < blocks; ++s.sack_count) {
    const SeqNum left{draw32()};
    s.sack[s.sack_count] = {left, SeqNum{draw32()}};
  }
  s.payload = octets;
  return s;
}

void expect_same(const Segment& got, const Segment& want) {
  EXPECT_EQ(got.source, want.source);
  EXPECT_EQ(got.destination, want.destination);
  EXPECT_EQ(got.seq, want.seq);
  EXPECT_EQ(got.ack, want.ack);
  EXPECT_EQ(got.flags, want.flags);
  EXPECT_EQ(got.window, want.window);
  EXPECT_EQ(got.urgent, want.urgent);
  EXPECT_EQ(got.mss, want.mss);
  EXPECT_EQ(got.window_scale, want.window_scale);
  EXPECT_EQ(got.timestamps, want.timestamps);
  EXPECT_EQ(got.sack_permitted, want.sack_permitted);
  EXPECT_FALSE(got.options_broken);
  ASSERT_EQ(got.sack_count, want.sack_count);
  EXPECT_TRUE(std::equal(got.sack.begin(), got.sack.begin() + got.sack_count, want.sack.begin()));
  EXPECT_TRUE(std::ranges::equal(got.payload, want.payload));
}

TEST(Segment, WhatIsWrittenIsReadBack) {
  base::Rng rng{1};
  for (int round = 0; round < 20'000; ++round) {
    base::Bytes octets(rng.below(50));
    for (std::byte& octet : octets) octet = static_cast<std::byte>(rng.below(256));
    const auto want = random_segment(rng, octets);
    const bool v4 = rng.chance({1, 2});
    const IpHeader ip{.source = v4 ? IpAddress::v4(1) : IpAddress::v6(1, 2),
                      .destination = v4 ? IpAddress::v4(2) : IpAddress::v6(3, 4)};
    base::Bytes datagram(datagram_size(ip, want));
    write(ip, want, datagram);
    const auto view = DatagramView::parse(datagram);
    ASSERT_TRUE(view);
    const auto segment = SegmentView::parse(view->payload());
    ASSERT_TRUE(segment);
    const auto got = read(*segment);
    ASSERT_TRUE(got);
    expect_same(*got, want);
    // And once more from the raw options alone.
    Segment raw = want;
    raw.options = got->options;
    base::Bytes again(datagram_size(ip, raw));
    write(ip, raw, again);
    ASSERT_EQ(again, datagram);
    if (HasFailure()) FAIL() << "round " << round;
  }
}

TEST(Segment, ReadingAllocatesNothing) {
  base::Rng rng{2};
  const base::Bytes octets(100, std::byte{1});
  const IpHeader ip{.source = IpAddress::v4(1), .destination = IpAddress::v4(2)};
  for (int round = 0; round < 100; ++round) {
    const auto segment = random_segment(rng, octets);
    base::Bytes datagram(datagram_size(ip, segment));
    const auto before = allocations();
    write(ip, segment, datagram);
    const auto view = DatagramView::parse(datagram);
    const auto tcp = SegmentView::parse(view->payload());
    const auto got = read(*tcp);
    EXPECT_EQ(allocations(), before);
    EXPECT_TRUE(got);
  }
}

}  // namespace
}  // namespace harness::wire
