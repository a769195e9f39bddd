#include "tests/unit/engine/pair.h"

#include "harness/base/rng.h"

namespace harness::engine {
namespace {

using namespace test;
using Delays = std::vector<clock::Duration>;

Delays lossy(base::Rng& rng) {
  if (rng.chance({1, 20})) return {};
  return {1ms};
}
Delays duplicating(base::Rng& rng) {
  if (rng.chance({1, 5})) return {1ms, 2ms};
  return {1ms};
}
Delays reordering(base::Rng& rng) { return {1ms + std::chrono::microseconds{rng.below(5000)}}; }
Delays everything(base::Rng& rng) {
  if (rng.chance({1, 20})) return {};
  Delays delays{5ms + std::chrono::microseconds{rng.below(20'000)}};
  if (rng.chance({1, 10})) delays.push_back(30ms);
  return delays;
}

// Moves `octets` from one end to the other, both ends reading and writing as they can.
struct Transfer {
  std::uint64_t octets;
  std::uint64_t sent = 0, received = 0;
  bool intact = true, closed = false, ended = false;

  void write(Pair& pair, Pair::Side side, int fd) {
    while (sent < octets) {
      const auto data = stream(sent, std::min<std::uint64_t>(octets - sent, 10'000));
      const auto reply = pair.call(side, Op::Send, fd, {}, data);
      if (reply.result <= 0) return;
      sent += static_cast<std::uint64_t>(reply.result);
    }
    if (closed) return;
    closed = true;
    pair.call(side, Op::Shutdown, fd, {SHUT_WR, 0, 0});
  }
  void read(Pair& pair, Pair::Side side, int fd) {
    while (!ended) {
      const auto reply = pair.call(side, Op::Receive, fd, {0, 20'000, 0});
      if (reply.result < 0) return;
      ended = reply.result == 0;
      for (const std::byte octet : reply.data) intact = intact && octet == octet_at(received++);
    }
  }
};

struct Case {
  const char* name;
  Pair::Fate fate;
  std::uint64_t octets;
};

class EnginePair : public testing::TestWithParam<Case> {};

TEST_P(EnginePair, DeliversBothStreamsIntact) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    Config small = config_of(kLocal);
    small.receive_buffer = 20'000;
    Pair pair{GetParam().fate, config_of(kRemote), small, seed};
    const auto [client, server] = pair.connect();
    ASSERT_GE(server, 0);
    Transfer up{GetParam().octets}, down{GetParam().octets / 4};
    for (bool moving = true; moving && !(up.ended && down.ended);) {
      up.write(pair, Pair::kClient, client);
      down.write(pair, Pair::kServer, server);
      up.read(pair, Pair::kServer, server);
      down.read(pair, Pair::kClient, client);
      moving = pair.step(pair.now() + 1000s);
    }
    EXPECT_EQ(up.received, up.octets);
    EXPECT_EQ(down.received, down.octets);
    EXPECT_TRUE(up.intact && down.intact);
    EXPECT_TRUE(up.ended && down.ended);
    pair.call(Pair::kClient, Op::Close, client);
    pair.call(Pair::kServer, Op::Close, server);
    pair.settle(2000s);
    EXPECT_FALSE(pair.step(clock::kNever - 1s)) << "everything comes to rest";
  }
}

INSTANTIATE_TEST_SUITE_P(Pipes, EnginePair,
                         testing::Values(Case{"clean", Pair::clean, 1 << 20},
                                         Case{"lossy", lossy, 1 << 20},
                                         Case{"duplicating", duplicating, 1 << 20},
                                         Case{"reordering", reordering, 1 << 20},
                                         Case{"everything", everything, 1 << 18}),
                         [](const auto& one) { return one.param.name; });

TEST(EnginePairs, TwoThatProbeEachOtherMoveAgain) {
  // Neither reads until both windows are closed and probed (RFC 9293, appendix A.2).
  Pair pair;
  const auto [client, server] = pair.connect();
  Transfer up{300'000}, down{300'000};
  const auto write = [&, c = client, s = server] {
    up.write(pair, Pair::kClient, c);
    down.write(pair, Pair::kServer, s);
  };
  write();
  pair.settle(100s);
  write();
  pair.settle(100s);
  while (!(up.ended && down.ended)) {
    up.read(pair, Pair::kServer, server);
    down.read(pair, Pair::kClient, client);
    write();
    if (!pair.step(pair.now() + 1000s)) break;
  }
  EXPECT_EQ(up.received, up.octets);
  EXPECT_EQ(down.received, down.octets);
  EXPECT_TRUE(up.intact && down.intact);
}

TEST(EnginePairs, BothMayOpenAtOnce) {
  Pair pair;
  std::array<int, 2> fds{};
  for (const Pair::Side side : {Pair::kClient, Pair::kServer}) {
    fds[side] = static_cast<int>(
        pair.call(side, Op::Socket, -1, {AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0}).result);
    const auto& own = side == Pair::kClient ? kRemote : kLocal;
    pair.call(side, Op::Bind, fds[side], {}, event::encode(wire::Endpoint{own, 5000}));
  }
  for (const Pair::Side side : {Pair::kClient, Pair::kServer}) {
    const auto& other = side == Pair::kClient ? kLocal : kRemote;
    pair.call(side, Op::Connect, fds[side], {}, event::encode(wire::Endpoint{other, 5000}));
  }
  pair.settle(1s);
  for (const Pair::Side side : {Pair::kClient, Pair::kServer}) {
    const auto reply = pair.call(side, Op::Status, fds[side]);
    EXPECT_EQ(event::decode_status(reply.data)->state(), event::TcpState::Established);
  }
  EXPECT_EQ(pair.segments(), 4u);
}

}  // namespace
}  // namespace harness::engine
