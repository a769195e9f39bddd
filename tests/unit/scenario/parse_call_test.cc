#include "harness/scenario/parse_call.h"

#include <cerrno>

#include "tests/unit/scenario/scripts.h"

namespace harness::scenario {
namespace {

using event::Op;
using Args = std::array<std::int64_t, 3>;

CallStep call(const std::string& text) { return last_step<CallStep>("0 " + text); }

TEST(ParseCall, EveryCallHasItsOperationAndArguments) {
  const struct {
    std::string text;
    Op op;
    std::int32_t fd;
    Args args;
    std::uint32_t octets;
  } kCases[] = {
      {"socket(..., SOCK_STREAM, IPPROTO_TCP) = 3", Op::Socket, -1, {0, 1, 6}, 0},
      {"socket(AF_INET6, SOCK_STREAM|SOCK_NONBLOCK, 0) = 3", Op::Socket, -1, {10, 2049, 0}, 0},
      {"bind(3, ..., ...) = 0", Op::Bind, 3, {}, 0},
      {"listen(3, 0x10) = 0", Op::Listen, 3, {16}, 0},
      {"accept(3, ..., ...) = 4", Op::Accept, 3, {}, 0},
      {"accept(3, NULL, NULL) = 4", Op::Accept, 3, {}, 0},
      {"connect(3, ..., ...) = 0", Op::Connect, 3, {}, 0},
      {"read(3, ..., 100) = 5", Op::Receive, 3, {0, 100}, 0},
      {"read(3, NULL, 0) = 0", Op::Receive, 3, {0, 0}, 0},
      {"recv(3, ..., 100, MSG_PEEK) = 5", Op::Receive, 3, {2, 100}, 0},
      {"recvfrom(3, ..., 100, 0, ..., ...) = 5", Op::Receive, 3, {0, 100}, 0},
      {"recvfrom(3, ..., 100, 0, NULL, NULL) = 5", Op::Receive, 3, {0, 100}, 0},
      {"write(3, ..., 1000) = 1000", Op::Send, 3, {}, 1000},
      {"send(3, ..., 9, MSG_OOB) = 9", Op::Send, 3, {1}, 9},
      {"sendto(3, ..., 9, 0, ..., ...) = 9", Op::Send, 3, {0}, 9},
      {"sendto(3, ..., 9, 0, NULL, 0) = 9", Op::Send, 3, {0}, 9},
      {"close(-1) = -1 EBADF (Bad file descriptor)", Op::Close, -1, {}, 0},
      {"shutdown(3, SHUT_RDWR) = 0", Op::Shutdown, 3, {2}, 0},
      {"fcntl(3, F_GETFL) = 2", Op::Control, 3, {3}, 0},
      {"fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0", Op::Control, 3, {4, 2050}, 0},
      {"setsockopt(3, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0", Op::SetOption, 3, {1, 9, 1}, 0},
      {"getsockopt(3, SOL_TCP, TCP_MAXSEG, [1460], [4]) = 0", Op::GetOption, 3, {6, 2, 4}, 0},
      {"poll([{fd=3, events=POLLIN}], 1, -1) = 0", Op::Poll, 3, {1, -1}, 0},
  };
  for (const auto& c : kCases) {
    const auto step = call(c.text);
    EXPECT_EQ(step.op, c.op) << c.text;
    EXPECT_EQ(step.fd, c.fd) << c.text;
    EXPECT_EQ(step.args, c.args) << c.text;
    EXPECT_EQ(step.octets, c.octets) << c.text;
  }
}

TEST(ParseCall, ResultsAreNumbersOrErrorsOrOpen) {
  EXPECT_EQ(call("listen(3, 1) = 0").result, 0);
  EXPECT_FALSE(call("listen(3, 1) = 0").error);
  const auto failed = call("listen(3, 1) = -1 EADDRINUSE (Address already in use) (what a note)");
  EXPECT_EQ(failed.result, -1);
  EXPECT_EQ(failed.error, EADDRINUSE);
  EXPECT_FALSE(call("listen(3, 1) = -1").error);
  EXPECT_EQ(call("fcntl(3, F_GETFL) = 0x802 (flags O_RDWR|O_NONBLOCK)").result, 0x802);
  EXPECT_EQ(call("fcntl(3, F_GETFL) = O_RDWR|O_NONBLOCK").result, 0x802);
  EXPECT_FALSE(call("read(3, ..., 10) = ...").result);
}

TEST(ParseCall, OptionValuesAreNumbersStructsOrText) {
  EXPECT_EQ(call("setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=2}, 8) = 0").data,
            octets({1, 0, 0, 0, 2, 0, 0, 0}));
  EXPECT_EQ(call("setsockopt(3, SOL_TCP, TCP_CONGESTION, \"re\" \"no\", 4) = 0").data,
            octets({'r', 'e', 'n', 'o'}));
  EXPECT_EQ(call("setsockopt(3, SOL_TCP, TCP_CONGESTION, \"a\\x01\\\"\\\\\", 5) = 0").data,
            octets({'a', 1, '"', '\\', 0}));
  EXPECT_EQ(call("setsockopt(3, SOL_SOCKET, SO_DEBUG, [0x102], 1) = 0").data, octets({2}));
  EXPECT_EQ(call("getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0").value,
            octets({ECONNREFUSED, 0, 0, 0}));
  EXPECT_EQ(call("getsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=0, linger=0}, [8]) = 0").value,
            base::Bytes(8));
  EXPECT_EQ(call("getsockopt(3, SOL_TCP, TCP_CONGESTION, \"reno\", [6]) = 0").value,
            octets({'r', 'e', 'n', 'o', 0, 0}));
  for (std::string any : {"...", "[...]"}) {
    EXPECT_FALSE(call("getsockopt(3, SOL_TCP, TCP_INFO, " + any + ", [104]) = 0").value);
  }
  EXPECT_FALSE(call("getsockopt(3, SOL_TCP, 99, [0], [4]) = -1 ENOPROTOOPT").value);
}

TEST(ParseCall, PollTellsWhatItFound) {
  const auto step = call("poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLIN}], 1, 0) = 1");
  EXPECT_EQ(step.fd, 4);
  EXPECT_EQ(step.args, (Args{5, 0}));
  EXPECT_EQ(step.flags, 1u);
  EXPECT_FALSE(call("poll([{fd=4, events=POLLIN}], 1, 0) = 0").flags);
}

TEST(ParseCall, WrongCallsAreToldAtTheirPlace) {
  expect_error("0 @lisen(3, 1) = 0", "unknown call `lisen`; did you mean `listen`?");
  expect_error("0 @listen(3) = 0", "listen() takes 2 arguments, not 1");
  expect_error("0 @close() = 0", "close() takes 1 argument, not 0");
  expect_error("0 @fcntl(3) = 0", "fcntl() takes 2 or 3 arguments, not 1");
  expect_error("0 listen(3, @...) = 0", "argument 2 of listen must be the backlog: a number");
  expect_error("0 listen(3, @\"1\") = 0", "argument 2 of listen must be the backlog");
  expect_error("0 listen(3, @99999999999) = 0", "does not fit into 32 bits");
  expect_error("0 listen(3, @99999999999999999999999) = 0", "a number is from");
  expect_error("0 listen(3, @SO_REUSEADR) = 0",
               "unknown symbol `SO_REUSEADR`; did you mean `SO_REUSEADDR`?");
  expect_error("0 listen(3, 1@; 2) = 0", "expected `,` or `)`, found `;`");
  expect_error("0 listen(3, @) = 0", "expected an argument, found `)`");
  expect_error("0 @listen 3, 1) = 0", "expected a packet, a call");
  expect_error("0 bind(3, @AF_INET, ...) = 0", "argument 2 of bind must be `...`");
  expect_error("0 bind(3, ..., @16) = 0", "argument 3 of bind must be `...`");
  expect_error("0 accept(3, @1, ...) = 4", "argument 2 of accept must be `...` or NULL");
  expect_error("0 write(3, @\"abc\", 3) = 3", "the octets are the stream's own");
  expect_error("0 write(3, ..., @-1) = 3", "a length is from 0 to");
  expect_error("0 setsockopt(3, 1, 2, [1], @8) = 0", "the value has 4 octets, not 8");
  expect_error("0 setsockopt(3, 1, 2, @1, 4) = 0", "argument 4 of setsockopt must be [value]");
  expect_error("0 setsockopt(3, 1, 2, @[1, 2], 4) = 0", "argument 4 of setsockopt must be [value]");
  expect_error("0 setsockopt(3, 1, 2, {onoff=1, linger=1}, @4) = 0", "has 8 octets, not 4");
  expect_error("0 setsockopt(3, 1, 2, {onoff @1}, 8) = 0", "expected `=`");
  expect_error("0 setsockopt(3, 1, 2, \"ab\", @9) = 0", "the value has 2 octets, not 9");
  expect_error("0 setsockopt(3, 1, 2, \"a@\\q\", 1) = 0", "in a string a backslash");
  expect_error("0 getsockopt(3, 1, 2, [1], @4) = 0", "argument 5 of getsockopt must be [length]");
  expect_error("0 getsockopt(3, 1, 2, [1], @[8]) = 0", "the value has 4 octets, not 8");
  expect_error("0 getsockopt(3, 1, 2, \"a\", @[2147483647]) = 0", "octets, not 2147483647");
  expect_error("0 poll(@3, 1, 0) = 0", "argument 1 of poll must be");
  expect_error("0 poll([{fd=3, events=1}], @2, 0) = 0", "argument 2 of poll must be 1");
  expect_error("0 poll(@[{fd=3}], 1, 0) = 0", "argument 1 of poll must be");
  expect_error("0 poll([{fd=3, event=@1}], 1, 0) = 0", "has fd, events and revents");
  expect_error("0 poll([{fd=@..., events=1}], 1, 0) = 0", "this must be fd: a number");
  expect_error("0 listen(3, 1)@", "expected `=`, found the end of the file");
  expect_error("0 listen(3, 1) =@", "expected a number");
  expect_error("0 listen(3, 1) = @4294967296", "a result does not fit into 32 bits");
  expect_error("0 listen(3, 1) = 0 @EAGAIN", "only a result of -1 has an error");
  expect_error("0 listen(3, 1) = -1 @EAGIAN", "unknown error `EAGIAN`; did you mean `EAGAIN`?");
  expect_error("0 listen(3, 1) = -1 EAGAIN (never ends@", "expected `)`");
  expect_error("0 socket(..., SOCK_STREAM, 0) = @...", "the script's name for the new socket");
  expect_error("0 accept(3, ..., ...) = @-2", "a socket is called by a number from 0");
  expect_error("0 listen(3, [[[[@[1]]]]]) = 0", "nested too deep");
}

TEST(ParseCall, WhatIsNotSupportedYetSaysSo) {
  for (std::string text :
       {"@epoll_create(1) = 3", "@sendmsg(3, {}, 0) = 1", "@ioctl(3, SIOCINQ, [5]) = 0",
        "@open(\"x\", O_RDWR) = 3", "@writev(3, [{..., 10}], 1) = 10", "@sctp_sendmsg(3) = 0",
        "connect(3, @AF_UNSPEC, ...) = 0", "sendto(3, ..., 9, @MSG_FASTOPEN, ..., ...) = 9",
        "write(3, @NULL, 9) = 9", "socket(..., @SOCK_DGRAM, 0) = 3",
        "socket(@AF_UNIX, SOCK_STREAM, 0) = 3", "socket(..., SOCK_STREAM, @IPPROTO_MPTCP) = 3",
        "poll([{fd=3, events=1}, @{fd=4, events=1}], 2, 0) = 1",
        "setsockopt(3, 1, 2, @{function_set_name=1}, 8) = 0"}) {
    expect_error("0 " + text, "is not supported yet");
  }
}

}  // namespace
}  // namespace harness::scenario
