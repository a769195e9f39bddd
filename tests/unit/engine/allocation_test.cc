#include "tests/unit/engine/rig.h"
#include "tests/unit/wire/allocations.h"

namespace harness::engine {
namespace {

using namespace test;

class Network {
 public:
  Network()
      : stacks_{Stack{config_of(kRemote), base::Rng{1}}, Stack{config_of(kLocal), base::Rng{2}}} {}

  event::Reply call(std::size_t side, Op op, int fd, std::array<std::int64_t, 3> args = {},
                    event::Span data = {}) {
    Out out{trace_, now_, event::kNoRecord};
    stacks_[side].step(now_, {.id = 1, .fd = fd, .op = op, .args = args, .data = data, .text = {}},
                       out);
    event::Reply reply{};
    for (std::uint32_t i = seen_; i < trace_.size(); ++i) {
      if (trace_[i].kind == event::Kind::Reply) reply = trace_.reply(trace_[i]);
    }
    carry(side);
    return reply;
  }
  void clear() {
    trace_.clear();
    seen_ = 0;
  }
  void pass(clock::Duration time) {
    now_ += time;
    for (const std::size_t side : {0u, 1u}) {
      Out out{trace_, now_, event::kNoRecord};
      stacks_[side].step(now_, out);
      carry(side);
    }
  }

 private:
  // What one says, the other hears at once.
  void carry(std::size_t side) {
    for (int quiet = 0; quiet < 2; side = 1 - side) {
      const std::uint32_t end = trace_.size();
      quiet = seen_ == end ? quiet + 1 : 0;
      for (; seen_ < end; ++seen_) {
        const event::Record record = trace_[seen_];
        if (record.kind != event::Kind::Packet) continue;
        Out out{trace_, now_, event::kNoRecord};
        stacks_[1 - side].step(now_, trace_.body(record), out);
      }
    }
  }

  std::array<Stack, 2> stacks_;
  event::Trace trace_;
  clock::Instant now_{};
  std::uint32_t seen_ = 0;
};

// Both ways; the octets that arrived.
std::int64_t exchange(Network& net, int client, int server, const base::Bytes& data) {
  std::int64_t octets = 0;
  for (int i = 0; i < 20; ++i) {
    net.call(0, Op::Send, client, {}, data);
    octets += net.call(1, Op::Receive, server, {0, 100'000, 0}).result;
    net.call(1, Op::Send, server, {}, data);
    octets += net.call(0, Op::Receive, client, {0, 100'000, 0}).result;
    net.pass(1s);
  }
  return octets;
}

TEST(EngineAllocation, AnOpenConnectionAllocatesNothing) {
  Network net;
  const auto listener = static_cast<int>(
      net.call(1, Op::Socket, -1, {AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0}).result);
  net.call(1, Op::Bind, listener, {}, event::encode(wire::Endpoint{kLocal, kService}));
  net.call(1, Op::Listen, listener, {10, 0, 0});
  const auto client = static_cast<int>(
      net.call(0, Op::Socket, -1, {AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0}).result);
  net.call(0, Op::Connect, client, {}, event::encode(wire::Endpoint{kLocal, kService}));
  const auto server = static_cast<int>(net.call(1, Op::Accept, listener).result);
  ASSERT_GE(server, 0);
  const base::Bytes data = stream(0, 30'000);
  exchange(net, client, server, data);  // Warm: rings, the trace's own room.
  net.clear();
  exchange(net, client, server, data);
  net.clear();
  const auto before = wire::allocations();
  const std::int64_t octets = exchange(net, client, server, data);
  EXPECT_EQ(wire::allocations(), before);
  EXPECT_EQ(octets, 20 * 2 * 30'000);
}

}  // namespace
}  // namespace harness::engine
