#include "harness/target/inproc/inproc.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "harness/base/bytes.h"
#include "harness/event/call.h"
#include "harness/event/status.h"
#include "harness/wire/craft.h"
#include "harness/wire/datagram_view.h"

namespace harness::target::inproc {
namespace {

using namespace std::chrono_literals;
using event::Call;
using event::Op;

const Host kHost{.local = *wire::IpAddress::parse("192.0.2.1"),
                 .remote = *wire::IpAddress::parse("198.51.100.1"),
                 .rng = base::Rng{1}};

class InprocTest : public testing::Test {
 protected:
  event::Reply ask(Call call) {
    call.id = ++calls_;
    target_->submit(call, trace_);
    const auto& last = trace_[trace_.size() - 1];
    EXPECT_EQ(last.kind, event::Kind::Reply);
    return trace_.reply(last);
  }
  void listen() {
    ask({.op = Op::Socket, .args = {AF_INET, SOCK_STREAM, IPPROTO_TCP}});
    ask({.fd = 3, .op = Op::Bind, .data = event::encode(wire::Endpoint{kHost.local, 8080})});
    ask({.fd = 3, .op = Op::Listen, .args = {1}});
  }
  event::Packet syn() {
    const auto octets = wire::craft({}, {.source = kHost.remote, .destination = kHost.local},
                                    {.source = 40000,
                                     .destination = 8080,
                                     .seq = wire::SeqNum{0xFFFF'FFFA},
                                     .flags = wire::kSyn,
                                     .window = 65535});
    return {
        .direction = event::Direction::ToTarget, .id = trace_.size(), .body = trace_.keep(octets)};
  }

  std::unique_ptr<Target> target_ = make(kHost);
  event::Trace trace_;
  std::uint32_t calls_ = 0;
};

TEST_F(InprocTest, ItAnswersADatagramWhileItIsSubmitted) {
  listen();
  const auto before = trace_.size();
  target_->submit(syn(), trace_);
  ASSERT_EQ(trace_.size(), before + 2);
  EXPECT_EQ(trace_[before].direction, event::Direction::ToTarget);
  EXPECT_EQ(trace_[before + 1].direction, event::Direction::FromTarget);
  EXPECT_EQ(trace_[before + 1].cause, before);  // A reaction names what it reacts to.
}

TEST_F(InprocTest, ItsTimeJumpsAndItsTimersFireWhenCollected) {
  listen();
  target_->submit(syn(), trace_);
  const auto due = target_->next_deadline();
  ASSERT_TRUE(due);
  EXPECT_EQ(target_->wait(*due), *due);
  const auto before = trace_.size();
  target_->collect(trace_);
  ASSERT_EQ(trace_.size(), before + 1);  // The SYN,ACK again.
  EXPECT_EQ(trace_[before].at, *due);
  EXPECT_EQ(trace_[before].cause, event::kNoRecord);
}

TEST_F(InprocTest, ItTellsTheStateOfAConnectionAndThatThereIsNone) {
  listen();
  const auto tuple =
      event::encode(wire::FourTuple{.local = {kHost.local, 8080}, .remote = {kHost.remote, 40000}});
  EXPECT_EQ(ask({.op = Op::Status, .data = tuple}).error, ENOENT);
  target_->submit(syn(), trace_);
  const auto status = event::decode_status(ask({.op = Op::Status, .data = tuple}).data);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->state(), event::TcpState::SynReceived);
}

TEST_F(InprocTest, ItSharesTheClockOfARun) {
  auto host = kHost;
  host.clock = std::make_shared<clock::VirtualClock>();
  const auto one = make(host), other = make(host);
  one->wait(clock::kStart + 5s);
  EXPECT_EQ(other->now(), clock::kStart + 5s);
}

}  // namespace
}  // namespace harness::target::inproc
