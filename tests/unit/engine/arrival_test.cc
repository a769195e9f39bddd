#include "tests/unit/engine/rig.h"

namespace harness::engine {
namespace {

using namespace test;
using wire::kAck;
using wire::kFin;
using wire::kPsh;
using wire::kRst;
using wire::kSyn;

struct NoConnection {
  wire::Flags flags;
  std::uint32_t ack;
  std::size_t octets;
  std::string answer;  // To a port nobody listens on. Empty: silence.
  std::string listening;
};

TEST(EngineArrival, ASegmentOfNoConnectionIsAnsweredAsTheRfcSays) {
  // iss() is 0 here: acks are as on the wire, and those of the stack count from the peer's ISN.
  const NoConnection kTable[] = {
      {kSyn, 0, 0, "R. 0:0(0) ack 1 win 0", "S. 0:0(0) ack 1 win 65535 <mss 1460>"},
      {kSyn, 0, 10, "R. 0:0(0) ack 11 win 0", "S. 0:0(0) ack 1 win 65535 <mss 1460>"},
      {kSyn | kFin, 0, 10, "R. 0:0(0) ack 12 win 0", "S. 0:0(0) ack 1 win 65535 <mss 1460>"},
      {kFin, 0, 0, "R. 0:0(0) ack 1 win 0", ""},
      {kPsh, 0, 20, "R. 0:0(0) ack 20 win 0", ""},
      {wire::Flags{}, 0, 0, "R. 0:0(0) ack 0 win 0", ""},
      {kAck, 5000, 0, "R 5000:5000(0) win 0", "R 5000:5000(0) win 0"},
      {kAck | kPsh, 5000, 20, "R 5000:5000(0) win 0", "R 5000:5000(0) win 0"},
      {kSyn | kAck, 5000, 0, "R 5000:5000(0) win 0", "R 5000:5000(0) win 0"},
      {kFin | kAck, 5000, 0, "R 5000:5000(0) win 0", "R 5000:5000(0) win 0"},
      {kRst, 0, 0, "", ""},
      {kRst | kAck, 5000, 0, "", ""},
      {kSyn | kRst, 0, 0, "", ""},
  };
  for (const bool listening : {false, true}) {
    for (const NoConnection& row : kTable) {
      Rig rig;
      if (listening) rig.listen();
      rig.inject(row.flags, 0, row.ack, row.octets);
      const std::string& answer = listening ? row.listening : row.answer;
      EXPECT_EQ(rig.sent(), answer.empty() ? Lines{} : Lines{answer})
          << print(row.flags) << " listening " << listening;
    }
  }
}

TEST(EngineArrival, TheMssOfThePeerIsHonouredAndItsAbsenceMeansTheDefault) {
  struct Row {
    wire::IpAddress local;
    base::Bytes options;
    std::size_t expected;
    std::string ours;
  };
  const auto v6 = wire::IpAddress::v6(0x2001'0DB8'0000'0000, 1);
  const Row kTable[] = {
      {kLocal, {}, 536, "<mss 1460>"},
      {kLocal, Rig::mss(900), 900, "<mss 1460>"},
      {kLocal, Rig::mss(9000), 1460, "<mss 1460>"},
      {kLocal, Rig::mss(0), 536, "<mss 1460>"},
      {kLocal,
       {std::byte{1}, std::byte{2}, std::byte{4}, std::byte{2}, std::byte{0}},
       512,
       "<mss 1460>"},
      {kLocal,
       {std::byte{253}, std::byte{3}, std::byte{9}, std::byte{2}, std::byte{4}, std::byte{2},
        std::byte{0}},
       512,
       "<mss 1460>"},
      {v6, {}, 1220, "<mss 1440>"},
      {v6, Rig::mss(1400), 1400, "<mss 1440>"},
  };
  for (const Row& row : kTable) {
    Rig rig{config_of(row.local)};
    const int listener = rig.listen();
    rig.inject(kSyn, 0, 0, 0, 65'535, row.options);
    const Lines lines = rig.sent();
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_NE(lines[0].find(row.ours), std::string::npos) << lines[0];
    rig.inject(kAck, 1, 1);
    const auto fd = static_cast<int>(rig.call(Op::Accept, listener)->value);
    rig.send(fd, 0, 4000);
    const auto n = std::to_string(row.expected);
    EXPECT_EQ(rig.sent().at(0),
              ". 1:" + std::to_string(row.expected + 1) + "(" + n + ") ack 1 win 65535");
  }
}

TEST(EngineArrival, BrokenOptionsHarmNothing) {
  const base::Bytes kTable[] = {
      {std::byte{2}, std::byte{0}, std::byte{0}, std::byte{0}},
      {std::byte{2}, std::byte{1}, std::byte{0}, std::byte{0}},
      {std::byte{2}, std::byte{255}, std::byte{5}, std::byte{180}},
      {std::byte{1}, std::byte{1}, std::byte{1}, std::byte{2}},
      {std::byte{2}, std::byte{3}, std::byte{5}, std::byte{0}},
  };
  for (const auto& options : kTable) {
    Rig rig;
    rig.listen();
    rig.inject(kSyn, 0, 0, 0, 65'535, options);
    rig.inject(kRst, 1);
    rig.inject(kSyn, 0, 0, 0, 65'535, Rig::mss(700));
    rig.inject(kAck, 1, 1);
    EXPECT_EQ(rig.state(), "ESTABLISHED");
    EXPECT_EQ(rig.status(StatusField::SendMss), 700);
  }
}

TEST(EngineArrival, ASynFromNoSingleHostIsIgnored) {
  for (const char* source :
       {"0.0.0.0", "224.0.0.1", "239.1.2.3", "255.255.255.255", "192.0.2.1", "127.0.0.1"}) {
    Rig rig;
    rig.listen();
    rig.set_remote({*wire::IpAddress::parse(source), kPeer});
    rig.inject(kSyn, 0);
    EXPECT_EQ(rig.sent(), Lines{}) << source;
    rig.set_local_port(1);
    rig.inject(kSyn, 0);
    EXPECT_EQ(rig.sent(), Lines{}) << source;
  }
}

TEST(EngineArrival, ABadChecksumOrHeaderIsDroppedInSilence) {
  Rig rig;
  rig.listen();
  wire::SegmentSpec spec;
  spec.checksum_flip = 0x0100;
  rig.inject(kSyn, 0, 0, 0, 65'535, spec);
  for (const int offset : {0, 1, 4, 15}) {
    wire::SegmentSpec wrong;
    wrong.data_offset = static_cast<std::uint8_t>(offset);
    rig.inject(kSyn, 0, 0, 0, 65'535, wrong);
  }
  EXPECT_EQ(rig.sent(), Lines{});
  rig.inject(kSyn, 0);
  EXPECT_EQ(rig.sent().size(), 1u);
}

TEST(EngineArrival, InitialSequenceNumbersFollowAClockOfFourMicroseconds) {
  Rig rig;
  rig.listen();
  rig.inject(kSyn, 0);
  const std::uint32_t first = rig.iss();
  rig.inject(kRst, 1);
  rig.wait(1s);
  rig.inject(kSyn, 0);
  EXPECT_EQ(rig.iss() - first, 250'000u);
}

}  // namespace
}  // namespace harness::engine
