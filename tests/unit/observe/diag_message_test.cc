#include "harness/observe/diag_message.h"

#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/tcp.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include "harness/base/bytes.h"

namespace harness::observe {
namespace {

using event::StatusField;
using event::TcpState;

inet_diag_msg message(std::uint8_t state) {
  inet_diag_msg m{};
  m.idiag_family = AF_INET;
  m.idiag_state = state;
  base::store32(reinterpret_cast<std::byte*>(m.id.idiag_src), 0xC0A8'0001);
  base::store32(reinterpret_cast<std::byte*>(m.id.idiag_dst), 0xC000'0201);
  base::store16(reinterpret_cast<std::byte*>(&m.id.idiag_sport), 8080);
  base::store16(reinterpret_cast<std::byte*>(&m.id.idiag_dport), 40001);
  return m;
}

template <class T>
void add(std::vector<std::byte>& octets, const T& value) {
  const auto bytes = std::as_bytes(std::span{&value, 1});
  octets.insert(octets.end(), bytes.begin(), bytes.end());
}

TEST(DiagMessage, TimeWaitHasItsTimerAndNoInfo) {
  auto m = message(6);
  m.idiag_timer = 3;
  m.idiag_expires = 59'990;
  std::vector<std::byte> octets;
  add(octets, m);
  const auto read = read_diag_message(octets);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->connection.local.print(), "192.168.0.1:8080");
  EXPECT_EQ(read->connection.remote.print(), "192.0.2.1:40001");
  EXPECT_EQ(read->status.state(), TcpState::TimeWait);
  EXPECT_EQ(read->status.get(StatusField::Timer), 3);
  EXPECT_EQ(read->status.get(StatusField::TimerLeft), 59'990'000);
  EXPECT_FALSE(read->status.get(StatusField::Rto));
}

TEST(DiagMessage, TheCounterIsThatOfTheTimer) {
  auto m = message(1);
  m.idiag_timer = 1;
  m.idiag_retrans = 4;
  std::vector<std::byte> octets;
  add(octets, m);
  EXPECT_EQ(read_diag_message(octets)->status.get(StatusField::Retransmits), 4);
  EXPECT_FALSE(read_diag_message(octets)->status.get(StatusField::Probes));
  m.idiag_timer = 4;
  octets.clear();
  add(octets, m);
  EXPECT_EQ(read_diag_message(octets)->status.get(StatusField::Probes), 4);
  m.idiag_timer = 0;
  octets.clear();
  add(octets, m);
  EXPECT_FALSE(read_diag_message(octets)->status.get(StatusField::TimerLeft));
}

TEST(DiagMessage, AttributesAreWalkedAndATornOneEndsTheWalk) {
  std::vector<std::byte> octets;
  add(octets, message(1));
  add(octets, nlattr{.nla_len = 5, .nla_type = INET_DIAG_SHUTDOWN});
  add(octets, std::uint32_t{0});  // Its one octet, padded.
  tcp_info info{};
  info.tcpi_state = 1;
  info.tcpi_rto = 200'000;
  add(octets, nlattr{.nla_len = sizeof(nlattr) + sizeof info, .nla_type = INET_DIAG_INFO});
  add(octets, info);
  EXPECT_EQ(read_diag_message(octets)->status.get(StatusField::Rto), 200'000);
  for (std::size_t size = 0; size < octets.size(); ++size) {
    const auto read = read_diag_message(event::Span{octets}.first(size));
    EXPECT_EQ(read.has_value(), size >= sizeof(inet_diag_msg));
    if (read) {
      EXPECT_FALSE(read->status.get(StatusField::Rto));
    }
  }
}

TEST(DiagMessage, AMappedAddressIsIpv4) {
  auto m = message(1);
  m.idiag_family = AF_INET6;
  for (auto* address : {m.id.idiag_src, m.id.idiag_dst}) {
    auto* at = reinterpret_cast<std::byte*>(address);
    base::store64(at, 0);
    base::store64(at + 8, 0xFFFF'C000'0201);
  }
  std::vector<std::byte> octets;
  add(octets, m);
  EXPECT_EQ(read_diag_message(octets)->connection.remote.print(), "192.0.2.1:40001");
  m.idiag_family = AF_UNIX;
  octets.clear();
  add(octets, m);
  EXPECT_FALSE(read_diag_message(octets));
}

}  // namespace
}  // namespace harness::observe
