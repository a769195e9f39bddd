#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/scenario/parser.h"

// Scripts for the tests of everything that reads them.
namespace harness::scenario {

// What a script may use: preamble/listen.pkt, and nothing else.
inline std::expected<std::string, std::string> use_listen(const std::string& path) {
  if (path != "preamble/listen.pkt") return std::unexpected("there is no such file");
  return "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
         "+0 bind(3, ..., ...) = 0\n"
         "+0 listen(3, 1) = 0\n";
}

inline Scenario parsed(std::string_view text) {
  auto scenario = parse_pkt(text, "test", use_listen);
  EXPECT_TRUE(scenario) << text << "\n" << scenario.error().print();
  return scenario ? std::move(*scenario) : Scenario{};
}

// The shortest script there is.
inline constexpr std::string_view kStep = "\n0 close(3) = 0\n";

inline base::Bytes octets(std::initializer_list<unsigned> values) {
  base::Bytes all;
  for (const unsigned value : values) all.push_back(std::byte(value));
  return all;
}

// Of a script with one step, or of the last one.
template <class What>
What last_step(std::string_view text) {
  const auto scenario = parsed(text);
  const auto* what =
      scenario.steps.empty() ? nullptr : std::get_if<What>(&scenario.steps.back().what);
  EXPECT_NE(what, nullptr) << text;
  return what ? *what : What{};
}

// `text` is a script with one @, which stands where the error is. Checks the place and that the
// message contains `says`.
inline void expect_error(std::string text, std::string_view says) {
  const auto at = text.find('@');
  ASSERT_NE(at, text.npos) << text;
  text.erase(at, 1);
  const auto scenario = parse_pkt(text, "test", use_listen);
  ASSERT_FALSE(scenario) << text;
  const auto before = text.substr(0, at);
  const auto line = static_cast<std::uint32_t>(1 + std::count(before.begin(), before.end(), '\n'));
  const auto column = static_cast<std::uint32_t>(at - (before.rfind('\n') + 1) + 1);
  EXPECT_EQ(scenario.error().place.print(), (Place{"test.pkt", line, column}.print()))
      << text << "\n"
      << scenario.error().print();
  EXPECT_NE(scenario.error().message.find(says), std::string::npos) << text << "\n"
                                                                    << scenario.error().print();
}

inline constexpr std::string_view kPassive = R"(// A connection opened by the peer
//
// Written down to be read by tests: every part of the notation is in it.
rules: MUST-2, MUST-3 MUST-13
claims: S0-01
needs: virtual-time, status
slow: it waits for a minute  // Not really.
faults: drop nth 2 from-target ACK+!SYN; delay 5ms..10ms
settle: 0.5s
limit: 300s

/* Options are packetdrill's. */
--ip_version=ipv4
--local_ip=192.0.2.1 --remote_ip="198.51.100.7/24"
--mtu=1500 --tolerance_usecs=10000
--strict_segments

`sysctl -q -w net.ipv4.tcp_ecn=0`
0.0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
+0 setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0
+0 setsockopt(3, SOL_TCP, TCP_CONGESTION, "reno", 4) = 0
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0.1...0.3 accept(3, ..., ...) = 4
+.1 < S 4294967295:4294967295(0) win 65535 <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>
+0 > S. 0:0(0) ack 0 <...>
+.1 < [ttl 64] [tos 0x02] 40001 > 8080 . 1:1(0) ack 1 win 257
+0 < P. 1:11(10) ack 1 win 257 urg 3 <gen-253 0x0102,raw 0x01>  {checksum bad, doff 7, reserved 1}
+0~+.04 > . 1:1(0) ack 11 win 501 <nop,nop,sack 21:31 41:51>
* > F. 1:1(0) ack 11
+0 read(4, ..., 100) = 10
+0 send(4, ..., 100, MSG_DONTWAIT|MSG_NOSIGNAL) = -1 EAGAIN (Resource temporarily unavailable)
+0 getsockopt(4, SOL_SOCKET, SO_ERROR, [ECONNRESET], [4]) = 0
+0 fcntl(4, F_GETFL) = 0x802 (flags O_RDWR|O_NONBLOCK)
+0 poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLIN}], 1, 0) = 1
+0 shutdown(4, SHUT_WR) = 0
+0 state(3) LISTEN
+0 state:40001 SYN-RECEIVED
+0 state FIN-WAIT-1
+0 silence 1.5
+0 `touch file &&
    rm file`
+0 close(4) = 0
`sysctl -w net.ipv4.tcp_ecn=2`
)";

}  // namespace harness::scenario
