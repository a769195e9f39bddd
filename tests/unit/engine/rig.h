#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/rng.h"
#include "harness/clock/instant.h"
#include "harness/engine/host.h"
#include "harness/engine/stack.h"
#include "harness/event/call.h"
#include "harness/event/status.h"
#include "harness/event/trace.h"
#include "harness/wire/craft.h"
#include "harness/wire/print.h"
#include "harness/wire/segment_spec.h"

namespace harness::engine::test {

using namespace std::chrono_literals;
using event::Op;
using event::StatusField;
using Lines = std::vector<std::string>;

inline const wire::IpAddress kLocal = wire::IpAddress::v4(0xC0000201);   // 192.0.2.1
inline const wire::IpAddress kRemote = wire::IpAddress::v4(0xC6336401);  // 198.51.100.1
inline constexpr wire::Port kService = 8080, kPeer = 40'001;

inline Config config_of(wire::IpAddress local) {
  Config config;
  config.addresses = {local};
  return config;
}

// Octets by position: never zero, and no two places a short distance apart look alike.
inline std::byte octet_at(std::uint64_t position) {
  return static_cast<std::byte>(1 + (position * 7 + position / 251) % 255);
}
inline base::Bytes stream(std::uint64_t from, std::size_t octets) {
  base::Bytes bytes(octets);
  for (std::size_t i = 0; i < octets; ++i) bytes[i] = octet_at(from + i);
  return bytes;
}

struct Result {
  std::int64_t value = 0;
  int error = 0;
  std::uint32_t flags = 0;
  base::Bytes data{};
  friend bool operator==(const Result& a, const Result& b) {
    return a.value == b.value && a.error == b.error;
  }
};
inline std::ostream& operator<<(std::ostream& out, const Result& r) {
  return out << r.value << " (" << std::strerror(r.error) << ")";
}
inline Result ok(std::int64_t value = 0) { return {.value = value}; }
inline Result error(int number) { return {.value = -1, .error = number}; }

// One stack and one peer, by hand. Both sides' numbers begin just short of the wrap; what the
// stack sends is printed from its ISS and the peer's ISN, as scripts write it.
class Rig {
 public:
  explicit Rig(Config config = config_of(kLocal), wire::Port local_port = kService,
               wire::Port remote_port = kPeer)
      : stack_(config, base::Rng{7}),
        local_{config.addresses[0], local_port},
        remote_{config.addresses[0].version() == wire::IpVersion::V4
                    ? kRemote
                    : wire::IpAddress::v6(0x2001'0DB8'0000'0000, 2),
                remote_port} {
    const KeyedHash hash{base::Rng{7}.fork("initial sequence")};
    const auto offset = static_cast<std::uint32_t>(hash(tuple()));
    now_ += 4us * std::int64_t{0u - offset - 20u};
  }

  // -- The application.
  std::optional<Result> call(Op op, int fd, std::array<std::int64_t, 3> args = {},
                             event::Span data = {}, std::string_view text = {}) {
    event::Call c{.id = ++last_call_, .fd = fd, .op = op, .args = args, .data = data, .text = text};
    const auto record = trace_.append({.at = now_}, c);
    Out out{trace_, now_, record};
    stack_.step(now_, trace_.call(trace_[record]), out);
    look();
    return reply(c.id);
  }
  // The reply to a call that waited.
  std::optional<Result> reply(std::uint32_t id) {
    const auto found = replies_.find(id);
    if (found == replies_.end()) return std::nullopt;
    return found->second;
  }
  std::uint32_t last_call() const { return last_call_; }
  int socket(bool nonblocking = true) {
    const int domain = local_.address.version() == wire::IpVersion::V4 ? AF_INET : AF_INET6;
    const int type = SOCK_STREAM | (nonblocking ? SOCK_NONBLOCK : 0);
    return static_cast<int>(call(Op::Socket, -1, {domain, type, 0})->value);
  }
  int listen(int backlog = 5, bool nonblocking = true) {
    const int fd = socket(nonblocking);
    EXPECT_EQ(call(Op::SetOption, fd, {SOL_SOCKET, SO_REUSEADDR, 1}), ok());
    EXPECT_EQ(call(Op::Bind, fd, {}, event::encode(local_)), ok());
    EXPECT_EQ(call(Op::Listen, fd, {backlog, 0, 0}), ok());
    return fd;
  }
  std::optional<Result> connect(int fd) {
    return call(Op::Connect, fd, {}, event::encode(remote_));
  }
  std::optional<Result> send(int fd, std::uint64_t from, std::size_t octets, int flags = 0) {
    return call(Op::Send, fd, {flags, 0, 0}, stream(from, octets));
  }
  std::optional<Result> receive(int fd, std::int64_t most = 100'000, int flags = 0) {
    return call(Op::Receive, fd, {flags, most, 0});
  }
  std::optional<Result> set(int fd, int level, int name, int value) {
    return call(Op::SetOption, fd, {level, name, value});
  }
  std::optional<Result> linger(int fd, int seconds) {
    const struct linger value{.l_onoff = 1, .l_linger = seconds};
    return call(Op::SetOption, fd, {SOL_SOCKET, SO_LINGER, 0}, std::as_bytes(std::span{&value, 1}));
  }
  int option(int fd, int level, int name) {
    const auto r = call(Op::GetOption, fd, {level, name, 4});
    int value = -1;
    if (r && r->data.size() == 4) std::memcpy(&value, r->data.data(), 4);
    return value;
  }
  std::uint32_t poll(int fd) { return call(Op::Poll, fd, {0xFFFF, 0, 0})->flags; }
  bool world(std::string_view text) { return call(Op::World, -1, {}, {}, text) == ok(); }
  std::optional<std::int64_t> status(StatusField field) {
    const auto r = call(Op::Status, -1, {}, event::encode(tuple()));
    if (!r || r->value != 0) return std::nullopt;
    return event::decode_status(r->data)->get(field);
  }
  // "none" when there is no such connection.
  std::string state() {
    const auto value = status(StatusField::State);
    return value ? std::string{name(static_cast<event::TcpState>(*value))} : "none";
  }
  std::string state_of(int fd) {
    const auto r = call(Op::Status, fd);
    return std::string{name(*event::decode_status(r->data)->state())};
  }

  // -- The peer. Numbers count from the ISNs: seq from the peer's, ack from the stack's.
  void inject(wire::Flags flags, std::uint32_t seq, std::uint32_t ack = 0, std::size_t octets = 0,
              std::uint16_t window = 65'535, base::Bytes options = {}) {
    wire::SegmentSpec spec;
    spec.options = std::move(options);
    inject(flags, seq, ack, octets, window, spec);
  }
  void inject(wire::Flags flags, std::uint32_t seq, std::uint32_t ack, std::size_t octets,
              std::uint16_t window, const wire::SegmentSpec& spec) {
    wire::Segment segment;
    segment.source = remote_.port;
    segment.destination = local_.port;
    segment.seq = wire::SeqNum{seq + kPeerIsn};
    segment.ack = wire::SeqNum{flags.ack() ? ack + iss_ : 0};
    segment.flags = flags;
    segment.window = window;
    base::Bytes payload(octets);
    for (std::uint32_t i = 0; i < octets; ++i) payload[i] = octet_at(seq + i);  // Wraps.
    segment.payload = payload;
    wire::IpHeader ip;
    ip.source = remote_.address;
    ip.destination = local_.address;
    deliver(wire::craft(spec, ip, segment));
  }
  void deliver(event::Span datagram) {
    const auto room = trace_.reserve(datagram.size());
    std::ranges::copy(datagram, room.bytes.begin());
    const auto record = trace_.append_new_packet(
        event::Kind::Packet, now_, event::Direction::ToTarget, room.body, event::kNoRecord);
    Out out{trace_, now_, record};
    stack_.step(now_, trace_.body(room.body), out);
    look();
  }

  // -- Time.
  void wait(clock::Duration duration) {
    const clock::Instant until = now_ + duration;
    while (const auto due = stack_.next_deadline()) {
      if (*due > until) break;
      now_ = std::max(now_, *due);
      Out out{trace_, now_, event::kNoRecord};
      stack_.step(now_, out);
      look();
    }
    now_ = until;
  }
  clock::Instant now() const { return now_; }
  std::optional<clock::Instant> next_deadline() const { return stack_.next_deadline(); }
  bool due(clock::Duration later) const { return stack_.due(now_ + later); }
  // Time until the next timer; nothing when none runs.
  std::optional<clock::Duration> timer() const {
    const auto due = stack_.next_deadline();
    if (!due) return std::nullopt;
    return *due - now_;
  }

  // -- What came out since the last look.
  Lines sent() {
    Lines lines = std::move(sent_);
    sent_.clear();
    return lines;
  }
  // The same, with seconds since `from`, and only the first words.
  struct Timed {
    clock::Instant at;
    std::string line;
  };
  std::vector<Timed> timed() {
    std::vector<Timed> result = std::move(timed_);
    timed_.clear();
    sent_.clear();
    return result;
  }

  // -- Ready-made.
  // A connection in ESTABLISHED, passive; the listener's fd is 3, this is 4.
  int accepted(std::uint16_t window = 65'535, base::Bytes options = mss(1460)) {
    const int listener = listen();
    inject(wire::kSyn, 0, 0, 0, window, std::move(options));
    inject(wire::kAck, 1, 1, 0, window);
    const auto r = call(Op::Accept, listener);
    EXPECT_EQ(state(), "ESTABLISHED");
    sent();
    timed();
    const int fd = static_cast<int>(r->value);
    EXPECT_EQ(call(Op::Control, fd, {F_SETFL_, O_NONBLOCK_, 0}), ok());
    return fd;
  }
  static base::Bytes mss(std::uint16_t value) {
    return {std::byte{2}, std::byte{4}, std::byte(value >> 8), std::byte(value & 0xFF)};
  }

  wire::FourTuple tuple() const { return {local_, remote_}; }
  void set_remote(wire::Endpoint remote) { remote_ = remote; }
  void set_local_port(wire::Port port) { local_.port = port; }
  std::uint32_t iss() const { return iss_; }
  const event::Trace& trace() const { return trace_; }
  Stack& stack() { return stack_; }

  static constexpr std::uint32_t kPeerIsn = 0xFFFF'FFF0;

 private:
  static constexpr int F_SETFL_ = 4, O_NONBLOCK_ = 04000;

  void look() {
    for (; seen_ < trace_.size(); ++seen_) {
      const event::Record& record = trace_[seen_];
      if (record.direction != event::Direction::FromTarget) continue;
      if (record.kind == event::Kind::Reply) {
        const event::Reply r = trace_.reply(record);
        EXPECT_FALSE(replies_.contains(r.id)) << "call " << r.id << " answered twice";
        replies_[r.id] = {.value = r.result,
                          .error = r.error,
                          .flags = r.flags,
                          .data = {r.data.begin(), r.data.end()}};
      } else if (record.kind == event::Kind::Packet) {
        see(trace_.body(record));
      }
    }
  }
  void see(event::Span datagram) {
    const auto ip = wire::DatagramView::parse(datagram);
    ASSERT_TRUE(ip);
    ASSERT_TRUE(ip->header_checksum_ok());
    const auto segment = wire::SegmentView::parse(ip->payload());
    ASSERT_TRUE(segment && segment->data_offset_ok());
    ASSERT_EQ(segment->reserved(), 0) << "9293-3.1-rsrvd-tx";
    if (segment->flags().syn()) {
      iss_ = segment->seq().raw();
      local_.port = segment->source();
    }
    const bool absolute_ack = segment->flags().rst() && !segment->flags().ack();
    sent_.push_back(
        wire::print_datagram(datagram, {.seq = iss_, .ack = absolute_ack ? 0 : kPeerIsn}));
    timed_.push_back({now_, sent_.back()});
  }

  Stack stack_;
  event::Trace trace_;
  clock::Instant now_ = clock::kStart;
  wire::Endpoint local_, remote_;
  std::uint32_t seen_ = 0, last_call_ = 0, iss_ = 0;
  std::map<std::uint32_t, Result> replies_;
  Lines sent_;
  std::vector<Timed> timed_;
};

}  // namespace harness::engine::test
