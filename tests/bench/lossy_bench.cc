// How long a lossy link makes a transfer: 2 MiB from one engine to the other in virtual time, a
// tenth of all datagrams lost both ways. The figures are virtual seconds, a mean over seeds, and do
// not depend on the machine; what the benchmark itself prints as time is what it cost to compute
// them.

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/check.h"
#include "harness/engine/out.h"
#include "harness/engine/profile.h"
#include "harness/engine/stack.h"
#include "harness/event/status.h"
#include "harness/link/link.h"

namespace {

using namespace harness;
using event::Direction;
using event::Op;

constexpr std::size_t kServer = 0, kClient = 1;
constexpr std::size_t kOctets = std::size_t{2} << 20;

wire::IpAddress address(std::size_t who) {
  return wire::IpAddress::v4(who == kServer ? 0xC000'0201 : 0xC633'6401);
}

engine::Config at(std::size_t who, std::string_view profile) {
  engine::Config config = *engine::profile_named(profile);
  config.addresses = {address(who)};
  return config;
}

// A client that sends, a server that reads, and a link between them.
class Transfer {
 public:
  Transfer(std::string_view profile, std::string_view faults, std::uint64_t seed)
      : link_(*link::parse_faults(faults), base::Rng{seed}),
        stacks_{engine::Stack{at(kServer, profile), base::Rng{seed}.fork("server")},
                engine::Stack{at(kClient, profile), base::Rng{seed}.fork("client")}} {}

  // Virtual time until the server has read to the end.
  clock::Duration run() {
    const base::Bytes text(kOctets);
    const auto server = event::encode(wire::Endpoint{address(kServer), 8080});
    constexpr std::int64_t kType = SOCK_STREAM | SOCK_NONBLOCK;
    const auto listener = ask(kServer, {.op = Op::Socket, .args = {AF_INET, kType, 0}}).fd;
    ask(kServer, {.fd = listener, .op = Op::Bind, .data = server});
    ask(kServer, {.fd = listener, .op = Op::Listen, .args = {8}});
    client_ = ask(kClient, {.op = Op::Socket, .args = {AF_INET, kType, 0}}).fd;
    ask(kClient, {.fd = client_, .op = Op::Connect, .data = server});
    std::int32_t accepted = -1;
    std::size_t sent = 0, received = 0;
    for (;;) {
      if (accepted < 0) {
        accepted = ask(kServer, {.fd = listener, .op = Op::Accept}).fd;
        if (accepted >= 0) {
          ask(kServer, {.fd = accepted, .op = Op::Control, .args = {F_SETFL, O_NONBLOCK}});
        }
      }
      while (sent < kOctets) {
        const auto n = ask(kClient, {.fd = client_,
                                     .op = Op::Send,
                                     .args = {MSG_DONTWAIT},
                                     .data = std::span{text}.subspan(sent)})
                           .fd;
        if (n <= 0) break;
        sent += static_cast<std::size_t>(n);
        if (sent == kOctets) ask(kClient, {.fd = client_, .op = Op::Shutdown, .args = {SHUT_WR}});
      }
      while (accepted >= 0) {
        const auto n = ask(kServer, {.fd = accepted, .op = Op::Receive, .args = {0, 1 << 20}}).fd;
        if (n == 0) {
          CHECK(received == kOctets);
          return now_ - clock::kStart;
        }
        if (n < 0) break;
        received += static_cast<std::size_t>(n);
      }
      move();
    }
  }
  std::int64_t repeated() {
    const auto record = replies_.size();
    ask(kClient, {.fd = client_, .op = Op::Status});
    const auto status = event::decode_status(replies_.reply(replies_[record]).data);
    return status->get(event::StatusField::TotalRetransmits).value_or(-1);
  }

 private:
  struct Answer {
    std::int32_t fd;
  };
  Answer ask(std::size_t who, const event::Call& call) {
    const auto first = replies_.size();
    step(who, call);
    return {replies_.size() == first
                ? -1
                : static_cast<std::int32_t>(replies_.reply(replies_[first]).result)};
  }
  template <class... Input>
  void step(std::size_t who, const Input&... input) {
    engine::Out out{trace_, now_, bodies_, replies_};
    stacks_[who].step(now_, input..., out);
    for (const auto body : bodies_) {
      link_.take(
          now_,
          {.direction = who == kServer ? Direction::FromTarget : Direction::ToTarget, .body = body},
          trace_);
    }
    bodies_.clear();
  }
  // What is next: a datagram that arrives or a timer.
  void move() {
    clock::Instant next = clock::kNever;
    if (const auto due = link_.next_deadline()) next = *due;
    for (const auto& stack : stacks_) {
      if (const auto due = stack.next_deadline()) next = std::min(next, *due);
    }
    CHECK(next != clock::kNever);
    now_ = std::max(now_, next);
    if (auto arrival = link_.release(now_)) {
      const auto& packet = arrival->packet;
      step(packet.direction == Direction::ToTarget ? kServer : kClient,
           event::Span{trace_.body(packet.body)});
      return;
    }
    for (const std::size_t who : {kServer, kClient}) {
      if (const auto due = stacks_[who].next_deadline(); due && *due <= now_) step(who);
    }
  }

  link::Link link_;
  std::array<engine::Stack, 2> stacks_;
  event::Trace trace_, replies_;
  std::vector<event::Body> bodies_;
  clock::Instant now_ = clock::kStart;
  std::int32_t client_ = -1;
};

void lossy(benchmark::State& state, const char* profile, const char* faults) {
  double seconds = 0, most = 0, repeated = 0;
  std::uint64_t seed = 0;
  for (auto _ : state) {
    Transfer transfer{profile, faults, ++seed};
    const double lasted = std::chrono::duration<double>(transfer.run()).count();
    seconds += lasted;
    most = std::max(most, lasted);
    repeated += static_cast<double>(transfer.repeated());
  }
  const auto runs = static_cast<double>(state.iterations());
  state.counters["virtual s"] = seconds / runs;
  state.counters["longest"] = most;
  state.counters["sent again"] = repeated / runs;
}
constexpr char kLoss[] = "loss 10%; delay 100us";
constexpr char kAll[] =
    "loss 10%; corrupt 5%; duplicate 20%; reorder 20% within 20ms; delay 5ms..35ms";
BENCHMARK_CAPTURE(lossy, rfc_loss, "rfc", kLoss)->Iterations(20)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(lossy, linux_like_loss, "linux-like", kLoss)
    ->Iterations(20)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(lossy, rfc_all, "rfc", kAll)->Iterations(20)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(lossy, linux_like_all, "linux-like", kAll)
    ->Iterations(20)
    ->Unit(benchmark::kMillisecond);

}  // namespace
