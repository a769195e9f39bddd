#include "tests/unit/engine/rig.h"

namespace harness::engine {
namespace {

using namespace test;
using wire::kAck;
using wire::kFin;
using wire::kRst;
using wire::kSyn;

base::Bytes ts(std::uint32_t val, std::uint32_t ecr) {
  base::Bytes options = Rig::mss(1460);
  options.resize(16);
  base::store32(options.data() + 4, 0x0101'080A);
  base::store32(options.data() + 8, val);
  base::store32(options.data() + 12, ecr);
  return options;
}

// We closed first; the peer's FIN was at 1. Its last timestamp, if any, was 100.
struct TimeWait : Rig {
  explicit TimeWait(bool timestamps, Config config = config_of(kLocal)) : Rig(config) {
    const int fd = accepted_with(timestamps);
    call(Op::Close, fd);
    inject(kFin | kAck, 1, 2, 0, 65'535, timestamps ? ts(100, 0) : base::Bytes{});
    EXPECT_EQ(state(), "TIME-WAIT");
    sent();
  }
  int accepted_with(bool timestamps) {
    const int listener = listen();
    inject(kSyn, 0, 0, 0, 65'535, timestamps ? ts(99, 0) : mss(1460));
    inject(kAck, 1, 1, 0, 65'535, timestamps ? ts(100, 0) : base::Bytes{});
    return static_cast<int>(call(Op::Accept, listener)->value);
  }
  // Does a SYN with this number and timestamp open a new connection?
  bool opens(std::uint32_t seq, std::optional<std::uint32_t> val) {
    inject(kSyn, seq, 0, 0, 65'535, val ? ts(*val, 0) : mss(1460));
    return state() == "SYN-RECEIVED";
  }
};

TEST(EngineReopening, ANewerTimestampOpensWhateverTheSequenceNumber) {
  EXPECT_TRUE(TimeWait{true}.opens(0u - 500'000, 101));
  EXPECT_TRUE(TimeWait{true}.opens(500'000, 101));
}

TEST(EngineReopening, TheSameTimestampOrNoneNeedsAHigherSequenceNumber) {
  EXPECT_TRUE(TimeWait{true}.opens(500'000, 100));
  EXPECT_FALSE(TimeWait{true}.opens(0u - 500'000, 100));
  EXPECT_TRUE(TimeWait{true}.opens(500'000, std::nullopt));
  EXPECT_FALSE(TimeWait{true}.opens(0u - 500'000, std::nullopt));
}

TEST(EngineReopening, AnOlderTimestampOpensNothing) {
  EXPECT_FALSE(TimeWait{true}.opens(500'000, 99));
}

TEST(EngineReopening, WhereTheOldConnectionHadNoneATimestampIsEnough) {
  EXPECT_TRUE(TimeWait{false}.opens(0u - 500'000, 5));
  EXPECT_TRUE(TimeWait{false}.opens(500'000, std::nullopt));
  EXPECT_FALSE(TimeWait{false}.opens(0u - 500'000, std::nullopt));
}

// MAY-2, 2; and 3.10.7.4, fourth: from LISTEN, a SYN in the window leads back there.
TEST(EngineReopening, AResetSaysThatTheSynWasOldAndAnotherSynDoesNot) {
  for (const bool reset : {true, false}) {
    TimeWait rig{false};
    EXPECT_TRUE(rig.opens(500'000, std::nullopt));
    rig.inject(reset ? kRst : kSyn, reset ? 500'001 : 500'010);
    EXPECT_EQ(rig.state(), reset ? "TIME-WAIT" : "none");
  }
}

TEST(EngineReopening, AResetEndsItUnlessTheHostWasToldOtherwise) {
  for (const bool rfc1337 : {false, true}) {
    Config config = config_of(kLocal);
    config.rfc1337 = rfc1337;
    TimeWait rig{false, config};
    rig.inject(kRst, 2);
    EXPECT_EQ(rig.state(), rfc1337 ? "TIME-WAIT" : "none");
  }
}

}  // namespace
}  // namespace harness::engine
