#include "harness/scenario/printer.h"

#include <filesystem>
#include <tuple>
#include <type_traits>

#include "harness/scenario/loader.h"
#include "tests/in_tree.h"
#include "tests/unit/scenario/scripts.h"

namespace harness::scenario {
namespace {

// What a scenario means, as values that compare; places and wording do not count.
auto key(const When& w) { return std::tuple(w.kind, w.from, w.to, w.returns); }
auto key(const OptionPart& p) { return std::tuple(p.kind, p.octets, p.blocks, p.timestamps); }
auto key_of_one(const PacketStep& p) {
  const auto icmp = p.icmp.value_or(IcmpPart{});
  std::vector<decltype(key(OptionPart{}))> options;
  if (p.options) {
    for (const auto& part : *p.options) options.push_back(key(part));
  }
  return std::tuple(p.direction, p.source, p.destination, p.flags, p.flags_either, p.seq, p.length,
                    p.ack, p.window, p.urgent, p.options.has_value(), options, p.checksum,
                    p.checksum_bad, p.data_offset, p.reserved, p.ttl, p.traffic_class,
                    p.icmp.has_value(), icmp.type, icmp.code, icmp.mtu, icmp.about_latest, p.to);
}
auto key(const PacketStep& p) {
  std::vector<decltype(key_of_one(p))> others;
  for (const auto& other : p.others) others.push_back(key_of_one(other));
  return std::tuple(key_of_one(p), others, p.or_nothing);
}
auto key(const CallStep& c) {
  return std::tuple(c.op, c.fd, c.args, c.data, c.octets, c.result, c.error, c.value, c.flags);
}
auto key(const StateStep& s) { return std::tuple(s.fd, s.port, s.state); }
auto key(const SilenceStep& s) { return std::tuple(s.lasts); }
auto key(const CommandStep& c) { return std::tuple(c.sysctls, c.command); }
auto key(const Options& o) {
  return std::tuple(o.family, o.local_ip, o.remote_ip, o.remote_prefix, o.bind_port, o.connect_port,
                    o.mtu, o.tolerance, o.tolerance_per_mille, o.strict_segments);
}
auto key(const Scenario& s) {
  return std::tuple(s.title, s.prose, s.rules, s.claims, s.needs, s.slow, s.faults, s.settle,
                    s.limit, key(s.options));
}

void expect_same(const Scenario& want, const Scenario& got) {
  EXPECT_TRUE(key(want) == key(got));
  ASSERT_EQ(want.steps.size(), got.steps.size());
  for (std::size_t i = 0; i < want.steps.size(); ++i) {
    const Step& a = want.steps[i];
    const Step& b = got.steps[i];
    EXPECT_TRUE(key(a.when) == key(b.when)) << a.text;
    ASSERT_EQ(a.what.index(), b.what.index()) << a.text;
    std::visit(
        [&](const auto& what) {
          using What = std::decay_t<decltype(what)>;
          EXPECT_TRUE(key(what) == key(std::get<What>(b.what))) << a.text << " | " << b.text;
        },
        a.what);
  }
}

void expect_round_trip(const Scenario& scenario) {
  const auto text = to_pkt(scenario);
  const auto again = parse_pkt(text, scenario.id, {});
  ASSERT_TRUE(again) << text << again.error().print();
  expect_same(scenario, *again);
  EXPECT_EQ(to_pkt(*again), text);
}

TEST(Printer, AScriptWithEverythingInItIsReadBack) { expect_round_trip(parsed(kPassive)); }

TEST(Printer, PrintsTheUsualNotation) {
  EXPECT_EQ(to_pkt(parsed("// Title\nrules: MUST-2\n"
                          "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
                          "+.25 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0\n"
                          "+0 < S 0:0(0) win 1000 <mss 1460,nop,wscale 7> {doff 4}\n"
                          "+0~+.1 > S. 0:0(0) ack 1 <...>\n"
                          "1...2 read(3, ..., 5) = -1 EAGAIN (Try again)\n")),
            "// Title\n"
            "rules: MUST-2\n"
            "\n"
            "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
            "+0.25 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0\n"
            "+0 < S 0:0(0) win 1000 <mss 1460,nop,wscale 7> {doff 4}\n"
            "+0~+0.1 > S. 0:0(0) ack 1 <...>\n"
            "1...2 read(3, ..., 5) = -1 EAGAIN\n");
}

TEST(Printer, OddPiecesAreReadBack) {
  for (std::string text : {"0 > Spu. 1:1(0) or f 1:1(0) <...> or - 2:2(0) or nothing",
                           "0 > . 1:1(0) or nothing",
                           "0 < . 1:1(0) win 1 <raw 0x01>",
                           "0 < . 1:1(0) win 1 <raw 0x0101,nop,nop>",
                           "0 < S 1:1(0) win 1 <FO,FOEXP,nop,nop,FO 0x01020304,nop,nop>",
                           "0 < . 1:1(0) win 1 <nop,nop,md5 0x000102030405060708090a0b0c0d0e0f>",
                           "0 < . 1:1(0) win 1 <uto minutes 5,ao keyid 1 rnext 2 mac 0x05060708>",
                           "0 < . 1:1(0) win 1 <ECN e1b 1 ceb 2,gen-172,gen-34 0x01,nop,nop,nop>",
                           "0 < . 1:1(0) win 1 <gen-5 0x0000000100000002,nop,nop>",
                           "0 < . 1:1(0) win 1 <raw 0x0204>",
                           "0 < . 1:1(0) win 1 <gen-2,gen-8>",
                           "0 < - 1:1(0) win 1",
                           "0 < [tos 0x10, to broadcast] 1 > 2 S 0:0(0) win 1",
                           "0 < [to multicast] icmp source_quench",
                           "0 < [ttl 3] 1 > 2 icmp type_44 code_3 [0:0(0)] {checksum 0x0001}",
                           "0 < icmp packet_too_big mtu 1300 [4294967295:9(10)] {checksum bad}",
                           "0 > [ttl 3] [tos 0] 1 > 2 . 1:1(0) {checksum 0}",
                           "--tolerance_percent=0 0 close(3) = 0",
                           "0 getsockopt(3, SOL_TCP, TCP_CONGESTION, \"re\\\"no\", [16]) = 0",
                           "0 setsockopt(3, SOL_TCP, TCP_CONGESTION, \"reno\", 5) = 0",
                           "0 setsockopt(3, 99, 98, [-5], 2) = 0",
                           "0 fcntl(3, F_SETFL, 0x40000000) = 0",
                           "0 recv(3, ..., 10, 0x40000000) = ...",
                           "0 poll([{fd=3, events=0, revents=0}], 1, 0) = 0",
                           "settle: 1500us\nlimit: 0.0000015s\n0 close(3) = 0",
                           "0 `a\n\\`b\\``"}) {
    const auto scenario = parse_pkt(text, "test", {});
    ASSERT_TRUE(scenario) << scenario.error().print();
    expect_round_trip(*scenario);
  }
}

TEST(Printer, EveryScenarioHereIsReadBack) {
  const std::filesystem::path root = tests::in_tree("scenarios");
  for (const auto& found : find_scenarios(root)) {
    const auto scenario = load_scenario(found.path, found.id);
    ASSERT_TRUE(scenario) << scenario.error().print();
    expect_round_trip(*scenario);
  }
}

}  // namespace
}  // namespace harness::scenario
