#include "tests/unit/model/conversation.h"
#include "tests/unit/wire/allocations.h"

namespace harness::model {
namespace {

TEST(Warm, AModelAllocatesNothing) {
  const Conversation conversation{
      passive("mss 1460 ts 100/0", "mss 1460 ts 7000/100") +
      Lines{"+.1 < P. 1 len 100 ack 1 ts 210/7000", "> . 1 ack 101 ts 7110/210", "read 100",
            "write 200", "> P. 1 len 200 ack 101 ts 7110/210", "+.01 < . 101 ack 201 ts 220/7110",
            "close", "> F. 201 ack 101 ts 7120/220", "+.01 < F. 101 ack 202 ts 230/7120",
            "> . 202 ack 102 ts 7130/230", "+1 wait"}};
  const auto& trace = conversation.trace();
  const auto assume = assumptions_of(trace);
  Model model{assume};
  const auto judge = [&] {
    model.clear(assume);
    for (std::uint32_t i = 0; i < trace.size(); ++i) model.step(trace, i);
    model.finish(trace);
  };
  judge();
  const auto before = wire::allocations();
  for (int i = 0; i < 3; ++i) judge();
  EXPECT_EQ(wire::allocations(), before);
}

}  // namespace
}  // namespace harness::model
