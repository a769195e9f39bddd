#include "harness/event/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/rng.h"
#include "harness/event/decision.h"
#include "harness/event/end.h"
#include "harness/event/expectation.h"
#include "harness/event/start.h"
#include "harness/event/status.h"
#include "harness/event/stream.h"
#include "harness/wire/craft.h"

namespace harness::event {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kHeader = "lastack trace 1\n";

base::Bytes random_octets(base::Rng& rng, std::uint64_t at_most) {
  base::Bytes octets(rng.below(at_most + 1));
  for (std::byte& octet : octets) octet = static_cast<std::byte>(rng.below(256));
  return octets;
}

base::Bytes segment(wire::Flags flags, std::uint32_t seq, std::size_t payload) {
  const wire::IpHeader ip{.source = wire::IpAddress::v4(0xC000'0201),
                          .destination = wire::IpAddress::v4(0xC633'6401)};
  wire::SegmentSpec spec{.source = wire::Port{8080}, .destination = wire::Port{40000}};
  spec.seq = seq;
  spec.flags = flags;
  spec.payload.emplace(payload);
  fill_stream(*spec.payload, 0, kFromApplication);
  return wire::craft(spec, ip, {});
}

void expect_same_records(const Trace& a, const Trace& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::uint32_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].at, b[i].at) << i;
    EXPECT_EQ(a[i].within, b[i].within) << i;
    EXPECT_EQ(a[i].cause, b[i].cause) << i;
    EXPECT_EQ(a[i].id, b[i].id) << i;
    EXPECT_EQ(a[i].gso_size, b[i].gso_size) << i;
    EXPECT_EQ(a[i].kind, b[i].kind) << i;
    EXPECT_EQ(a[i].direction, b[i].direction) << i;
    // An expectation names other octets by their place in the store.
    if (a[i].kind == Kind::Expectation) continue;
    EXPECT_TRUE(std::ranges::equal(a.body(a[i]), b.body(b[i]))) << i;
  }
}

// Writes, reads, and writes again.
void expect_exact(const Trace& trace) {
  const std::string text = to_text(trace);
  Trace again;
  const auto read = from_text(text, again);
  ASSERT_TRUE(read) << read.error().line << ": " << read.error().message << "\n" << text;
  EXPECT_EQ(to_text(again), text);
  expect_same_records(trace, again);
}

Expectation full_expectation() {
  Expectation e{.what = Expected::Packet,
                .place = {"close/simultaneous.pkt", 12, 3},
                .text = "+0 > S. 0:0(0) ack 1 <mss 1460> // \"so\"",
                .earliest = clock::kStart + 1s,
                .latest = clock::kNever,
                .tolerance = 4ms};
  e.segment = {.source = wire::Port{8080},
               .destination = wire::Port{40000},
               .seq = 4'294'967'295u,
               .ack = 0u,
               .flags = wire::Flags{},
               .window = std::uint16_t{0},
               .checksum = std::uint16_t{0xBEEF},
               .urgent = std::uint16_t{1},
               .data_offset = std::uint8_t{15},
               .reserved = std::uint8_t{7},
               .options = base::Bytes{},
               .options_mask = base::Bytes{std::byte{0xFF}, std::byte{0}},
               .payload_length = 10u,
               .payload = base::Bytes{std::byte{1}},
               .ttl = std::uint8_t{255},
               .traffic_class = std::uint8_t{3},
               .checksum_flip = 0x5555};
  e.base = {.seq = 7, .ack = 8};
  e.result = -1;
  e.error = 111;
  e.flags = 5u;
  e.data = base::Bytes{};
  e.state = TcpState::TimeWait;
  return e;
}

// One record of every kind, and of most of what may be in one.
void fill(Trace& trace) {
  Start start;
  start.set("target", "engine");
  start.set("note", "a \"quoted\" = value; with everything");
  append(trace, clock::kStart, start);
  const auto call =
      trace.append({.at = clock::kStart}, Call{.id = 1, .op = Op::Socket, .args = {2, 1, -6}});
  trace.append({.at = clock::kStart, .within = 17, .cause = call}, Reply{.id = 1, .result = 3});
  const auto sent = segment(wire::kSyn, 0xFFFF'FFF0, 0);
  const auto peer = trace.append_new_packet(Kind::PeerPacket, clock::kStart + 100ms,
                                            Direction::ToTarget, trace.keep(sent), kNoRecord);
  append(trace, clock::kStart + 100ms, trace.packet(trace[peer]),
         {.fault = 2, .action = Action::Delay, .delay = 1ns, .behind = 0, .other = 0});
  append(trace, clock::kStart + 100ms, trace.packet(trace[peer]),
         {.fault = 0, .action = Action::Hold, .delay = 20ms, .behind = 3, .other = 0});
  trace.append_packet(Kind::Packet, clock::kStart + 100ms + 1ns, trace.packet(trace[peer]), peer,
                      4'294'967'295u);
  const auto data = segment(wire::kAck | wire::kPsh, 5, 30);
  const auto out = trace.append_new_packet(Kind::Packet, clock::kStart + 101ms,
                                           Direction::FromTarget, trace.keep(data), peer);
  append(trace, clock::kStart + 101ms, trace.packet(trace[out]),
         {.fault = 1, .action = Action::Corrupt, .delay = {}, .behind = 0, .other = 200});
  Packet corrupt = trace.packet(trace[out]);
  corrupt.body = trace.keep(segment(wire::kAck, 6, 30));
  corrupt.gso_size = 1448;
  trace.append_packet(Kind::PeerPacket, clock::kStart + 102ms, corrupt, out);
  Status status;
  status.set(StatusField::State, 1);
  status.set(StatusField::SendUna, 4'294'967'290);
  const auto encoded = encode(status);
  trace.append({.at = clock::kStart}, Call{.id = 2, .fd = 3, .op = Op::Status});
  trace.append({.at = clock::kStart}, Reply{.id = 2, .data = encoded});
  const auto failed =
      trace.append({.at = clock::kStart},
                   Reply{.id = 3, .result = -1, .error = 111, .flags = 9, .text = "x\ny"});
  base::Bytes payload(25);
  fill_stream(payload, 0, kFromApplication);
  trace.append({.at = clock::kStart}, Call{.id = 4, .fd = 4, .op = Op::Send, .data = payload});
  trace.append({.at = clock::kStart},
               Call{.id = 5, .op = Op::World, .text = "net.ipv4.tcp_sack=0 ; \\ \x1b"});
  auto e = full_expectation();
  e.met = out;
  e.joined = trace.keep(data);
  append(trace, clock::kStart + 1s, e);
  append(trace, clock::kStart + 1s, {.what = Expected::Reply, .met = failed});
  append(trace, clock::kStart + 1s, {.what = Expected::State, .state = TcpState::Closed});
  append(trace, clock::kStart + 1s, {.what = Expected::Nothing, .met = out});
  trace.note(clock::kStart + 2s, "for people: \t\xC2\xB7");
  trace.note(clock::kStart + 2s, "");
  append(trace, clock::kStart + 3s,
         {.reason = EndReason::Stuck, .timer_armed = true, .pending_calls = 2});
}

TEST(Text, ItLooksLikeThis) {
  Trace trace;
  const auto call =
      trace.append({.at = clock::kStart}, Call{.id = 1, .op = Op::Socket, .args = {2, 1, 6}});
  trace.append({.at = clock::kStart, .within = 17, .cause = call}, Reply{.id = 1, .result = 3});
  const auto packet =
      trace.append_new_packet(Kind::PeerPacket, clock::kStart + 100ms, Direction::ToTarget,
                              trace.keep(segment(wire::kSyn, 0, 0)), kNoRecord);
  append(trace, clock::kStart + 100ms, trace.packet(trace[packet]),
         {.fault = 2, .action = Action::Delay, .delay = 40ms, .behind = 0, .other = 0});
  trace.append_packet(Kind::Packet, clock::kStart + 140ms, trace.packet(trace[packet]), packet);
  trace.append({.at = clock::kStart + 141ms}, Reply{.id = 2, .result = -1, .error = 111});
  append(trace, clock::kStart + 1s,
         {.what = Expected::Packet, .place = {"a.pkt", 3, 4}, .text = "> S. 0:0(0) ack 1"});
  trace.note(clock::kStart + 2s, "two\nlines");
  append(trace, clock::kStart + 3s, {.reason = EndReason::Done, .timer_armed = true});
  EXPECT_EQ(to_text(trace),
            "lastack trace 1\n"
            "#0 0.000000 call < id=1 socket arg0=2 arg1=1 arg2=6 ; socket(2, 1, 6)\n"
            "#1 0.000000 within=17 cause=#0 reply > id=1 result=3 ; 3\n"
            "#2 0.100000 peer-packet < id=#2 "
            "450000280000400040064e9ac0000201c63364011f909c4000000000000000005002000007dc0000"
            " ; S 0:0(0) win 0\n"
            "#3 0.100000 cause=#2 decision < id=#2 delay fault=2 delay=0.040000"
            " ; delayed by 40 ms (fault 2)\n"
            "#4 0.140000 cause=#2 packet < id=#2 = #2 ; S 0:0(0) win 0\n"
            "#5 0.141000 reply > id=2 result=-1 error=111 ; -1 ECONNREFUSED\n"
            "#6 1.000000 expectation what=packet file=\"a.pkt\" line=3 column=4"
            " text=\"> S. 0:0(0) ack 1\"\n"
            "#7 2.000000 note \"two\\nlines\"\n"
            "#8 3.000000 end done timer-armed\n");
}

TEST(Text, AnEmptyTraceIsItsFirstLine) {
  EXPECT_EQ(to_text(Trace{}), kHeader);
  expect_exact(Trace{});
}

TEST(Text, EveryKindOfRecordComesBackAsItWas) {
  Trace trace;
  fill(trace);
  expect_exact(trace);
}

TEST(Text, AnExpectationComesBackFieldByField) {
  Trace trace;
  const auto met = trace.append_new_packet(Kind::Packet, clock::kStart, Direction::FromTarget,
                                           trace.keep(segment(wire::kAck, 1, 5)), kNoRecord);
  Expectation e = full_expectation();
  e.met = met;
  const auto joined = segment(wire::kAck, 1, 9);
  e.joined = trace.keep(joined);
  append(trace, clock::kStart, e);
  Trace again;
  ASSERT_TRUE(from_text(to_text(trace), again));
  const Expectation got = expectation(again, again[1]);
  EXPECT_EQ(got.what, e.what);
  EXPECT_EQ(got.place, e.place);
  EXPECT_EQ(got.text, e.text);
  EXPECT_EQ(got.earliest, e.earliest);
  EXPECT_EQ(got.latest, e.latest);
  EXPECT_EQ(got.tolerance, e.tolerance);
  EXPECT_EQ(got.met, e.met);
  EXPECT_TRUE(std::ranges::equal(again.body(got.joined.value()), joined));
  EXPECT_EQ(got.segment, e.segment);
  EXPECT_EQ(got.base.seq, e.base.seq);
  EXPECT_EQ(got.base.ack, e.base.ack);
  EXPECT_EQ(got.result, e.result);
  EXPECT_EQ(got.error, e.error);
  EXPECT_EQ(got.flags, e.flags);
  EXPECT_EQ(got.data, e.data);
  EXPECT_EQ(got.state, e.state);
}

TEST(Text, OneDatagramIsWrittenOnceAndSharedAgain) {
  Trace trace;
  const auto first = trace.append_new_packet(Kind::PeerPacket, clock::kStart, Direction::ToTarget,
                                             trace.keep(segment(wire::kSyn, 0, 0)), kNoRecord);
  Packet copy = trace.packet(trace[first]);
  copy.id = append(trace, clock::kStart, copy, {.action = Action::Duplicate, .other = 1});
  trace.append_packet(Kind::Packet, clock::kStart, trace.packet(trace[first]), first);
  trace.append_packet(Kind::Packet, clock::kStart, copy, copy.id);
  expect_exact(trace);
  Trace again;
  ASSERT_TRUE(from_text(to_text(trace), again));
  EXPECT_EQ(again[2].body, again[0].body);
  EXPECT_EQ(again[3].body, again[0].body);
}

TEST(Text, ReadingStartsAfresh) {
  Trace trace;
  trace.note(clock::kStart, "old");
  ASSERT_TRUE(from_text(kHeader, trace));
  EXPECT_EQ(trace.size(), 0u);
}

Call random_call(base::Rng& rng, std::uint32_t id, base::Bytes& data, std::string& text) {
  data = random_octets(rng, 40);
  const auto raw = random_octets(rng, 12);
  text.assign(reinterpret_cast<const char*>(raw.data()), raw.size());
  Call call{.id = id};
  call.fd = static_cast<std::int32_t>(rng.below(8)) - 1;
  call.op = static_cast<Op>(rng.below(kOps));
  for (auto& argument : call.args) {
    argument = static_cast<std::int64_t>(rng.chance({1, 2}) ? rng.next() : rng.below(3));
  }
  call.data = data;
  call.text = text;
  return call;
}

void append_random(Trace& trace, base::Rng& rng) {
  const auto at = clock::kStart + clock::Duration{static_cast<std::int64_t>(rng.next() >> 8)};
  const auto cause =
      rng.below(3) == 0 ? kNoRecord : static_cast<std::uint32_t>(rng.below(trace.size() + 1));
  const auto within = static_cast<std::uint32_t>(rng.chance({1, 3}) ? rng.next() : 0);
  const auto direction = rng.chance({1, 2}) ? Direction::ToTarget : Direction::FromTarget;
  std::vector<std::uint32_t> packets;
  for (std::uint32_t i = 0; i < trace.size(); ++i) {
    if (trace[i].kind == Kind::Packet || trace[i].kind == Kind::PeerPacket) packets.push_back(i);
  }
  base::Bytes data;
  std::string text;
  const Call call = random_call(rng, static_cast<std::uint32_t>(rng.next()), data, text);
  switch (rng.below(6)) {
    case 0:
      trace.append({.at = at, .within = within, .cause = cause}, call);
      return;
    case 1: {
      const Reply reply{.id = call.id,
                        .result = call.args[0],
                        .error = static_cast<std::int32_t>(rng.below(140)),
                        .flags = static_cast<std::uint32_t>(rng.below(3)),
                        .data = call.data,
                        .text = call.text};
      trace.append({.at = at, .within = within, .cause = cause}, reply);
      return;
    }
    case 2:
      trace.note(at, text);
      return;
    case 3: {
      Decision decision{.fault = static_cast<std::uint32_t>(rng.below(3))};
      decision.action = static_cast<Action>(rng.below(kActions));
      decision.delay = clock::Duration{static_cast<std::int64_t>(rng.below(3'000'000'000))};
      decision.behind = static_cast<std::uint32_t>(rng.below(3));
      decision.other = static_cast<std::uint32_t>(rng.next());
      append(
          trace, at,
          {.direction = direction, .id = static_cast<std::uint32_t>(rng.below(trace.size() + 1))},
          decision);
      return;
    }
    default:
      break;
  }
  Packet packet{.direction = direction, .gso_size = static_cast<std::uint16_t>(rng.below(2) * 99)};
  packet.id = static_cast<std::uint32_t>(rng.below(trace.size() + 1));
  const bool share = !packets.empty() && rng.chance({1, 2});
  packet.body = share ? trace[packets[rng.below(packets.size())]].body
                      : trace.keep(rng.chance({1, 2}) ? data : segment(wire::kAck, 1, 20));
  trace.append_packet(rng.chance({1, 2}) ? Kind::Packet : Kind::PeerPacket, at, packet, cause,
                      within);
}

TEST(Text, RandomTracesComeBackAsTheyWere) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    base::Rng rng{seed};
    Trace trace;
    for (auto records = rng.below(40); records > 0; --records) append_random(trace, rng);
    expect_exact(trace);
    if (HasFailure()) FAIL() << "seed " << seed;
  }
}

TEST(Text, ACommentIsNotRead) {
  Trace trace;
  ASSERT_TRUE(from_text("lastack trace 1\n#0 0.5 note \"a\" ; whatever \" stands = here\n", trace));
  EXPECT_EQ(to_text(trace), "lastack trace 1\n#0 0.500000 note \"a\"\n");
}

TEST(Text, WhateverIsReadCanBeWrittenAndReadAgain) {
  Trace full;
  fill(full);
  const std::string text = to_text(full);
  constexpr std::string_view kLikely = " #=;<>\"\\-.0123456789abcdefx\n\r\t\0,SFRP";
  int readable = 0;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    base::Rng rng{seed};
    std::string mutated = text;
    for (auto changes = 1 + rng.below(3); changes > 0 && !mutated.empty(); --changes) {
      const auto at = rng.below(mutated.size());
      const auto count = 1 + rng.below(rng.chance({1, 4}) ? 200 : 2);
      switch (rng.below(4)) {
        case 0:
          mutated[at] = kLikely[rng.below(kLikely.size())];
          break;
        case 1:
          mutated.erase(at, count);
          break;
        case 2:
          mutated.insert(at, mutated.substr(rng.below(mutated.size()), count));
          break;
        default:
          mutated.insert(at, 1, kLikely[rng.below(kLikely.size())]);
          break;
      }
    }
    Trace trace;
    const auto read = from_text(mutated, trace);
    if (!read) {
      EXPECT_FALSE(read.error().message.empty());
      continue;
    }
    ++readable;
    expect_exact(trace);
    if (HasFailure()) FAIL() << "seed " << seed << "\n" << mutated;
  }
  EXPECT_GT(readable, 100);  // Comments, times, octets: not every change is a mistake.
}

TEST(Text, EveryPrefixOfATraceIsReadOrRefused) {
  Trace full;
  fill(full);
  const std::string text = to_text(full);
  for (std::size_t size = 0; size < text.size(); ++size) {
    Trace trace;
    const bool whole = size >= kHeader.size() && text[size - 1] == '\n';
    EXPECT_EQ(from_text(std::string_view{text}.substr(0, size), trace).has_value(), whole) << size;
  }
}

}  // namespace
}  // namespace harness::event
