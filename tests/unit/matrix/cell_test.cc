#include "harness/matrix/cell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "harness/engine/config.h"
#include "harness/event/end.h"
#include "harness/target/inproc/inproc.h"

namespace harness::matrix {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Probe& probe(std::string_view name) {
  const auto found = std::ranges::find(probes(), name, &Probe::name);
  EXPECT_NE(found, probes().end()) << name;
  return *found;
}

Cell played(State state, std::string_view name, std::uint64_t seed = 1,
            wire::IpVersion version = wire::IpVersion::V4) {
  event::Trace trace;
  return play(state, probe(name), target::inproc::make, version, seed, trace);
}

TEST(MatrixCell, DataInOrderIsAcknowledgedAtOnceAndDelivered) {
  const auto cell = played(State::Established, "data in-order, ack ok");
  EXPECT_EQ(cell.next_state, "ESTABLISHED");
  EXPECT_THAT(cell.emitted, ElementsAre("<SEQ=SND.NXT><ACK=RCV.NXT+20><CTL=.>"));
  EXPECT_EQ(cell.delivered, 20u);
  EXPECT_EQ(cell.application, "");
}

TEST(MatrixCell, AResetInSynReceivedGoesBackToTheListenerOrRefuses) {
  const auto passive = played(State::SynReceived, "RST exact (seq=RCV.NXT)");
  EXPECT_EQ(passive.next_state, "LISTEN");
  EXPECT_EQ(passive.application, "");
  const auto active = played(State::SynReceivedActive, "RST exact (seq=RCV.NXT)");
  EXPECT_EQ(active.next_state, "CLOSED");
  EXPECT_EQ(active.application, "ECONNREFUSED");
}

TEST(MatrixCell, AClosedPortAnswersFromNumbersOfItsOwn) {
  const auto cell = played(State::Closed, "SYN+data");
  EXPECT_THAT(cell.emitted, ElementsAre("<SEQ=0><ACK=RCV.NXT+21><CTL=R.>"));
  EXPECT_EQ(cell.next_state, "CLOSED");
}

TEST(MatrixCell, AFinIsTheEndForTheApplicationOnce) {
  EXPECT_EQ(played(State::Established, "FIN+ACK (ack=SND.NXT)").application, "EOF");
  EXPECT_EQ(played(State::CloseWait, "ACK ok (=SND.NXT)").application, "");
}

TEST(MatrixCell, WhatTheProbeDoesDependsOnNeitherSeedNorAddresses) {
  for (const State state : states()) {
    for (const auto* name :
         {"SYN in-window mid", "data straddles right edge", "RST in-window (RCV.NXT+10)"}) {
      const auto one = played(state, name);
      EXPECT_EQ(one, played(state, name, 7)) << matrix::name(state) << ' ' << name;
      EXPECT_EQ(one, played(state, name, 1, wire::IpVersion::V6)) << matrix::name(state);
    }
  }
}

// A TCP that answers nothing and tells no state.
class Deaf final : public target::Target {
 public:
  std::string_view name() const override { return "deaf"; }
  std::string_view version() const override { return "0"; }
  bool can(target::Capability) const override { return false; }
  bool understands(std::string_view) const override { return false; }
  clock::Instant now() const override { return now_; }
  void submit(const target::Stimulus&, event::Trace&) override {}
  void collect(event::Trace&) override {}
  std::optional<clock::Instant> next_deadline() const override { return std::nullopt; }
  clock::Instant wait(clock::Instant until) override { return now_ = until; }

 private:
  clock::Instant now_{};
};

TEST(MatrixCell, ATargetThatDoesNotComeAlongIsNamedNotJudged) {
  event::Trace trace;
  const auto make = [](const target::Host&) { return std::make_unique<Deaf>(); };
  for (const State state : states()) {
    EXPECT_THROW(play(state, probes()[0], make, wire::IpVersion::V4, 1, trace), std::runtime_error)
        << matrix::name(state);
  }
}

TEST(MatrixCell, WatchesForElevenHundredthsOfASecondOfTheTargetsTime) {
  event::Trace trace;
  play(State::Established, probe("ACK ok (=SND.NXT)"), target::inproc::make, wire::IpVersion::V4, 1,
       trace);
  clock::Instant sent{};
  for (const auto& record : trace.records()) {
    if (record.kind == event::Kind::PeerPacket) sent = record.at;
  }
  EXPECT_EQ(trace[trace.size() - 1].at - sent, kWatched);
}

}  // namespace
}  // namespace harness::matrix
