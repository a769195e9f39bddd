#include "harness/event/expectation.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <functional>
#include <limits>

#include "harness/wire/craft.h"

namespace harness::event {
namespace {

using namespace std::chrono_literals;

Body segment(Trace& trace, wire::Flags flags, std::size_t payload) {
  const wire::IpHeader ip{.source = wire::IpAddress::v4(1), .destination = wire::IpAddress::v4(2)};
  wire::SegmentSpec spec;
  spec.flags = flags;
  spec.payload.emplace(payload);
  return trace.keep(wire::craft(spec, ip, {}));
}

std::uint32_t packet(Trace& trace, wire::Flags flags, std::size_t payload) {
  return trace.append_new_packet(Kind::PeerPacket, clock::kStart + 1s, Direction::FromTarget,
                                 segment(trace, flags, payload), kNoRecord);
}

TEST(Expectation, APlaceIsPrintedAsEditorsReadIt) {
  EXPECT_EQ((Place{"close/four_way.pkt", 12, 3}.print()), "close/four_way.pkt:12:3");
}

TEST(Expectation, AnEmptyOneComesBackEmpty) {
  Trace trace;
  const auto index = append(trace, clock::kStart + 2s, Expectation{});
  EXPECT_EQ(trace[index].kind, Kind::Expectation);
  EXPECT_EQ(trace[index].cause, kNoRecord);
  EXPECT_EQ(trace[index].at, clock::kStart + 2s);
  const auto got = expectation(trace, trace[index]);
  EXPECT_EQ(got.place, Place{});
  EXPECT_EQ(got.met, kNoRecord);
  EXPECT_EQ(got.joined, std::nullopt);
  EXPECT_EQ(got.segment, wire::SegmentSpec{});
  EXPECT_EQ(got.data, std::nullopt);
}

TEST(Expectation, AFullOneComesBackFull) {
  Trace trace;
  const auto met = packet(trace, wire::kAck, 3);
  Expectation want{.what = Expected::State,
                   .place = {"a.pkt", 4'294'967'295u, 1},
                   .text = "> S. 0:0(0)",
                   .earliest = clock::kStart - 1s,
                   .latest = clock::kNever,
                   .tolerance = 4ms,
                   .met = met,
                   .joined = trace[met].body};
  want.segment.flags = wire::Flags{};
  want.segment.flags_either = wire::kPsh;
  want.segment.options = base::Bytes{};
  want.segment.options_mask = base::Bytes(4, std::byte{0xF0});
  want.segment.payload = base::Bytes(100'000, std::byte{7});
  want.segment.ttl = std::uint8_t{0};
  want.base = {.seq = 1, .ack = 2};
  want.result = std::numeric_limits<std::int64_t>::min();
  want.error = 0;
  want.flags = 0u;
  want.data = base::Bytes{};
  want.state = TcpState::Closing;
  const auto index = append(trace, clock::kStart, want);
  EXPECT_EQ(trace[index].cause, met);
  const auto got = expectation(trace, trace[index]);
  EXPECT_EQ(got.what, want.what);
  EXPECT_EQ(got.place, want.place);
  EXPECT_EQ(got.text, want.text);
  EXPECT_EQ(got.earliest, want.earliest);
  EXPECT_EQ(got.latest, want.latest);
  EXPECT_EQ(got.tolerance, want.tolerance);
  EXPECT_EQ(got.met, want.met);
  EXPECT_EQ(got.joined, want.joined);
  EXPECT_EQ(got.segment, want.segment);
  EXPECT_EQ(got.base.seq, 1u);
  EXPECT_EQ(got.base.ack, 2u);
  EXPECT_EQ(got.result, want.result);
  EXPECT_EQ(got.error, want.error);
  EXPECT_EQ(got.flags, want.flags);
  EXPECT_EQ(got.data, want.data);
  EXPECT_EQ(got.state, want.state);
}

TEST(Expectation, ARecordIsInTimeWhenOneOfItsInstantsIs) {
  struct Case {
    clock::Duration at;
    std::uint32_t within;
    clock::Instant earliest, latest;
    bool in;
  };
  constexpr auto at = [](clock::Duration d) { return clock::kStart + d; };
  for (const auto& c : {
           Case{1s, 0, at(1s), at(1s), true},
           Case{1s + 4ms, 0, at(1s), at(1s), true},
           Case{1s + 4ms + 1ns, 0, at(1s), at(1s), false},
           Case{1s - 4ms, 0, at(1s), at(1s), true},
           Case{1s - 4ms - 1ns, 0, at(1s), at(1s), false},
           Case{1s - 5ms, 1'000'000, at(1s), at(1s), true},
           Case{500ms, 4'294'967'294u, at(4s), at(4s), true},
           Case{500ms, 4'294'967'294u, at(5s), at(5s), false},
           Case{500ms, 4'294'967'295u, at(5s), at(5s), true},  // Nobody knows how late.
           Case{6s, 4'294'967'295u, at(5s), at(5s), false},
           Case{1000s, 0, at(0s), clock::kNever, true},
           Case{0s, 0, at(1s), clock::kNever, false},
       }) {
    Expectation e{.earliest = c.earliest, .latest = c.latest, .tolerance = 4ms};
    Record record;
    record.at = at(c.at);
    record.within = c.within;
    EXPECT_EQ(in_time(e, record), c.in) << c.at.count() << " " << c.within;
  }
}

bool packet_holds(const std::function<void(Trace&, Expectation&)>& change) {
  Trace trace;
  Expectation e{.what = Expected::Packet, .latest = clock::kNever};
  e.met = packet(trace, wire::kAck, 10);
  e.segment.flags = wire::kAck;
  e.segment.payload_length = 10;
  change(trace, e);
  return holds(trace, e);
}

TEST(Expectation, APacketHoldsWhenItCameInTimeAndFits) {
  EXPECT_TRUE(packet_holds([](Trace&, Expectation&) {}));
  EXPECT_FALSE(packet_holds([](Trace&, Expectation& e) { e.met = kNoRecord; }));
  EXPECT_FALSE(packet_holds([](Trace&, Expectation& e) { e.latest = clock::kStart; }));
  EXPECT_FALSE(packet_holds([](Trace&, Expectation& e) { e.segment.payload_length = 9; }));
  EXPECT_FALSE(packet_holds(
      [](Trace& trace, Expectation& e) { e.joined = segment(trace, wire::kAck, 30); }));
  EXPECT_TRUE(packet_holds([](Trace& trace, Expectation& e) {
    e.joined = segment(trace, wire::kAck, 30);
    e.segment.payload_length = 30;
  }));
  EXPECT_FALSE(packet_holds(
      [](Trace& trace, Expectation& e) { e.joined = trace.keep(base::as_bytes("no datagram")); }));
}

bool reply_holds(const Reply& reply, const std::function<void(Expectation&)>& change) {
  Trace trace;
  Expectation e{.what = Expected::Reply, .latest = clock::kNever};
  e.met = trace.append({.at = clock::kStart}, reply);
  change(e);
  return holds(trace, e);
}

TEST(Expectation, AReplyHoldsWhenAllThatIsNamedFits) {
  const base::Bytes data(2, std::byte{5});
  const Reply reply{.id = 1, .result = 2, .error = 0, .flags = 9, .data = data};
  EXPECT_TRUE(reply_holds(reply, [](Expectation&) {}));
  EXPECT_TRUE(reply_holds(reply, [&](Expectation& e) {
    e.result = 2;
    e.error = 0;
    e.flags = 9;
    e.data = data;
  }));
  EXPECT_FALSE(reply_holds(reply, [](Expectation& e) { e.result = 3; }));
  EXPECT_FALSE(reply_holds(reply, [](Expectation& e) { e.error = EAGAIN; }));
  EXPECT_FALSE(reply_holds(reply, [](Expectation& e) { e.flags = 8; }));
  EXPECT_FALSE(reply_holds(reply, [](Expectation& e) { e.data = base::Bytes(3); }));
  EXPECT_FALSE(reply_holds(reply, [](Expectation& e) { e.met = kNoRecord; }));
}

TEST(Expectation, AStateHoldsWhenItIsToldAndAMissingConnectionIsClosed) {
  const auto state = [](const Reply& reply, TcpState want) {
    return reply_holds(reply, [want](Expectation& e) {
      e.what = Expected::State;
      e.state = want;
    });
  };
  Status status;
  status.set(StatusField::State, 4);
  const auto told = encode(status);
  EXPECT_TRUE(state({.id = 1, .data = told}, TcpState::FinWait1));
  EXPECT_FALSE(state({.id = 1, .data = told}, TcpState::FinWait2));
  EXPECT_TRUE(state({.id = 1, .result = -1, .error = ENOENT}, TcpState::Closed));
  EXPECT_FALSE(state({.id = 1, .result = -1, .error = ENOENT}, TcpState::Listen));
  EXPECT_FALSE(state({.id = 1, .result = -1, .error = EPERM, .data = told}, TcpState::FinWait1));
  EXPECT_FALSE(state({.id = 1}, TcpState::Established));
}

TEST(Expectation, SilenceHoldsWhenNothingCame) {
  Trace trace;
  const auto met = packet(trace, wire::kAck, 0);
  for (const auto what : {Expected::Silence, Expected::Nothing}) {
    EXPECT_TRUE(holds(trace, {.what = what}));
    EXPECT_FALSE(holds(trace, {.what = what, .met = met}));
  }
}

TEST(Expectation, WeAreOnTimeWhenWeActedInTime) {
  Trace trace;
  const auto note = trace.note(clock::kStart + 1s, "played");
  EXPECT_TRUE(holds(trace, {.what = Expected::OnTime, .latest = clock::kStart + 1s, .met = note}));
  EXPECT_FALSE(holds(trace, {.what = Expected::OnTime, .latest = clock::kStart, .met = note}));
  EXPECT_FALSE(holds(trace, {.what = Expected::OnTime, .latest = clock::kNever}));
}

}  // namespace
}  // namespace harness::event
