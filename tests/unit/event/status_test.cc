#include "harness/event/status.h"

#include <gtest/gtest.h>

#include <limits>

#include "harness/base/rng.h"

namespace harness::event {
namespace {

TEST(Status, WhatIsSetIsThereAndNothingElse) {
  Status status;
  EXPECT_EQ(status.get(StatusField::Rto), std::nullopt);
  status.set(StatusField::Rto, 200'000);
  EXPECT_EQ(status.get(StatusField::Rto), 200'000);
  EXPECT_EQ(status.get(StatusField::State), std::nullopt);
}

TEST(Status, ItComesBackAsItWas) {
  base::Rng rng{1};
  EXPECT_EQ(decode_status(encode(Status{})), Status{});
  for (int round = 0; round < 1000; ++round) {
    Status status;
    for (std::size_t i = 0; i < kStatusFields; ++i) {
      if (rng.chance({1, 2})) {
        status.set(static_cast<StatusField>(i), static_cast<std::int64_t>(rng.next()));
      }
    }
    ASSERT_EQ(decode_status(encode(status)), status);
  }
}

TEST(Status, AFieldOfALaterVersionIsPassedOver) {
  Status status;
  status.set(StatusField::Rto, 7);
  auto octets = encode(status);
  octets.insert(octets.begin(), 10, std::byte{0x7F});
  EXPECT_EQ(decode_status(octets), status);
}

TEST(Status, HalfAFieldIsNone) {
  const auto octets = encode(Status{.present = 1, .values = {}});
  for (std::size_t size = 1; size < octets.size(); ++size) {
    EXPECT_EQ(decode_status(Span{octets}.first(size)), std::nullopt) << size;
  }
}

TEST(Status, AStateIsOneOfEleven) {
  for (std::int64_t value : {std::int64_t{0}, std::int64_t{12}, std::int64_t{-1},
                             std::numeric_limits<std::int64_t>::max(), std::int64_t{257}}) {
    Status status;
    status.set(StatusField::State, value);
    EXPECT_EQ(status.state(), std::nullopt) << value;
  }
  for (std::int64_t value = 1; value <= 11; ++value) {
    Status status;
    status.set(StatusField::State, value);
    EXPECT_EQ(state_named(name(status.state().value())), status.state());
  }
  EXPECT_EQ(Status{}.state(), std::nullopt);
}

TEST(Status, StatesAreReadInTheSpellingOfTheRfcAndOfLinux) {
  for (const auto text : {"SYN-RECEIVED", "syn-received", "SYN_RECEIVED", "TCP_SYN_RECV",
                          "SYN_RECV", "syn-recv", "tcp-syn-received"}) {
    EXPECT_EQ(state_named(text), TcpState::SynReceived) << text;
  }
  EXPECT_EQ(state_named("TCP_FIN_WAIT1"), TcpState::FinWait1);
  EXPECT_EQ(state_named("FIN-WAIT-1"), TcpState::FinWait1);
  EXPECT_EQ(state_named("TCP_CLOSE"), TcpState::Closed);
  EXPECT_EQ(state_named("CLOSE-WAIT"), TcpState::CloseWait);
  for (const auto text : {"", "TCP", "SYN", "ESTABLISHED ", "FINWAIT1"}) {
    EXPECT_EQ(state_named(text), std::nullopt) << text;
  }
}

TEST(Status, EveryFieldHasANameOfItsOwn) {
  for (std::size_t i = 0; i < kStatusFields; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_NE(name(static_cast<StatusField>(i)), name(static_cast<StatusField>(j)));
    }
  }
  EXPECT_EQ(name(StatusField::State), "state");
  EXPECT_EQ(name(StatusField::ReceiveWindow), "rcv-wnd");
}

}  // namespace
}  // namespace harness::event
