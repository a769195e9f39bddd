#include "harness/oracle/edge.h"

#include <gtest/gtest.h>

#include "tests/unit/oracle/conversation.h"

namespace harness::oracle {
namespace {

Connection only_connection(const Conversation& c) {
  const auto connections = connections_at_edge(c.trace);
  EXPECT_EQ(connections.size(), 1u);
  return connections.empty() ? Connection{} : connections[0];
}

TEST(Edge, APassiveOpenIsKnownFromTheAnswerToTheSyn) {
  Conversation c;
  c.open_passively();
  const auto connection = only_connection(c);
  EXPECT_FALSE(connection.active);
  EXPECT_EQ(connection.since, 1u);
  EXPECT_EQ(connection.tuple, c.tuple);
  EXPECT_EQ(connection.target_isn.raw(), Conversation::kTargetIsn);
  EXPECT_EQ(connection.peer_isn->raw(), Conversation::kPeerIsn);
}

TEST(Edge, AnActiveOpenIsKnownFromItsSynAndThePeerFromTheThirdSegment) {
  Conversation c;
  c.from_target({.flags = wire::kSyn, .position = -1});
  c.to_target({.flags = kSynAck, .position = -1});
  EXPECT_EQ(only_connection(c).peer_isn, std::nullopt);
  c.to_target({.octets = 10});  // Before the third segment is seen.
  c.from_target({});
  const auto connection = only_connection(c);
  EXPECT_TRUE(connection.active);
  EXPECT_EQ(connection.peer_isn->raw(), Conversation::kPeerIsn);
  EXPECT_EQ(connection.arrived_before(100), 10);
}

TEST(Edge, ASimultaneousOpenIsOneConnection) {
  Conversation c;
  c.from_target({.flags = wire::kSyn, .position = -1});
  c.to_target({.flags = wire::kSyn, .position = -1});
  c.from_target({.flags = kSynAck, .position = -1});
  c.to_target({.flags = kSynAck, .position = -1});
  const auto connection = only_connection(c);
  EXPECT_TRUE(connection.active);
  EXPECT_EQ(connection.peer_isn->raw(), Conversation::kPeerIsn);
}

TEST(Edge, ARepeatedSynIsNotAnotherConnection) {
  Conversation c;
  c.from_target({.flags = wire::kSyn, .position = -1});
  c.from_target({.flags = wire::kSyn, .position = -1});
  c.to_target({.flags = kSynAck, .position = -1});
  c.from_target({});
  only_connection(c);
  Conversation passive;
  passive.open_passively();
  passive.to_target({.octets = 5});
  passive.from_target({.flags = kSynAck, .position = -1, .ack = 5});
  only_connection(passive);
}

TEST(Edge, AnAnswerToAnotherSynIsAnotherConnection) {
  Conversation c;
  c.open_passively();
  c.peer_isn += 1'000'000;
  // With the very same number of its own, as a clock that stands still would give it.
  c.open_passively();
  c.target_isn += 7;
  c.open_passively();
  const auto connections = connections_at_edge(c.trace);
  ASSERT_EQ(connections.size(), 3u);
  EXPECT_TRUE(connections[0].superseded);
  EXPECT_TRUE(connections[1].superseded);
  EXPECT_FALSE(connections[2].superseded);
  EXPECT_EQ(connections[2].peer_isn->raw(), c.peer_isn);
}

TEST(Edge, AnAnswerToASynInPlaceOfWhatIsDroppedIsAnotherConnection) {
  const auto opened = [](wire::Flags flags) {
    Conversation c;
    c.to_target({.flags = wire::kSyn, .position = -1});
    c.from_target({.flags = kSynAck, .position = -1});
    c.to_target({.flags = flags, .octets = 1});
    ++c.peer_isn;
    c.to_target({.flags = wire::kSyn, .position = -1});
    c.from_target({.flags = kSynAck, .position = -1});
    return connections_at_edge(c.trace).size();
  };
  EXPECT_EQ(opened({}), 2u);
  EXPECT_EQ(opened(wire::kAck), 1u);
}

TEST(Edge, AnswersToSeveralSynsMayTakeTurnsAndDataBelongsToTheOneItContinues) {
  Conversation c;
  c.open_passively();
  const auto first_isn = c.target_isn;
  c.target_isn += 1'000'000;  // Another cookie for the same SYN.
  c.to_target({.flags = wire::kSyn, .position = -1});
  c.from_target({.flags = kSynAck, .position = -1});
  c.target_isn = first_isn;
  c.from_target({.octets = 10});
  const auto connections = connections_at_edge(c.trace);
  ASSERT_EQ(connections.size(), 2u);
  EXPECT_EQ(connections[0].sent.size(), 1u);
  EXPECT_TRUE(connections[1].sent.empty());
}

TEST(Edge, OctetsCountOnceTheyAreInARow) {
  Conversation c;
  c.open_passively();
  c.to_target({.position = 20, .octets = 10});
  EXPECT_EQ(only_connection(c).arrived_before(100), 0);
  const auto first = c.to_target({.position = 0, .octets = 15});
  EXPECT_EQ(only_connection(c).arrived_before(first), 0);
  EXPECT_EQ(only_connection(c).arrived_before(first + 1), 15);
  c.to_target({.position = 10, .octets = 10});
  EXPECT_EQ(only_connection(c).arrived_before(100), 30);
  c.to_target({.position = 0, .octets = 30});  // Nothing new.
  EXPECT_EQ(only_connection(c).arrived_before(100), 30);
  EXPECT_FALSE(only_connection(c).foreign);
}

TEST(Edge, DataOnTheSynIsTheBeginningOfTheStream) {
  Conversation c;
  c.open_passively(12);
  EXPECT_EQ(only_connection(c).arrived_before(100), 12);
  EXPECT_FALSE(only_connection(c).foreign);
}

TEST(Edge, WhatDoesNotVerifyHasNotArrived) {
  Conversation c;
  c.open_passively();
  c.to_target({.octets = 10, .broken = true});
  const auto connection = only_connection(c);
  EXPECT_EQ(connection.arrived_before(100), 0);
  ASSERT_EQ(connection.broken.size(), 1u);
  EXPECT_EQ(connection.broken[0].end(), 10);
}

TEST(Edge, AStreamThatIsNotPositionCodedIsForeign) {
  Conversation c;
  c.open_passively();
  c.to_target({.octets = 10, .content = 1});
  EXPECT_TRUE(only_connection(c).foreign);
}

TEST(Edge, OctetsFromBeforeTheStreamMakeItNeitherLongerNorForeign) {
  Conversation c;
  c.open_passively();
  c.to_target({.position = -30, .octets = 20});
  EXPECT_FALSE(only_connection(c).foreign);
  EXPECT_EQ(only_connection(c).arrived_before(100), 0);
  c.to_target({.position = -1, .octets = 1});  // A keep-alive with garbage.
  EXPECT_FALSE(only_connection(c).foreign);
}

TEST(Edge, FinsResetsAndUrgentDataAreSeen) {
  Conversation c;
  c.open_passively();
  c.to_target({.flags = kFinAck, .position = 0, .octets = 5});
  c.to_target({.flags = wire::kAck | wire::kUrg, .position = 0});
  auto connection = only_connection(c);
  ASSERT_EQ(connection.fins.size(), 1u);
  EXPECT_EQ(connection.fins[0].position, 5);
  EXPECT_TRUE(connection.urgent);
  EXPECT_FALSE(connection.reset);
  c.to_target({.flags = wire::kRst, .position = 5});
  EXPECT_TRUE(only_connection(c).reset);
  Conversation ours;
  ours.open_passively();
  ours.from_target({.flags = wire::kRst, .position = 0});
  EXPECT_TRUE(only_connection(ours).reset);
}

TEST(Edge, WhatTheTargetSentIsKeptAndAcknowledgmentsAreCounted) {
  Conversation c;
  c.open_passively();
  c.from_target({.octets = 100});
  c.from_target({.position = 100, .octets = 50});
  c.from_target({.octets = 100});  // Again.
  c.to_target({.ack = 100});
  c.to_target({.ack = 999});  // Of what was never sent.
  auto connection = only_connection(c);
  EXPECT_EQ(connection.sent.size(), 3u);
  EXPECT_EQ(connection.sent_end, 150);
  EXPECT_EQ(connection.acknowledged, 100);
  c.from_target({.flags = kFinAck, .position = 150});
  c.to_target({.ack = 151});
  connection = only_connection(c);
  EXPECT_TRUE(connection.fin_sent);
  EXPECT_EQ(connection.acknowledged, 151);
}

TEST(Edge, AKeepAliveIsOneOctetOfWhatIsAcknowledged) {
  Conversation c;
  c.open_passively();
  c.from_target({.position = -1, .octets = 1, .content = 500});
  c.from_target({.octets = 10});
  c.from_target({.position = 9, .octets = 1});  // Not acknowledged: a retransmission.
  c.to_target({.ack = 10});
  c.from_target({.position = 9, .octets = 1, .content = 500});
  c.from_target({.position = 10, .octets = 1});  // New: a window probe.
  const auto sent = only_connection(c).sent;
  ASSERT_EQ(sent.size(), 5u);
  EXPECT_TRUE(sent[0].keep_alive);
  EXPECT_FALSE(sent[1].keep_alive);
  EXPECT_FALSE(sent[2].keep_alive);
  EXPECT_TRUE(sent[3].keep_alive);
  EXPECT_FALSE(sent[4].keep_alive);
}

TEST(Edge, ConnectionsBesideEachOtherDoNotMix) {
  Conversation c;
  c.open_passively();
  const auto first = c.tuple;
  c.tuple.remote.port = 40001;
  c.open_passively();
  c.to_target({.octets = 10});
  c.tuple = first;
  c.to_target({.octets = 20});
  const auto connections = connections_at_edge(c.trace);
  ASSERT_EQ(connections.size(), 2u);
  EXPECT_EQ(connections[0].arrived_before(100), 20);
  EXPECT_EQ(connections[1].arrived_before(100), 10);
}

TEST(Edge, NonsenseIsNoConnection) {
  Conversation c;
  for (std::size_t size : {0u, 1u, 19u, 20u, 39u, 40u, 60u}) {
    const base::Bytes octets(size, std::byte{0x45});
    c.trace.append_new_packet(event::Kind::Packet, c.now, event::Direction::ToTarget,
                              c.trace.keep(octets), event::kNoRecord);
  }
  c.from_target({.octets = 10});  // Of a connection whose beginning nobody saw.
  c.to_target({.octets = 10});
  EXPECT_TRUE(connections_at_edge(c.trace).empty());
}

}  // namespace
}  // namespace harness::oracle
