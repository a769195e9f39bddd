#include "harness/scenario/parse_call.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <span>

#include "harness/base/spelling.h"
#include "harness/scenario/argument.h"
#include "harness/scenario/call_arguments.h"
#include "harness/scenario/names.h"

namespace harness::scenario {
namespace {

using event::Op;
using Kind = Argument::Kind;

constexpr std::int64_t kIntMin = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t kIntMax = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kTypeMask = 0xF;  // Of a socket's type, without SOCK_NONBLOCK and the like.

base::Bytes octets_of(std::int32_t value, std::size_t size = sizeof(std::int32_t)) {
  base::Bytes octets(sizeof value);
  std::memcpy(octets.data(), &value, sizeof value);
  octets.resize(size);
  return octets;
}

// {onoff=1, linger=0}: struct linger.
base::Bytes octets_of_linger(const Argument& argument, CallArguments& a) {
  const auto& items = argument.items;
  if (items.size() != 2 || items[0].name != "onoff" || items[1].name != "linger") {
    a.cursor().fail_unsupported(argument.at, "a struct other than {onoff=N, linger=N}");
    return {};
  }
  auto octets = octets_of(a.number(items[0], "onoff"));
  const auto linger = octets_of(a.number(items[1], "linger"));
  octets.insert(octets.end(), linger.begin(), linger.end());
  return octets;
}

base::Bytes octets_of_text(const std::string& text, std::size_t size) {
  base::Bytes octets(size);
  std::memcpy(octets.data(), text.data(), std::min(text.size(), size));
  return octets;
}

void parse_socket(CallArguments& a, CallStep& call) {
  const Argument& domain = a.next();
  const Argument& type = a.next();
  const Argument& protocol = a.next();
  call.args[0] = domain.is(Kind::Dots) ? AF_UNSPEC : a.number(domain, "the domain");
  call.args[1] = a.number(type, "the type");
  call.args[2] = a.number(protocol, "the protocol");
  if (!domain.is(Kind::Dots) && call.args[0] != AF_INET && call.args[0] != AF_INET6) {
    a.cursor().fail_unsupported(domain.at, "a domain other than AF_INET and AF_INET6");
  } else if ((call.args[1] & kTypeMask) != SOCK_STREAM) {
    a.cursor().fail_unsupported(type.at, "a socket that is no SOCK_STREAM");
  } else if (call.args[2] != IPPROTO_TCP && call.args[2] != IPPROTO_IP) {
    a.cursor().fail_unsupported(protocol.at, "a protocol other than IPPROTO_TCP");
  }
}

void parse_addressed(CallArguments& a, CallStep& call) {
  call.fd = a.fd();
  const Argument& address = a.next();
  if (call.op == Op::Connect && address.is(Kind::Number) && address.number == AF_UNSPEC) {
    a.cursor().fail_unsupported(address.at, "connect() to AF_UNSPEC, which disconnects,");
  } else if (!address.is(Kind::Dots)) {
    a.wrong(address, "`...`: addresses are those of --local_ip and --remote_ip");
  }
  const Argument& length = a.next();
  if (!length.is(Kind::Dots)) a.wrong(length, "`...`");
}

void parse_accept(CallArguments& a, CallStep& call) {
  call.fd = a.fd();
  a.filled_in();
  a.filled_in();
}

void parse_listen(CallArguments& a, CallStep& call) {
  call.fd = a.fd();
  call.args[0] = a.number("the backlog");
}

// read, recv, recvfrom.
void parse_receive(CallArguments& a, CallStep& call) {
  call.fd = a.fd();
  call.args[1] = a.buffer();
  if (a.left() > 0) call.args[0] = a.number("the flags");
  while (a.left() > 0) a.filled_in();
}

// write, send, sendto.
void parse_send(CallArguments& a, CallStep& call) {
  call.fd = a.fd();
  call.octets = static_cast<std::uint32_t>(a.buffer());
  if (a.left() > 0) {
    const Argument& flags = a.next();
    call.args[0] = a.number(flags, "the flags");
    if ((call.args[0] & MSG_FASTOPEN) != 0) a.cursor().fail_unsupported(flags.at, "MSG_FASTOPEN");
  }
  if (a.left() == 0) return;
  a.filled_in();
  const Argument& length = a.next();
  if (!length.is(Kind::Dots) && !length.is(Kind::Number)) a.wrong(length, "`...` or a length");
}

void parse_close(CallArguments& a, CallStep& call) { call.fd = a.fd(); }

void parse_shutdown(CallArguments& a, CallStep& call) {
  call.fd = a.fd();
  call.args[0] = a.number("SHUT_RD, SHUT_WR or SHUT_RDWR");
}

void parse_fcntl(CallArguments& a, CallStep& call) {
  call.fd = a.fd();
  call.args[0] = a.number("the command");
  if (a.left() > 0) call.args[1] = a.number("the command's argument");
}

void parse_set_option(CallArguments& a, CallStep& call) {
  call.fd = a.fd();
  call.args[0] = a.number("the level");
  call.args[1] = a.number("the name of the option");
  const Argument& value = a.next();
  const Argument& length = a.next();
  const auto size = static_cast<std::size_t>(a.at_least_0(length, "the length"));
  const auto wrong_length = [&](std::size_t right) {
    a.cursor().fail(length.at, fmt::format("the value has {} octets, not {}", right, size));
  };
  if (value.is(Kind::List) && value.items.size() == 1) {
    call.args[2] = a.number(value.items[0], "the value");
    if (size == 0) {
      a.cursor().fail_unsupported(length.at, "an option without octets");
    } else if (size > sizeof(std::int32_t)) {
      wrong_length(sizeof(std::int32_t));
    } else if (size < sizeof(std::int32_t)) {
      call.data = octets_of(static_cast<std::int32_t>(call.args[2]), size);
      call.args[2] = 0;
    }
  } else if (value.is(Kind::Struct)) {
    call.data = octets_of_linger(value, a);
    if (size != call.data.size()) wrong_length(call.data.size());
  } else if (value.is(Kind::Text)) {
    const auto right = value.text.size();
    if (size == 0 || size > right + 1) return wrong_length(right);
    call.data = octets_of_text(value.text, size);  // With its NUL, or cut, as the length says.
  } else {
    a.wrong(value, "[value], {onoff=N, linger=N} or \"text\"");
  }
}

void parse_get_option(CallArguments& a, CallStep& call) {
  call.fd = a.fd();
  call.args[0] = a.number("the level");
  call.args[1] = a.number("the name of the option");
  const Argument& value = a.next();
  const Argument& length = a.next();
  if (!length.is(Kind::List) || length.items.size() != 1) return a.wrong(length, "[length]");
  call.args[2] = a.at_least_0(length.items[0], "the length");
  const auto size = static_cast<std::size_t>(call.args[2]);
  const auto wrong_length = [&](std::size_t right) {
    a.cursor().fail(length.at, fmt::format("the value has {} octets, not {}", right, size));
  };
  const bool list = value.is(Kind::List) && value.items.size() == 1;
  if (value.is(Kind::Dots) || (list && value.items[0].is(Kind::Dots))) return;  // Any value.
  if (list) {
    call.value = octets_of(a.number(value.items[0], "the value"));
    if (size != sizeof(std::int32_t)) wrong_length(sizeof(std::int32_t));
  } else if (value.is(Kind::Struct)) {
    call.value = octets_of_linger(value, a);
    if (size != call.value->size()) wrong_length(call.value->size());
  } else if (value.is(Kind::Text)) {
    constexpr std::size_t kLongestText = 4096;
    if (size > kLongestText || size < value.text.size()) return wrong_length(value.text.size());
    call.value = octets_of_text(value.text, size);  // Linux pads the text with zeros.
  } else {
    a.wrong(value, "[value], {onoff=N, linger=N}, \"text\" or `...`");
  }
}

void parse_poll(CallArguments& a, CallStep& call) {
  const Argument& list = a.next();
  const Argument& count = a.next();
  call.args[1] = a.number("the time-out, in milliseconds");
  if (!list.is(Kind::List) || list.items.empty() || !list.items[0].is(Kind::Struct)) {
    return a.wrong(list, "[{fd=N, events=E, revents=R}]");
  }
  if (list.items.size() > 1) {
    return a.cursor().fail_unsupported(list.items[1].at, "poll() of several descriptors");
  }
  if (a.number(count, "the number of descriptors") != 1) return a.wrong(count, "1, as listed");
  bool fd = false, events = false;
  for (const Argument& field : list.items[0].items) {
    if (field.name == "fd") {
      call.fd = a.number(field, "fd");
      fd = true;
    } else if (field.name == "events") {
      call.args[0] = a.number(field, "events");
      events = true;
    } else if (field.name == "revents") {
      call.flags = static_cast<std::uint32_t>(a.number(field, "revents"));
    } else {
      a.cursor().fail(field.at, "a descriptor to poll has fd, events and revents");
    }
  }
  if (!fd || !events) a.wrong(list, "[{fd=N, events=E, revents=R}]");
}

struct Known {
  std::string_view name;
  Op op;
  std::size_t least, most;  // Arguments.
  void (*read)(CallArguments&, CallStep&);
};

constexpr Known kCalls[] = {
    {"socket", Op::Socket, 3, 3, parse_socket},
    {"bind", Op::Bind, 3, 3, parse_addressed},
    {"listen", Op::Listen, 2, 2, parse_listen},
    {"accept", Op::Accept, 3, 3, parse_accept},
    {"connect", Op::Connect, 3, 3, parse_addressed},
    {"read", Op::Receive, 3, 3, parse_receive},
    {"recv", Op::Receive, 4, 4, parse_receive},
    {"recvfrom", Op::Receive, 6, 6, parse_receive},
    {"write", Op::Send, 3, 3, parse_send},
    {"send", Op::Send, 4, 4, parse_send},
    {"sendto", Op::Send, 6, 6, parse_send},
    {"close", Op::Close, 1, 1, parse_close},
    {"shutdown", Op::Shutdown, 2, 2, parse_shutdown},
    {"fcntl", Op::Control, 2, 3, parse_fcntl},
    {"getsockopt", Op::GetOption, 5, 5, parse_get_option},
    {"setsockopt", Op::SetOption, 5, 5, parse_set_option},
    {"poll", Op::Poll, 3, 3, parse_poll},
};

constexpr std::string_view kNotYet[] = {
    "accept4",   "cap_set",      "epoll_create", "epoll_create1", "epoll_ctl",    "epoll_wait",
    "ioctl",     "open",         "pipe",         "psp_rx_assoc",  "psp_tx_assoc", "readv",
    "recvmsg",   "sendfile",     "sendmsg",      "splice",        "writev",       "recvmmsg",
    "sendmmsg",  "getsockname",  "getpeername",  "select",        "ppoll",        "dup",
    "io_submit", "io_getevents", "mmap",         "munmap",        "usleep",       "sctp_bindx"};

std::vector<Argument> parse_arguments(Cursor& cursor) {
  constexpr std::size_t kMost = 16;
  std::vector<Argument> all;
  cursor.expect('(');
  if (cursor.accept(')')) return all;
  do {
    if (all.size() == kMost) cursor.fail(fmt::format("more than {} arguments", kMost));
    all.push_back(parse_argument(cursor));
  } while (cursor.accept(','));
  if (!cursor.accept(')')) cursor.fail_expected("`,` or `)`");
  return all;
}

// "(Connection refused)", "(flags O_RDWR|O_NONBLOCK)": for people.
void skip_note(Cursor& cursor) {
  if (!cursor.accept('(')) return;
  while (!cursor.now().is(')') && !cursor.at_end()) cursor.take();
  cursor.expect(')');
}

void parse_error_name(CallStep& call, Cursor& cursor) {
  const auto word = cursor.now().text;
  if (!cursor.now().is(Token::Kind::Word) || !word.starts_with('E')) return;
  if (call.result != -1) cursor.fail("only a result of -1 has an error");
  call.error = error_named(word);
  if (!call.error) {
    std::vector<std::string_view> names;
    for (const auto& error : errors()) names.push_back(error.name);
    cursor.fail(fmt::format("unknown error {}{}", quoted(word),
                            base::did_you_mean(base::nearest(word, names))));
  }
  cursor.take();
}

void parse_result(CallStep& call, Cursor& cursor) {
  cursor.expect('=');
  const auto at = cursor.at();
  const bool names = call.op == Op::Socket || call.op == Op::Accept;
  if (cursor.accept(Token::Kind::Dots)) {
    if (names) cursor.fail(at, "the result is the script's name for the new socket: a number");
    skip_note(cursor);
    return;
  }
  call.result = parse_expression(cursor);
  if (*call.result < kIntMin || *call.result > kIntMax || (names && *call.result < -1)) {
    cursor.fail(
        at, names ? "a socket is called by a number from 0" : "a result does not fit into 32 bits");
  }
  parse_error_name(call, cursor);
  skip_note(cursor);
  skip_note(cursor);
  // What a call that fails leaves in its buffers is nobody's business.
  if (*call.result < 0) call.value.reset();
}

const Known* find_call(Cursor& cursor) {
  const auto name = cursor.now().text;
  const auto known = std::ranges::find(kCalls, name, &Known::name);
  if (known != std::end(kCalls)) return &*known;
  if (std::ranges::find(kNotYet, name) != std::end(kNotYet) || name.starts_with("sctp_")) {
    cursor.fail_unsupported(cursor.at(), fmt::format("{}()", name));
    return nullptr;
  }
  std::vector<std::string_view> names;
  for (const auto& call : kCalls) names.push_back(call.name);
  cursor.fail(fmt::format("unknown call {}{}", quoted(name),
                          base::did_you_mean(base::nearest(name, names))));
  return nullptr;
}

}  // namespace

CallStep parse_call(Cursor& cursor) {
  const auto at = cursor.at();
  const Known* known = find_call(cursor);
  if (known == nullptr) return {};
  cursor.take();
  CallStep call;
  call.op = known->op;
  const auto all = parse_arguments(cursor);
  if (all.size() < known->least || all.size() > known->most) {
    const auto count = known->least == known->most
                           ? fmt::format("{}", known->least)
                           : fmt::format("{} or {}", known->least, known->most);
    cursor.fail(at, fmt::format("{}() takes {} {}, not {}", known->name, count,
                                known->most == 1 ? "argument" : "arguments", all.size()));
  }
  if (cursor.failed()) return {};
  CallArguments arguments{known->name, all, cursor};
  known->read(arguments, call);
  parse_result(call, cursor);
  return call;
}

}  // namespace harness::scenario
