#include "harness/matrix/probe.h"

#include <gtest/gtest.h>

#include <set>

#include "harness/matrix/state.h"

namespace harness::matrix {
namespace {

TEST(MatrixProbe, ThereAreFiftyThreeAndNoTwoAreTheSame) {
  std::set<std::string_view> names;
  for (const Probe& probe : probes()) names.insert(probe.name);
  EXPECT_EQ(probes().size(), 53u);
  EXPECT_EQ(names.size(), 53u);
}

TEST(MatrixProbe, NumbersAreCountedFromTheConnectionsOwnOverTheWrap) {
  const Numbers n{
      .rcv_nxt = 0xFFFF'FFFF, .irs = 3, .snd_una = 100, .snd_nxt = 200, .rcv_wnd = 10, .iss = {}};
  EXPECT_EQ(number({Anchor::RcvNxt, 100}, n), 99u);
  EXPECT_EQ(number({Anchor::RightEdge, -1}, n), 8u);
  EXPECT_EQ(number({Anchor::SndUna, -200}, n), 0xFFFF'FF9Cu);
  EXPECT_EQ(number({Anchor::SndNxt}, n), 200u);
  EXPECT_EQ(number({Anchor::Irs}, n), 3u);
  EXPECT_EQ(number({}, n), 0u);
}

TEST(MatrixState, EachHasANameThatIsReadBack) {
  EXPECT_EQ(states().size(), 13u);
  for (const State state : states()) EXPECT_EQ(state_named(name(state)), state);
  EXPECT_FALSE(state_named("ESTABLISHED "));
}

}  // namespace
}  // namespace harness::matrix
