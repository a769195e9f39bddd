#pragma once

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "tests/unit/engine/rig.h"

namespace harness::engine::test {

// Two stacks and a pipe between them, in virtual time.
class Pair {
 public:
  enum Side { kClient, kServer };
  // What the pipe does to one datagram: the delays of the copies that arrive.
  using Fate = std::vector<clock::Duration> (*)(base::Rng&);
  static std::vector<clock::Duration> clean(base::Rng&) { return {1ms}; }

  explicit Pair(Fate fate = clean, Config client = config_of(kRemote),
                Config server = config_of(kLocal), std::uint64_t seed = 1)
      : fate_(fate), rng_(seed), hosts_{Host{client, seed}, Host{server, seed + 1}} {}

  event::Reply call(Side side, Op op, int fd, std::array<std::int64_t, 3> args = {},
                    event::Span data = {}) {
    Host& host = hosts_[side];
    Out out{host.trace, now_, event::kNoRecord};
    host.stack.step(
        now_,
        event::Call{.id = ++calls_, .fd = fd, .op = op, .args = args, .data = data, .text = {}},
        out);
    event::Reply reply{};
    reply.error = -1;
    for (std::uint32_t i = host.seen; i < host.trace.size(); ++i) {
      if (host.trace[i].kind == event::Kind::Reply) reply = host.trace.reply(host.trace[i]);
    }
    collect(side);
    return reply;
  }

  // Until nothing is in flight, no timer runs or `until` has come; false when nothing was left.
  bool step(clock::Instant until) {
    clock::Instant next = clock::kNever;
    for (const Host& host : hosts_) {
      if (const auto due = host.stack.next_deadline()) next = std::min(next, *due);
    }
    const auto first = std::ranges::min_element(
        flights_, {}, [](const Flight& f) { return std::pair{f.at, f.order}; });
    if (first != flights_.end()) next = std::min(next, first->at);
    if (next == clock::kNever || next > until) {
      now_ = std::max(now_, until);
      return false;
    }
    now_ = std::max(now_, next);
    if (first != flights_.end() && first->at <= now_) {
      const Flight flight = std::move(*first);
      flights_.erase(first);
      Host& host = hosts_[flight.to];
      Out out{host.trace, now_, event::kNoRecord};
      ++segments_;
      host.stack.step(now_, flight.octets, out);
      collect(flight.to);
      return true;
    }
    for (const Side side : {kClient, kServer}) {
      Host& host = hosts_[side];
      if (const auto due = host.stack.next_deadline(); due && *due <= now_) {
        Out out{host.trace, now_, event::kNoRecord};
        host.stack.step(now_, out);
        collect(side);
      }
    }
    return true;
  }
  void settle(clock::Duration time) {
    const auto until = now_ + time;
    while (step(until)) {
    }
  }
  clock::Instant now() const { return now_; }
  std::uint64_t segments() const { return segments_; }
  event::Trace& trace(Side side) { return hosts_[side].trace; }

  // A listener on the server and a connection to it: the fds of both ends.
  std::pair<int, int> connect() {
    const auto listener = static_cast<int>(
        call(kServer, Op::Socket, -1, {AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0}).result);
    call(kServer, Op::Bind, listener, {}, event::encode(wire::Endpoint{kLocal, kService}));
    call(kServer, Op::Listen, listener, {10, 0, 0});
    const auto fd = static_cast<int>(
        call(kClient, Op::Socket, -1, {AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0}).result);
    call(kClient, Op::Connect, fd, {}, event::encode(wire::Endpoint{kLocal, kService}));
    for (int i = 0; i < 1000; ++i) {
      const event::Reply reply = call(kServer, Op::Accept, listener);
      if (reply.result >= 0) {
        const auto accepted = static_cast<int>(reply.result);
        call(kServer, Op::Control, accepted, {F_SETFL, O_NONBLOCK, 0});
        return {fd, accepted};
      }
      settle(1s);
    }
    return {fd, -1};
  }

 private:
  struct Host {
    Host(const Config& config, std::uint64_t seed) : stack(config, base::Rng{seed}) {}
    Stack stack;
    event::Trace trace;
    std::uint32_t seen = 0;
  };
  struct Flight {
    clock::Instant at;
    std::uint64_t order;
    Side to;
    base::Bytes octets;
  };

  void collect(Side from) {
    Host& host = hosts_[from];
    for (; host.seen < host.trace.size(); ++host.seen) {
      const event::Record& record = host.trace[host.seen];
      if (record.kind != event::Kind::Packet) continue;
      const auto octets = host.trace.body(record);
      for (const clock::Duration delay : fate_(rng_)) {
        flights_.push_back({now_ + delay,
                            order_++,
                            from == kClient ? kServer : kClient,
                            {octets.begin(), octets.end()}});
      }
    }
  }

  Fate fate_;
  base::Rng rng_;
  std::array<Host, 2> hosts_;
  std::vector<Flight> flights_;
  clock::Instant now_{};
  std::uint64_t order_ = 0, segments_ = 0;
  std::uint32_t calls_ = 0;
};

}  // namespace harness::engine::test
