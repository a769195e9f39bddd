#include "harness/target/netns/linux_target.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <string>
#include <utility>

#include "harness/base/system_error.h"
#include "harness/clock/print.h"
#include "harness/target/netns/address.h"
#include "harness/target/netns/cut.h"
#include "harness/target/netns/recorded.h"
#include "harness/target/netns/sysctl.h"
#include "harness/target/netns/when_sent.h"

namespace harness::target::netns {
namespace {

using clock::Duration;
using clock::Instant;
using namespace std::chrono_literals;

constexpr wire::Port kDiscard = 9;   // RFC 863.
constexpr Duration kCounting = 2ms;  // More than reading the drop counters takes.
constexpr Duration kSpin = 50us;     // A sleeping process is woken about so late.
constexpr Duration kSlice = 1ms;     // So exactly is it known when a call that slept has ended.

std::uint32_t span(Instant from, Instant to) {
  const auto nanoseconds = std::max<Duration::rep>((to - from).count(), 0);
  constexpr Duration::rep most = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::min(nanoseconds, most));
}

std::string release() {
  utsname names{};
  if (::uname(&names) != 0) throw base::SystemError{"ask for the kernel's version"};
  return names.release;
}

}  // namespace

LinuxTarget::LinuxTarget(WireKind kind, const Host& host, bool evidence)
    : wire_(lay_wire(kind, host)), wall_(clock_), version_(release()) {
  ::prctl(PR_SET_TIMERSLACK, 1);  // Of this process: a wait ends when it is to end.
  ipv6_ = FileDescriptor{::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)}.open();
  states_ = application_.sees_states();
  stamped_ = stamps(host);
  if (!stamped_) {
    doubt_ = "the kernel does not stamp what it sends, so that its times are not known exactly";
  }
  cut_ = answers_at_once(*wire_, host);
  wire_->caught_up();
  if (evidence) {
    if (auto watched = Evidence::watch(clock_)) evidence_ = std::move(*watched);
  }
  looked_ = now();
}

