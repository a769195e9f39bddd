#include "harness/observe/sock_diag.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace harness::observe {
namespace {

using event::StatusField;
using event::TcpState;

// A connection over the loopback device, both of its ends, and the listener between.
class SockDiagTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!diag_.works()) GTEST_SKIP() << "This kernel has no tcp_diag: `modprobe tcp_diag` as root.";
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const at = reinterpret_cast<sockaddr*>(&address);
    ASSERT_EQ(::bind(listener_, at, length), 0);
    ASSERT_EQ(::listen(listener_, 7), 0);
    ASSERT_EQ(::getsockname(listener_, at, &length), 0);
    server_ = {wire::IpAddress::v4(INADDR_LOOPBACK), ntohs(address.sin_port)};
    if (::connect(client_fd_, at, length) != 0) GTEST_SKIP() << "The loopback device is down.";
    ASSERT_EQ(::getsockname(client_fd_, at, &length), 0);
    client_ = {wire::IpAddress::v4(INADDR_LOOPBACK), ntohs(address.sin_port)};
  }
  void TearDown() override {
    ::close(client_fd_);
    ::close(listener_);
  }

  SockDiag diag_;
  int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int client_fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  wire::Endpoint server_, client_;
};

TEST_F(SockDiagTest, AConnectionIsFoundFromEitherEnd) {
  ASSERT_EQ(::send(client_fd_, "four", 4, MSG_NOSIGNAL), 4);
  const auto here = diag_.connection_status({client_, server_});
  const auto there = diag_.connection_status({server_, client_});
  ASSERT_TRUE(here && there);
  EXPECT_EQ(here->state(), TcpState::Established);
  EXPECT_EQ(there->state(), TcpState::Established);
  EXPECT_EQ(there->get(StatusField::ReceiveQueue), 4);
  EXPECT_GT(here->get(StatusField::Rto).value_or(0), 0);
}

TEST_F(SockDiagTest, AListenerIsFoundWithItsQueue) {
  const auto status = diag_.listener_status(server_);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->state(), TcpState::Listen);
  EXPECT_EQ(status->get(StatusField::ReceiveQueue), 1);
  EXPECT_EQ(status->get(StatusField::SendQueue), 7);
  EXPECT_FALSE(diag_.listener_status(client_));
}

TEST_F(SockDiagTest, AConnectionThatIsNotThereIsNotTheListener) {
  const wire::Endpoint nobody{wire::IpAddress::v4(INADDR_LOOPBACK), 1};
  EXPECT_FALSE(diag_.connection_status({server_, nobody}));
  EXPECT_FALSE(diag_.connection_status({nobody, server_}));
  EXPECT_FALSE(diag_.connection_status({server_, {wire::IpAddress::v6(0, 1), 1}}));
}

}  // namespace
}  // namespace harness::observe
