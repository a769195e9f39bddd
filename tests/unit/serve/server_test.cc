#include "harness/serve/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <string>

#include "harness/serve/simple.h"

namespace harness::serve {
namespace {

using event::Call;
using event::Op;
using testing::ElementsAre;

constexpr wire::Endpoint kHere{wire::IpAddress::v4(0xC000'0201), 7};

// A TCP that answers when the test says so.
class ServerTest : public testing::Test {
 protected:
  struct Made {
    std::uint32_t id;
    std::int32_t fd;
    Op op;
    std::string data;
  };

  // The oldest call of this kind without an answer gets one.
  void answer(Op op, std::int64_t result, std::string_view data = {}, int error = 0) {
    const auto found = std::ranges::find(made, op, &Made::op);
    ASSERT_NE(found, made.end()) << event::name(op);
    const auto id = found->id;
    made.erase(found);
    server.heard(
        {.id = id, .result = result, .error = error, .data = base::as_bytes(data), .text = {}});
  }
  std::vector<std::string> pending() const {
    std::vector<std::string> names;
    for (const auto& call : made) names.emplace_back(event::name(call.op));
    return names;
  }
  std::string sent() const {
    const auto found = std::ranges::find(made, Op::Send, &Made::op);
    return found == made.end() ? "" : found->data;
  }
  void open(ServiceFactory make) {
    server.listen(kHere, std::move(make));
    answer(Op::Socket, 3);
    answer(Op::Bind, 0);
    answer(Op::Listen, 0);
    answer(Op::Accept, 4);
  }

  std::deque<Made> made;
  Server server{[this](const Call& call) {
    made.push_back({call.id,
                    call.fd,
                    call.op,
                    {reinterpret_cast<const char*>(call.data.data()), call.data.size()}});
  }};
};

TEST_F(ServerTest, EchoesAndEndsWhenThePeerDoes) {
  open(make_echo);
  EXPECT_THAT(pending(), ElementsAre("recv", "accept"));
  answer(Op::Receive, 3, "abc");
  EXPECT_EQ(sent(), "abc");
  answer(Op::Receive, 2, "de");
  EXPECT_EQ(sent(), "abc") << "one at a time";
  answer(Op::Send, 3);
  EXPECT_EQ(sent(), "de");
  answer(Op::Receive, 0);
  EXPECT_EQ(server.conversations(), 1u);
  answer(Op::Send, 2);
  EXPECT_THAT(pending(), ElementsAre("accept", "shutdown", "close"));
  EXPECT_EQ(server.conversations(), 0u);
  EXPECT_EQ(server.served(), 1u);
}

TEST_F(ServerTest, SourceEndsFirstAndWaitsForThePeersEnd) {
  open([] { return make_source(3); });
  EXPECT_EQ(sent(), std::string("\0\1\2", 3));
  answer(Op::Send, 3);
  EXPECT_THAT(pending(), ElementsAre("recv", "accept", "shutdown"));
  answer(Op::Receive, 5, "noise");
  answer(Op::Receive, 0);
  EXPECT_EQ(server.conversations(), 0u);
}

TEST_F(ServerTest, AnErrorClosesAndIsForgottenWhenAllIsAnswered) {
  open(make_echo);
  answer(Op::Receive, 3, "abc");
  answer(Op::Receive, -1, {}, ECONNRESET);
  EXPECT_EQ(server.conversations(), 1u) << "its send is still out";
  answer(Op::Send, -1, {}, EBADF);
  EXPECT_EQ(server.conversations(), 0u);
}

TEST_F(ServerTest, SaysWhyItCannotListen) {
  server.listen(kHere, make_echo);
  answer(Op::Socket, 3);
  answer(Op::Bind, -1, {}, EADDRINUSE);
  EXPECT_EQ(server.error(), EADDRINUSE);
}

TEST_F(ServerTest, ConnectsAndServesFromOurEnd) {
  server.connect(kHere, make_source(1));
  answer(Op::Socket, 3);
  ASSERT_EQ(made.front().op, Op::Connect);
  EXPECT_EQ(made.front().data.size(), event::kEndpointSize);
  answer(Op::Connect, 0);
  EXPECT_EQ(sent().size(), 1u);
}

TEST_F(ServerTest, AConnectThatFailsLeavesNothing) {
  server.connect(kHere, make_source(1));
  answer(Op::Socket, 3);
  answer(Op::Connect, -1, {}, ECONNREFUSED);
  EXPECT_THAT(pending(), ElementsAre("close"));
  EXPECT_EQ(server.conversations(), 0u);
}

}  // namespace
}  // namespace harness::serve
