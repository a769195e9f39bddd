#include "reports/call_text.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "harness/event/status.h"

namespace reports {
namespace {

using harness::event::Call;
using harness::event::Op;
using harness::event::Reply;

TEST(CallText, SaysWhatAnApplicationDid) {
  EXPECT_EQ(print(Call{.fd = 3, .op = Op::Listen, .args = {8}}, {}), "listen(3, 8) = 0");
  EXPECT_EQ(print(Call{.op = Op::Socket, .args = {2, 1, 6}}, {.result = 3}), "socket() = 3");
  EXPECT_EQ(print(Call{.fd = 4, .op = Op::Receive, .args = {0, 100}}, {.result = 20}),
            "recv(4, 100) = 20");
  EXPECT_EQ(print(Call{.fd = 4, .op = Op::Shutdown, .args = {1}}), "shutdown(4, SHUT_WR)");
  EXPECT_EQ(print(Call{.fd = 4, .op = Op::Close}), "close(4)");
  EXPECT_EQ(print(Call{.op = Op::World, .text = "net.ipv4.tcp_sack=0"}),
            "sysctl net.ipv4.tcp_sack=0");
}

TEST(CallText, NamesOptionsAndFlags) {
  EXPECT_EQ(print(Call{.fd = 3, .op = Op::SetOption, .args = {1, 2, 1}}),
            "setsockopt(3, SO_REUSEADDR, 1)");
  EXPECT_EQ(print(Call{.fd = 3, .op = Op::SetOption, .args = {6, 1, 1}}),
            "setsockopt(3, TCP_NODELAY, 1)");
  EXPECT_EQ(print(Call{.fd = 3, .op = Op::SetOption, .args = {77, 88, 1}}),
            "setsockopt(3, 77, 88, 1)");
  EXPECT_EQ(print(Call{.fd = 3, .op = Op::Control, .args = {4, 04000 | 2}}),
            "fcntl(3, F_SETFL, O_NONBLOCK)");
  EXPECT_EQ(print(Call{.fd = 3, .op = Op::Poll, .args = {1 | 4}}, {.result = 1, .flags = 4}),
            "poll(3, POLLIN|POLLOUT) = 1 POLLOUT");
}

TEST(CallText, NamesErrors) {
  EXPECT_EQ(print_result({.fd = 4, .op = Op::Accept}, {.result = -1, .error = EAGAIN}),
            "-1 EAGAIN");
  EXPECT_EQ(print_result({.fd = 4, .op = Op::Accept}, {.result = -1, .error = 4711}), "-1 4711");
}

TEST(CallText, AStatusIsAState) {
  harness::event::Status status;
  status.set(harness::event::StatusField::State, 6);
  const auto octets = harness::event::encode(status);
  EXPECT_EQ(print(Call{.op = Op::Status}, {.data = octets}), "state TIME-WAIT");
  EXPECT_EQ(print(Call{.fd = 3, .op = Op::Status}, {.result = -1, .error = ENOENT}),
            "state(3) CLOSED");
  EXPECT_EQ(print(Call{.fd = 3, .op = Op::Status}, {.result = -1, .error = EBADF}),
            "state(3) -1 EBADF");
}

}  // namespace
}  // namespace reports
