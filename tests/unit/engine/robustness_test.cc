#include "tests/unit/engine/rig.h"

namespace harness::engine {
namespace {

using namespace test;

base::Bytes noise(base::Rng& rng, std::size_t octets) {
  base::Bytes bytes(octets);
  for (std::byte& b : bytes) b = static_cast<std::byte>(rng.below(256));
  return bytes;
}

TEST(EngineRobustness, RandomOctetsAreIgnored) {
  base::Rng rng{1};
  Rig rig;
  rig.listen();
  for (int i = 0; i < 20'000; ++i) {
    base::Bytes datagram = noise(rng, rng.below(100));
    if (!datagram.empty() && rng.chance({1, 2})) {
      datagram[0] = rng.chance({1, 2}) ? std::byte{0x45} : std::byte{0x60};
    }
    rig.deliver(datagram);
  }
  EXPECT_EQ(rig.sent(), Lines{});
}

TEST(EngineRobustness, TruncatedDatagramsAreIgnored) {
  Rig whole;
  whole.listen();
  whole.inject(wire::kSyn, 0, 0, 30, 65'535, Rig::mss(1000));
  const auto& trace = whole.trace();
  event::Span datagram;
  for (const auto& record : trace.records()) {
    if (record.kind == event::Kind::Packet && record.direction == event::Direction::ToTarget) {
      datagram = trace.body(record);
    }
  }
  for (std::size_t length = 0; length < datagram.size(); ++length) {
    Rig rig;
    rig.listen();
    rig.deliver(datagram.first(length));
    EXPECT_EQ(rig.sent(), Lines{}) << length;
  }
}

// Segments that are near what is right, calls and time in any order: whatever happens, the stack
// stands, and comes to rest.
class Storm {
 public:
  explicit Storm(std::uint64_t seed) : rng_(seed), rig_(config()) {}

  void blow(int gusts) {
    rig_.world("net.ipv4.tcp_retries2=4");
    for (int i = 0; i < gusts; ++i) {
      switch (rng_.below(8)) {
        case 0:
          call();
          break;
        case 1:
          rig_.wait(std::chrono::milliseconds{rng_.below(3000)});
          break;
        default:
          segment();
          break;
      }
    }
    for (int fd = 3; fd < 200; ++fd) rig_.call(Op::Close, fd);
    rig_.wait(100'000s);
    EXPECT_EQ(rig_.next_deadline(), std::nullopt);
    EXPECT_EQ(rig_.state(), "none");
  }

 private:
  static Config config() {
    Config config = config_of(kLocal);
    config.receive_buffer = 3000;
    config.send_buffer = 5000;
    return config;
  }
  std::uint32_t near(StatusField field, std::uint32_t base) {
    const auto value = rig_.status(field);
    const std::uint32_t at = value ? static_cast<std::uint32_t>(*value) - base : 0;
    constexpr std::uint32_t kSteps[] = {0, 0, 0, 0, 0, 1, 0u - 1, 10, 0u - 10, 1460, 3000, 70'000};
    return rng_.chance({1, 40}) ? static_cast<std::uint32_t>(rng_.next())
                                : at + kSteps[rng_.below(std::size(kSteps))];
  }
  void segment() {
    rig_.set_remote({kRemote, static_cast<wire::Port>(kPeer + rng_.below(2))});
    constexpr wire::Flags kUsual[] = {wire::kSyn,
                                      wire::kAck,
                                      wire::kAck,
                                      wire::kAck | wire::kPsh,
                                      wire::kFin | wire::kAck,
                                      wire::kSyn | wire::kAck};
    wire::Flags flags = kUsual[rng_.below(std::size(kUsual))];
    if (rng_.chance({1, 10})) flags.bits = static_cast<std::uint16_t>(rng_.below(512));
    if (rng_.chance({1, 30})) flags = wire::kRst;
    base::Bytes options;
    if (rng_.chance({1, 5})) options = noise(rng_, rng_.below(40));
    if (flags.syn() && rng_.chance({1, 2}))
      options = Rig::mss(static_cast<std::uint16_t>(rng_.below(70)));
    const std::size_t octets = rng_.chance({1, 3}) ? rng_.below(2000) : 0;
    const std::uint16_t window =
        rng_.chance({1, 6}) ? 0 : static_cast<std::uint16_t>(rng_.below(65'536));
    const std::uint32_t seq = near(StatusField::ReceiveNxt, Rig::kPeerIsn);
    const std::uint32_t ack = near(StatusField::SendNxt, rig_.iss());
    rig_.inject(flags, seq, ack, octets, window, std::move(options));
    rig_.sent();
    rig_.timed();
  }
  void call() {
    constexpr Op kOps[] = {Op::Accept,  Op::Accept,    Op::Send,      Op::Send,    Op::Receive,
                           Op::Receive, Op::Shutdown,  Op::Close,     Op::Abort,   Op::Status,
                           Op::Poll,    Op::SetOption, Op::GetOption, Op::Control, Op::Connect,
                           Op::Socket,  Op::Listen};
    const int fd = 3 + static_cast<int>(rng_.below(5));
    const Op op = kOps[rng_.below(std::size(kOps))];
    switch (op) {
      case Op::Send:
        rig_.send(fd, 0, rng_.below(4000));
        break;
      case Op::Receive:
        rig_.receive(fd, static_cast<std::int64_t>(rng_.below(4000)));
        break;
      case Op::Connect:
        rig_.connect(fd);
        break;
      case Op::Socket:
        rig_.socket(rng_.chance({1, 2}));
        break;
      case Op::Listen:
        rig_.set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
        rig_.call(Op::Bind, fd, {}, event::encode(wire::Endpoint{kLocal, kService}));
        rig_.call(Op::Listen, fd, {static_cast<std::int64_t>(rng_.below(3)), 0, 0});
        break;
      case Op::SetOption:
        if (rng_.chance({1, 4})) {
          rig_.linger(fd, static_cast<int>(rng_.below(3)));
        } else {
          rig_.set(fd, rng_.chance({1, 2}) ? SOL_SOCKET : IPPROTO_TCP,
                   static_cast<int>(rng_.below(40)), static_cast<int>(rng_.below(5000)));
        }
        break;
      default:
        rig_.call(op, fd,
                  {static_cast<std::int64_t>(rng_.below(5)),
                   static_cast<std::int64_t>(rng_.below(5000)), 4});
        break;
    }
  }

  base::Rng rng_;
  Rig rig_;
};

TEST(EngineRobustness, NoStormOfSegmentsCallsAndTimeShakesIt) {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE(seed);
    Storm{seed}.blow(600);
  }
}

TEST(EngineRobustness, TheSameInputGivesTheSameOctets) {
  std::array<base::Bytes, 2> octets;
  for (base::Bytes& one : octets) {
    Rig rig;
    const int fd = rig.accepted();
    rig.send(fd, 0, 5000);
    rig.wait(5s);
    for (const auto& record : rig.trace().records()) {
      const auto body = rig.trace().body(record);
      one.insert(one.end(), body.begin(), body.end());
    }
  }
  EXPECT_EQ(octets[0], octets[1]);
}

}  // namespace
}  // namespace harness::engine
