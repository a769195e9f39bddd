#include "harness/serve/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace harness::serve {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class HttpTest : public testing::Test {
 protected:
  void say(std::string_view text) { http->take(base::as_bytes(text)); }
  // All it has to say now, asked for in small pieces.
  std::string heard() {
    std::string text;
    std::byte room[7];
    for (;;) {
      const auto given = http->give(room);
      if (given == 0) return text;
      text.append(reinterpret_cast<const char*>(room), given);
    }
  }

  std::shared_ptr<HttpStore> store = std::make_shared<HttpStore>();
  std::unique_ptr<Service> http = make_http(store);
};

TEST_F(HttpTest, GivesBackWhatWasPut) {
  say("PUT /x HTTP/1.1\r\nContent-Length: 5\r\n\r\nhel");
  EXPECT_EQ(heard(), "");
  say("lo");
  EXPECT_THAT(heard(), StartsWith("HTTP/1.1 201 "));
  say("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(heard(),
              AllOf(HasSubstr("200 OK\r\nContent-Length: 5\r\n"), EndsWith("\r\n\r\nhello")));
  EXPECT_FALSE(http->finished());
}

TEST_F(HttpTest, AnswersRequestsThatCameAtOnceOneAfterTheOther) {
  say("PUT /a HTTP/1.1\r\nContent-Length: 1\r\n\r\nAGET /a HTTP/1.1\r\n\r\nHEAD /a HTTP/1.1\r\n\r\n"
      "GET /octets/3 HTTP/1.1\r\nConnection: close\r\n\r\nGET /a HTTP/1.1\r\n\r\n");
  const auto all = heard();
  EXPECT_THAT(
      all, HasSubstr("Content-Length: 1\r\n\r\nAHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nHTTP"));
  EXPECT_THAT(all, EndsWith(std::string{"Connection: close\r\n\r\n\0\1\2", 24}));
  EXPECT_TRUE(http->finished());
}

TEST_F(HttpTest, SaysContinueToWhoWaitsForIt) {
  say("PUT /x HTTP/1.1\r\ncontent-length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(heard(), "HTTP/1.1 100 Continue\r\n\r\n");
  say("ab");
  EXPECT_THAT(heard(), StartsWith("HTTP/1.1 201 "));
}

TEST_F(HttpTest, RefusesWhatItCannotReadAndEnds) {
  for (const auto& [request, status] : std::vector<std::pair<std::string, std::string>>{
           {"nonsense\r\n\r\n", "400"},
           {"GET /x\r\n\r\n", "400"},
           {"PUT /x HTTP/1.1\r\n\r\n", "411"},
           {"PUT /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "411"},
           {"PUT /x HTTP/1.1\r\nContent-Length: 12x\r\n\r\n", "400"},
           {"PUT /x HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n", "507"},
           {"POST /x HTTP/1.1\r\n\r\n", "405"},
           {std::string(1 << 16, 'x'), "431"}}) {
    http = make_http(store);
    say(request);
    EXPECT_THAT(heard(), StartsWith("HTTP/1.1 " + status)) << request.substr(0, 40);
    EXPECT_TRUE(http->finished());
  }
  EXPECT_EQ(store->octets, 0u);
}

TEST_F(HttpTest, WhatIsNotThereIsNotFoundAndTheConnectionGoesOn) {
  say("GET /nothing HTTP/1.1\r\n\r\nGET /octets/9x HTTP/1.1\r\n\r\n");
  EXPECT_THAT(heard(), HasSubstr("404 Not Found\r\nContent-Length: 0\r\n\r\nHTTP/1.1 404"));
  EXPECT_FALSE(http->finished());
}

TEST_F(HttpTest, AFileThatIsReplacedIsSentAsItWas) {
  say("PUT /x HTTP/1.1\r\nContent-Length: 3\r\n\r\noldGET /x HTTP/1.1\r\n\r\n");
  std::byte room[60];
  http->give(room);
  const auto other = make_http(store);
  other->take(
      base::as_bytes(std::string_view{"PUT /x HTTP/1.1\r\nContent-Length: 4\r\n\r\nnewer"}));
  EXPECT_THAT(heard(), EndsWith("old"));
  EXPECT_EQ(store->octets, 4u);
}

TEST_F(HttpTest, ABodyThatStopsHalfWayLeavesNothing) {
  say("PUT /x HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf");
  http->end();
  EXPECT_TRUE(http->finished());
  http.reset();
  EXPECT_EQ(store->octets, 0u);
  EXPECT_TRUE(store->files.empty());
}

}  // namespace
}  // namespace harness::serve
