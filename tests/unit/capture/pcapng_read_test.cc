#include "harness/capture/pcapng_read.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/capture/pcapng_write.h"
#include "tests/unit/wire/octets.h"

namespace harness::capture {
namespace {

using testing::HasSubstr;

Capture some_capture() {
  Capture capture;
  capture.comment = "seed=1\nrule=MUST-13";
  capture.interfaces = {{.name = "peer"}, {.name = "target"}, {.link_type = kLinkEthernet}};
  capture.packets = {{.at_ns = 1'234'567'890'123'456'789,
                      .interface = 1,
                      .original = 5,
                      .way = Way::In,
                      .octets = wire::octets("0102030405"),
                      .comments = {"pass: it is as it should be", "link: dropped (fault 0)"}},
                     {.at_ns = 0, .interface = 2, .original = 1500, .way = Way::Out},
                     {.at_ns = 7, .original = 4, .octets = wire::octets("01020304")}};
  return capture;
}

TEST(Pcapng, WhatIsWrittenReadsBackToTheSame) {
  const auto capture = some_capture();
  EXPECT_EQ(read_pcapng(write_pcapng(capture)), capture);
  const Capture nothing;
  EXPECT_EQ(read_pcapng(write_pcapng(nothing)), nothing);
}

TEST(Pcapng, EveryBlockIsWholeWordsWithItsLengthAtBothEnds) {
  const auto file = write_pcapng(some_capture());
  std::size_t at = 0, blocks = 0;
  const auto load = [&](std::size_t from) { return __builtin_bswap32(base::load32(&file[from])); };
  while (at < file.size()) {
    const auto length = load(at + 4);
    ASSERT_EQ(length % 4, 0u);
    ASSERT_LE(at + length, file.size());
    ASSERT_EQ(load(at + length - 4), length);
    at += length;
    ++blocks;
  }
  EXPECT_EQ(blocks, 1u + 3 + 3);
}

// A section and an interface without options, big-endian; times in microseconds by default.
const std::string kBigSection =
    "0a0d0d0a0000001c1a2b3c4d00010000ffffffffffffffff0000001c"
    "0000000100000014000100000000ffff00000014";

TEST(Pcapng, TheOtherByteOrderIsRead) {
  const auto read = read_pcapng(wire::octets(kBigSection + "0000000600000024"
                                                           "00000000"
                                                           "00000000"
                                                           "00000003"
                                                           "00000002"
                                                           "00000005"
                                                           "0a0b0000"
                                                           "00000024"));
  ASSERT_TRUE(read) << read.error().print();
  ASSERT_EQ(read->packets.size(), 1u);
  EXPECT_EQ(read->packets[0].at_ns, 3000);
  EXPECT_EQ(read->packets[0].original, 5u);
  EXPECT_EQ(wire::hex(read->packets[0].octets), "0a0b");
  EXPECT_EQ(read->interfaces[0].link_type, kLinkEthernet);
}

TEST(Pcapng, SectionsNumberTheirOwnInterfaces) {
  const std::string packet =
      "00000006000000200000000000000000000000010000000000000000"
      "00000020";
  const auto read = read_pcapng(wire::octets(kBigSection + packet + kBigSection + packet));
  ASSERT_TRUE(read) << read.error().print();
  ASSERT_EQ(read->packets.size(), 2u);
  EXPECT_EQ(read->packets[0].interface, 0u);
  EXPECT_EQ(read->packets[1].interface, 1u);
}

TEST(Pcapng, SimplePacketsAndUnknownBlocksAreRead) {
  const auto read = read_pcapng(wire::octets(kBigSection + "000000050000000c0000000c" +
                                             "0000000300000014000000030a0b0c0000000014"));
  ASSERT_TRUE(read) << read.error().print();
  ASSERT_EQ(read->packets.size(), 1u);
  EXPECT_EQ(wire::hex(read->packets[0].octets), "0a0b0c");
}

TEST(Pcapng, WhatIsWrongIsToldWithItsPlace) {
  const auto error = [](const std::string& hex) {
    const auto read = read_pcapng(wire::octets(hex));
    return read ? std::string{"it was read"} : read.error().print();
  };
  EXPECT_THAT(error(""), HasSubstr("an empty file"));
  EXPECT_THAT(error("0a0d0d0a0000"), HasSubstr("ends inside a block"));
  EXPECT_THAT(error("0a0d0d0a0000001c1a2b3c4e00010000ffffffffffffffff0000001c"),
              HasSubstr("no byte-order magic"));
  EXPECT_THAT(error("0a0d0d0a0000001c1a2b3c4d00020000ffffffffffffffff0000001c"),
              HasSubstr("a version of the format"));
  EXPECT_THAT(error("00000001000000140001000000000000"
                    "00000014"),
              HasSubstr("before the first"));
  EXPECT_THAT(error(kBigSection + "00000005000000100000000c"),
              HasSubstr("octet 48: a block longer"));
  EXPECT_THAT(error(kBigSection + "000000050000000d0000000d"), HasSubstr("come in fours"));
  EXPECT_THAT(error(kBigSection + "000000050000000c00000010"),
              HasSubstr("lengths of a block differ"));
  EXPECT_THAT(error(kBigSection + "00000006000000200000000100000000000000010000000000000000"
                                  "00000020"),
              HasSubstr("not described"));
  EXPECT_THAT(error(kBigSection + "00000006000000200000000000000000000000010000000100000000"
                                  "00000020"),
              HasSubstr("a packet longer than its block"));
  EXPECT_THAT(error(kBigSection + "00000006000000240000000000000000000000010000000000000000"
                                  "00010004"
                                  "00000024"),
              HasSubstr("an option longer"));
}

TEST(Pcapng, NoBeginningOfAFileIsReadBeyondItsEnd) {
  const auto file = write_pcapng(some_capture());
  for (std::size_t size = 0; size < file.size(); ++size) {
    const base::Bytes part{file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)};
    const auto read = read_pcapng(part);
    if (read) {
      EXPECT_LT(read->packets.size(), 3u);
    }
  }
}

}  // namespace
}  // namespace harness::capture