// The kernel begins to stamp what it sends some time after it was asked to. Until then a packet
// carries the time at which it was read.
bool LinuxTarget::stamps(const Host& host) {
  const int domain = host.remote.version() == wire::IpVersion::V4 ? AF_INET : AF_INET6;
  const FileDescriptor socket{::socket(domain, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  const auto to = to_system({host.remote, kDiscard}, domain);
  for (int i = 0; i < 100; ++i) {
    ::sendto(socket.get(), "", 0, MSG_DONTWAIT, to.get(), to.length);
    const Instant sent_at = now();
    clock_.wait_until(sent_at + 1us);
    const auto sent = wire_->next();
    if (sent && wall_.instant(sent->wall) - wall_.error() <= sent_at) return true;
    clock_.wait_until(now() + 500us);
  }
  return false;
}

bool LinuxTarget::can(Capability capability) const {
  switch (capability) {
    case Capability::Cut:
      return cut_;
    case Capability::World:
      return true;
    case Capability::Status:
      return states_;
    case Capability::Ipv6:
      return ipv6_;
    default:
      return false;
  }
}

bool LinuxTarget::understands(std::string_view sysctl) const { return sysctl_writable(sysctl); }

void LinuxTarget::submit(const Stimulus& stimulus, event::Trace& trace) {
  collect(trace);  // What came before is no reaction.
  to_count_ = true;
  std::visit([&](const auto& what) { submit(what, trace); }, stimulus);
}

void LinuxTarget::submit(const event::Packet& packet, event::Trace& trace) {
  const Instant before = now();
  const auto taken = wire_->write(trace.body(packet.body));
  const Instant after = now();
  const auto record =
      trace.append_packet(event::Kind::Packet, before, packet, packet.id, span(before, after));
  if (!taken) {
    trace.note(after, fmt::format("the kernel has not seen it: {}", taken.error()));
    if (!doubt_) {
      doubt_ = fmt::format("a datagram of {} octets never reached the kernel: {}",
                           packet.body.length, taken.error());
    }
  }
  if (evidence_) evidence_->note(trace, true);
  gather({.record = record, .at = before}, trace);
  answer(before, trace);
}

void LinuxTarget::submit(const event::Call& call, event::Trace& trace) {
  const Instant before = now();
  const auto outcome = application_.make(call, before);
  const Instant after = now();
  const auto record = trace.append({.at = before, .within = span(before, after)}, call);
  if (evidence_) evidence_->note(trace, false);
  if (outcome) {
    reply(call.id, record, *outcome, before, now(), trace);
  } else {
    application_.recorded(record, trace.call(trace[record]).data);
  }
  gather({.record = record, .at = before}, trace);
  answer(before, trace);
}

void LinuxTarget::collect(event::Trace& trace) {
  for (; !wire_->unpinned.empty(); wire_->unpinned.pop_back()) {
    trace.note(now(), fmt::format("could not be set: {}", wire_->unpinned.back()));
  }
  if (evidence_) evidence_->note(trace, false);
  gather({}, trace);
  answer(asleep_, trace);
  note_drops(trace);
}

void LinuxTarget::conclude(event::Trace& trace) {
  count_drops();
  note_drops(trace);
}

// A call that ends may make the kernel send: a read opens the window. What may have ended one came
// at `cause` at the earliest. When it did nobody tells: after it was seen to be asleep, at the
// latest now; a time limit is a timer of our own, and ends it when it does.
void LinuxTarget::answer(Instant cause, event::Trace& trace) {
  while (application_.asleep()) {
    const Instant before = now();
    const auto answer = application_.answer(before);
    if (!answer) {
      asleep_ = before;
      return;
    }
    const Instant at = answer->limit.value_or(std::max(asleep_, cause));
    reply(answer->call, answer->record, answer->outcome, at, answer->limit.value_or(now()), trace);
    gather({.record = answer->record, .at = before}, trace);
  }
}

void LinuxTarget::reply(std::uint32_t call, std::uint32_t record, const Outcome& outcome,
                        Instant at, Instant end, event::Trace& trace) {
  trace.append({.at = at, .within = span(at, end), .cause = record},
               event::Reply{.id = call,
                            .result = outcome.result,
                            .error = outcome.error,
                            .flags = outcome.flags,
                            .data = outcome.data,
                            .text = {}});
}

void LinuxTarget::gather(const Cause& cause, event::Trace& trace) {
  const Instant start = now();
  bool any = false;
  seen_.clear();
  while (const auto sent = wire_->next()) {
    any = true;
    if (recorded(sent->octets)) seen_.push_back({sent->wall, trace.keep(sent->octets)});
  }
  if (any) {
    to_count_ = true;
    wire_->caught_up();
    const bool moved = clock_moved();
    // Two processors may queue in another order than they stamp.
    std::ranges::sort(seen_, {}, [](const Seen& s) { return std::pair{s.wall, s.body.offset}; });
    for (const Seen& seen : seen_) place(seen, moved, now(), cause, trace);
  }
  looked_ = start;
}

bool LinuxTarget::clock_moved() {
  const auto by = wall_.moved();
  if (by && !doubt_) {
    doubt_ = fmt::format(
        "somebody set the time of day by {} during the run, and segments are "
        "stamped with it",
        clock::human(std::chrono::abs(*by)));
  }
  return by.has_value();
}

std::optional<std::string> LinuxTarget::doubt() {
  clock_moved();
  return doubt_;
}

void LinuxTarget::place(Seen seen, bool clock_moved, Instant now, const Cause& cause,
                        event::Trace& trace) {
  const bool known = stamped_ && !clock_moved;
  const auto sent = known ? when_sent(wall_.instant(seen.wall), wall_.error(), looked_, now)
                          : WhenSent{.at = looked_, .end = now};
  if (sent.queued > Duration{}) {
    trace.note(now, fmt::format("a segment was to be seen {} after its time stamp at the earliest",
                                clock::human(sent.queued)));
  }
  Instant at = sent.at;
  const Instant end = sent.end;
  const bool reaction = cause.record != event::kNoRecord && end >= cause.at;
  if (reaction) at = std::max(at, cause.at);
  trace.append_new_packet(event::Kind::Packet, at, event::Direction::FromTarget, seen.body,
                          reaction ? cause.record : event::kNoRecord, span(at, end));
}

std::optional<Instant> LinuxTarget::next_deadline() const { return application_.next_deadline(); }

bool LinuxTarget::something_came(Instant until) {
  const auto left = until - now();
  timespec limit{};
  if (left > 0ns) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(left);
    limit = {.tv_sec = static_cast<time_t>(whole.count()),
             .tv_nsec = static_cast<long>((left - whole).count())};
  }
  const int ready =
      ::ppoll(wakers_.data(), wakers_.size(), until == clock::kNever ? nullptr : &limit, nullptr);
  if (ready < 0 && errno != EINTR) throw base::SystemError{"wait for the wire"};
  return ready != 0;
}

void LinuxTarget::count_drops() {
  to_count_ = false;
  if (auto more = drops_.changes(); !more.empty()) {
    dropped_ += (dropped_.empty() ? "" : ", ") + std::move(more);
  }
}

void LinuxTarget::note_drops(event::Trace& trace) {
  if (dropped_.empty()) return;
  trace.note(now(), fmt::format("the kernel counted: {}", dropped_));
  dropped_.clear();
}

// Looks up so often while a call sleeps: else it would not be known whether it ended just now, or
// while this process was not let run.
bool LinuxTarget::sleep(Instant until) {
  while (application_.asleep() && application_.all_wake()) {
    const Instant next = now() + kSlice;
    if (next >= until) break;
    if (something_came(next)) return true;
    asleep_ = next;
  }
  return something_came(until);
}

Instant LinuxTarget::wait(Instant until) {
  // There is time to read the counters in a wait, and none anywhere else.
  if (to_count_ && now() + kCounting <= until) count_drops();
  wakers_.clear();
  wakers_.push_back({.fd = wire_->fd(), .events = POLLIN, .revents = 0});
  application_.add_wakers(wakers_);
  if (until == clock::kNever) {
    sleep(until);
    return now();
  }
  if (now() + kSpin < until && sleep(until - kSpin)) return now();
  while (now() < until && !something_came(clock::kStart)) {
  }
  return now();
}

std::unique_ptr<Target> make(WireKind wire, const Host& host, bool evidence) {
  return std::make_unique<LinuxTarget>(wire, host, evidence);
}

}  // namespace harness::target::netns
