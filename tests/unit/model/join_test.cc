#include "harness/model/join.h"

#include <gtest/gtest.h>

#include "harness/model/close.h"
#include "harness/model/frontier.h"
#include "tests/unit/model/conversation.h"

namespace harness::model {
namespace {

Hypothesis open() {
  Hypothesis h;
  h.phase = Phase::Synchronized;
  h.una = h.una_high = h.nxt = 1;
  h.rcv = h.rcv_high = h.acked = 1;
  h.edge_low = h.edge_high = 1001;
  return h;
}

TEST(Join, LeavesOpenWhatDiffers) {
  Hypothesis taken = open(), dropped = open();
  taken.rcv = taken.rcv_high = 101;
  dropped.edge_low = 501;
  dropped.ack_credit = 2;
  ASSERT_TRUE(join(taken, dropped));
  EXPECT_EQ(taken.rcv, 1);
  EXPECT_EQ(taken.rcv_high, 101);
  EXPECT_EQ(taken.edge_low, 501);
  EXPECT_EQ(taken.edge_high, 1001);
  EXPECT_EQ(taken.ack_credit, 2);
}

// Where there is no room for one more, and only then.
TEST(Join, OfWhatIsOverLeavesTheEndOpenAtAnyPrice) {
  Hypothesis gone = open(), reset = open();
  gone.phase = reset.phase = Phase::Closed;
  gone.ending = Ending::Aborted;
  gone.told = true;
  reset.ending = Ending::Reset;
  reset.fin = 3;
  reset.irs = 7;
  EXPECT_FALSE(join(gone, reset));
  ASSERT_TRUE(join(gone, reset, true));
  EXPECT_EQ(gone.ending, Ending::Any);
  EXPECT_TRUE(gone.told);
  Hypothesis lives = open();
  EXPECT_FALSE(join(lives, gone, true));
}

TEST(Join, LeavesOpenWhetherAFinThatIsNotCountedCame) {
  Hypothesis came = open(), none = open();
  came.fin = 3;
  ASSERT_TRUE(join(none, came));
  EXPECT_EQ(none.fin, 3);
  Hypothesis counted = open();
  counted.fin = 3;
  counted.rcv = counted.rcv_high = 4;
  none = open();
  EXPECT_FALSE(join(none, counted));
  Hypothesis text = open();  // It ends where the FIN would.
  text.rcv = text.rcv_high = 4;
  EXPECT_FALSE(join(text, came));
}

TEST(Join, OfTimeWaitCountsFromTheEarlier) {
  Hypothesis a = open(), b = open();
  a.phase = b.phase = Phase::TimeWait;
  a.time_wait_since = 20;
  b.time_wait_since = 10;
  ASSERT_TRUE(join(a, b));
  EXPECT_EQ(a.time_wait_since, 10);
}

TEST(Join, OwesWhatBothOweAndAsLateAsEither) {
  Hypothesis a = open(), b = open();
  a.owed.set(Debt::Ack, {.latest = 10, .cause = 1, .rule = Id::AckDelay});
  b.owed.set(Debt::Ack, {.latest = 20, .cause = 2, .rule = Id::AckDelay});
  a.owed.set(Debt::Challenge, {.latest = 10, .cause = 1, .rule = Id::EmptyAck});
  ASSERT_TRUE(join(a, b));
  EXPECT_EQ(a.debt(Debt::Ack).latest, 20);
  EXPECT_EQ(a.debt(Debt::Ack).cause, 2u);
  EXPECT_FALSE(a.debt(Debt::Challenge).owed());
}

TEST(Join, KeepsEveryResetThatIsOwedOrAllowsAny) {
  Hypothesis a = open(), b = open();
  a.resets[a.resets_owed++] = {.seq = 1};
  b.resets[b.resets_owed++] = {.seq = 2};
  ASSERT_TRUE(join(a, b));
  EXPECT_EQ(a.resets_owed, 2);
  EXPECT_FALSE(a.resets[1].any);
  b.resets[0] = {.seq = 3};
  ASSERT_TRUE(join(a, b));
  EXPECT_EQ(a.resets_owed, 2);
  EXPECT_EQ(a.resets[0].seq, 1u);
  EXPECT_TRUE(a.resets[1].any);
}

TEST(Join, OwesTheResetThatBothMustSend) {
  const ResetForm must{.seq = 1, .must = true}, may{.seq = 2};
  const Obligation owed{.latest = 10, .cause = 1, .rule = Id::HalfOpenData};
  Hypothesis a = open(), b = open();
  a.resets = b.resets = {must, may};
  a.resets_owed = b.resets_owed = 2;
  a.owed.set(Debt::Reset, owed);
  b.owed.set(Debt::Reset, owed);
  ASSERT_TRUE(join(a, b));
  EXPECT_TRUE(a.resets[0].must);
  EXPECT_TRUE(a.debt(Debt::Reset).owed());
  // Where one need not send it, it is no more than allowed: what comes next is owed alone.
  b.resets[0].must = false;
  b.clear(Debt::Reset);
  ASSERT_TRUE(join(a, b));
  EXPECT_EQ(a.resets_owed, 2);
  EXPECT_FALSE(a.resets[0].must);
  EXPECT_FALSE(a.debt(Debt::Reset).owed());
}

TEST(Join, LeavesOpenWhetherAnOrphanHasBegunToWait) {
  Hypothesis waits = open(), acked = open();
  waits.nxt = acked.nxt = acked.una = acked.una_high = 2;
  waits.own_fin = acked.own_fin = 1;
  waits.last_arrival = acked.last_arrival = kSecond;
  Connection facts;
  facts.closed = true;
  Findings findings;
  const Assumptions assume;
  const auto at = [&](Time now) {
    return Judgement{
        .assume = assume, .facts = facts, .findings = findings, .when = {now, now}, .record = 0};
  };
  EXPECT_FALSE(orphan_may_end(waits, at(kOrphan + kSecond)));
  ASSERT_TRUE(join(waits, acked));
  EXPECT_TRUE(orphan_may_end(waits, at(kOrphan + kSecond)));
  EXPECT_FALSE(orphan_may_end(waits, at(kOrphan - 1)));
}

TEST(Join, OfWhatIsOverLooksAtNoNumbersOfItsOwn) {
  Hypothesis a = open(), b = open();
  b.nxt = 500;
  b.advertised = b.edge_last = 9000;
  EXPECT_FALSE(join(a, b));
  a.phase = b.phase = Phase::Closed;
  a.ending = b.ending = Ending::Reset;
  b.resets[b.resets_owed++] = {.seq = 2};
  EXPECT_TRUE(join(a, b));
  EXPECT_EQ(a.resets_owed, 1);
  b.ending = Ending::Normal;
  EXPECT_FALSE(join(a, b));
}

TEST(Join, OfWhatIsOverLeavesOpenWhetherAFinCame) {
  Hypothesis a = open(), b = open();
  a.phase = b.phase = Phase::Closed;
  a.ending = b.ending = Ending::Reset;
  a.rcv = a.rcv_high = b.rcv = b.rcv_high = 7;
  b.fin = 6;
  ASSERT_TRUE(join(a, b));
  EXPECT_EQ(a.fin, 6);
  EXPECT_TRUE(a.fin_perhaps());
  EXPECT_FALSE(a.fin_received());
  b.fin = 5;  // It stands in one place or another.
  EXPECT_FALSE(join(a, b));
}

TEST(Join, RefusesWhereAStateOrAnEndDiffers) {
  Hypothesis a = open(), b = open();
  b.fin = 5;
  b.rcv = b.rcv_high = 6;
  EXPECT_FALSE(join(a, b));
  b = open();
  b.phase = Phase::TimeWait;
  EXPECT_FALSE(join(a, b));
  b = open();
  b.iss = 1;
  EXPECT_FALSE(join(a, b));
}

// A listener that defers (TCP_DEFER_ACCEPT) may let the last ACK of a handshake wait: whatever came
// since is perhaps taken, perhaps not.
TEST(Join, KeepsTheFrontierNarrow) {
  Lines lines = {"listen", "listener 6 9 1", "< S 0 mss 1460", "> S. 0 ack 1 mss 1460",
                 "+.01 < . 1 ack 1"};
  for (int i = 0; i < 8; ++i) {
    lines.push_back("< P. " + std::to_string(1 + 10 * i) + " len 10 ack 1");
  }
  const Lines all = lines + Lines{"+.1 > . 1 ack 81", "+1 wait"};
  const Conversation conversation{all};
  Model model{assumptions_of(conversation.trace())};
  for (std::uint32_t i = 0; i < conversation.trace().size(); ++i) {
    model.step(conversation.trace(), i);
  }
  model.finish(conversation.trace());
  EXPECT_EQ(model.undecided(), 0u);
  EXPECT_LE(model.widest_frontier(), Frontier::kWide);
  EXPECT_EQ(broken(all), std::vector<std::string>{});
  EXPECT_EQ(broken(lines + Lines{"+.1 > . 1 ack 91", "+1 wait"}),
            std::vector<std::string>{"9293-3.4-acceptability"});
}

}  // namespace
}  // namespace harness::model
