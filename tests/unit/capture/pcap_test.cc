#include "harness/capture/pcap.h"

#include <gtest/gtest.h>

#include "harness/capture/pcapng_write.h"
#include "tests/unit/wire/octets.h"

namespace harness::capture {
namespace {

// Magic, version, zone, accuracy, longest packet, Ethernet; then seconds, fraction, lengths,
// octets.
const std::string kMicro = "d4c3b2a1020004000000000000000000ffff000001000000";
const std::string kNano = "4d3cb2a1020004000000000000000000ffff000065000000";
const std::string kBigEndian =
    "a1b2c3d4000200040000000000000000"
    "0000ffff00000071";
const std::string kPacket =
    "0100000002000000"
    "0300000009000000"
    "0a0b0c";

TEST(Pcap, EitherResolutionAndByteOrderIsRead) {
  auto read = read_capture(wire::octets(kMicro + kPacket));
  ASSERT_TRUE(read) << read.error().print();
  ASSERT_EQ(read->packets.size(), 1u);
  EXPECT_EQ(read->packets[0].at_ns, 1'000'002'000);
  EXPECT_EQ(read->packets[0].original, 9u);
  EXPECT_EQ(wire::hex(read->packets[0].octets), "0a0b0c");
  EXPECT_EQ(read->interfaces[0].link_type, kLinkEthernet);
  read = read_capture(wire::octets(kNano + kPacket + kPacket));
  ASSERT_TRUE(read) << read.error().print();
  ASSERT_EQ(read->packets.size(), 2u);
  EXPECT_EQ(read->packets[1].at_ns, 1'000'000'002);
  EXPECT_EQ(read->interfaces[0].link_type, kLinkRaw);
  read = read_capture(wire::octets(kBigEndian + "0000000100000002"
                                                "0000000100000001"
                                                "0d"));
  ASSERT_TRUE(read) << read.error().print();
  EXPECT_EQ(read->packets.at(0).at_ns, 1'000'002'000);
  EXPECT_EQ(read->interfaces[0].link_type, kLinkCooked);
}

TEST(Pcap, AFileWithoutPacketsIsACapture) {
  EXPECT_TRUE(read_capture(wire::octets(kMicro)).value().packets.empty());
}

TEST(Pcap, WhatIsNoCaptureIsRefused) {
  for (const auto* text :
       {"", "d4c3b2a1", "00112233445566778899aabbccddeeff00112233445566778899"}) {
    const auto read = read_capture(wire::octets(text));
    ASSERT_FALSE(read) << text;
    EXPECT_FALSE(read.error().message.empty());
  }
  const auto cut = read_capture(wire::octets(kMicro + kPacket.substr(0, 36)));
  ASSERT_FALSE(cut);
}

TEST(Pcap, PcapngIsToldByItsFirstOctets) {
  Capture capture;
  capture.interfaces = {{.name = "peer"}};
  EXPECT_EQ(read_capture(write_pcapng(capture)), capture);
}

}  // namespace
}  // namespace harness::capture
