#include "harness/observe/tcp_info.h"

#include <gtest/gtest.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

namespace harness::observe {
namespace {

using event::StatusField;
using event::TcpState;

constexpr std::size_t kReceiveWindow = offsetof(::tcp_info, tcpi_snd_wnd) + 4;

// As the kernel lays it out, of so many octets.
std::vector<std::byte> info_of(std::uint8_t state, std::size_t size) {
  ::tcp_info info{};
  info.tcpi_state = state;
  info.tcpi_retransmits = 2;
  info.tcpi_backoff = 3;
  info.tcpi_rto = 204'000;
  info.tcpi_snd_cwnd = 10;
  info.tcpi_total_retrans = 5;
  info.tcpi_snd_wnd = 65'535;
  std::vector<std::byte> octets(std::max(size, kReceiveWindow + 4));
  std::memcpy(octets.data(), &info, std::min(sizeof info, kReceiveWindow));
  const std::uint32_t window = 64'240;
  std::memcpy(octets.data() + kReceiveWindow, &window, sizeof window);
  octets.resize(size);
  return octets;
}

TEST(TcpInfo, FieldsAreTakenOver) {
  event::Status status;
  add_tcp_info(info_of(1, kReceiveWindow + 8), status);
  EXPECT_EQ(status.state(), TcpState::Established);
  EXPECT_EQ(status.get(StatusField::Retransmits), 2);
  EXPECT_EQ(status.get(StatusField::Backoff), 3);
  EXPECT_EQ(status.get(StatusField::Rto), 204'000);
  EXPECT_EQ(status.get(StatusField::SendCwnd), 10);
  EXPECT_EQ(status.get(StatusField::TotalRetransmits), 5);
  EXPECT_EQ(status.get(StatusField::SendWindow), 65'535);
  EXPECT_EQ(status.get(StatusField::ReceiveWindow), 64'240);
  EXPECT_FALSE(status.get(StatusField::SendUna));
}

TEST(TcpInfo, WhatAnOlderKernelDoesNotTellIsAbsent) {
  event::Status status;
  add_tcp_info(info_of(1, kReceiveWindow + 2), status);
  EXPECT_TRUE(status.get(StatusField::SendWindow));
  EXPECT_FALSE(status.get(StatusField::ReceiveWindow));
  event::Status old;
  add_tcp_info(info_of(1, 104), old);  // Linux 2.6.
  EXPECT_EQ(old.get(StatusField::TotalRetransmits), 5);
  EXPECT_FALSE(old.get(StatusField::SendWindow));
  event::Status nothing;
  add_tcp_info({}, nothing);
  EXPECT_EQ(nothing.present, 0u);
}

TEST(TcpInfo, AnyLengthIsSafe) {
  for (std::size_t size = 0; size < kReceiveWindow + 16; ++size) {
    event::Status status;
    add_tcp_info(info_of(4, size), status);
    EXPECT_EQ(status.state().has_value(), size > 0) << size;
  }
}

TEST(TcpInfo, OfAListenerOnlyTheStateHasItsUsualMeaning) {
  event::Status status;
  add_tcp_info(info_of(10, kReceiveWindow + 4), status);
  EXPECT_EQ(status.state(), TcpState::Listen);
  EXPECT_FALSE(status.get(StatusField::Unacked));
}

TEST(TcpInfo, ASocketWithoutAConnectionIsClosed) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_GE(fd, 0);
  const auto status = tcp_info(fd);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->state(), TcpState::Closed);
  ::close(fd);
  EXPECT_FALSE(tcp_info(-1));
}

}  // namespace
}  // namespace harness::observe
