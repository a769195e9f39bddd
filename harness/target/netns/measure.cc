#include "harness/target/netns/measure.h"

#include <poll.h>
#include <sched.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <string>
#include <type_traits>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/system_error.h"
#include "harness/clock/clock.h"
#include "harness/target/netns/address.h"
#include "harness/target/netns/child.h"
#include "harness/target/netns/file_descriptor.h"
#include "harness/target/netns/linux_target.h"
#include "harness/target/netns/priority.h"
#include "harness/target/netns/wall_clock.h"
#include "harness/wire/craft.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"

namespace harness::target::netns {
namespace {

using clock::Duration;
using namespace std::chrono_literals;

constexpr int kWaitsTogether = 50;
constexpr wire::Port kServer = 8080, kFirstPort = 10'000;

// RFC 5737.
Host sample_host() {
  Host host;
  host.local = wire::IpAddress::v4(0xC000'0201);
  host.remote = wire::IpAddress::v4(0xC633'6401);
  return host;
}

template <class T>
std::string as_octets(const T& measured) {
  static_assert(std::is_trivially_copyable_v<T>);
  return {reinterpret_cast<const char*>(&measured), sizeof measured};
}

template <class T>
std::optional<T> from_octets(const std::optional<std::string>& answer) {
  T measured;
  if (!answer || answer->size() != sizeof measured) return std::nullopt;
  std::memcpy(&measured, answer->data(), sizeof measured);
  return measured;
}

template <class T>
std::optional<T> measured_in_child(const std::function<T()>& work) {
  return from_octets<T>(in_child([&] { return as_octets(work()); }));
}

Duration quantile(std::vector<Duration>& sorted, int per_mille) {
  if (sorted.empty()) return {};
  const auto last = sorted.size() - 1;
  return sorted[std::min(last, sorted.size() * static_cast<std::size_t>(per_mille) / 1000)];
}

FileDescriptor listener(const Host& host) {
  FileDescriptor file{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const auto at = to_system({host.local, kServer}, AF_INET);
  if (!file.open() || ::bind(file.get(), at.get(), at.length) != 0 ||
      ::listen(file.get(), 16) != 0) {
    throw base::SystemError{"listen in a network namespace"};
  }
  return file;
}

base::Bytes segment(const Host& host, wire::Port source, wire::SeqNum seq, wire::Flags flags) {
  wire::Segment wanted;
  wanted.source = source;
  wanted.destination = kServer;
  wanted.seq = seq;
  wanted.flags = flags;
  wanted.window = 65535;
  const wire::IpHeader ip{.source = host.remote, .destination = host.local};
  base::Bytes datagram(wire::datagram_size(ip, wanted));
  wire::write(ip, wanted, datagram);
  return datagram;
}

bool holds_tcp(const std::optional<Wire::Sent>& sent) {
  if (!sent) return false;
  const auto datagram = wire::DatagramView::parse(sent->octets);
  return datagram && datagram->protocol() == wire::kProtocolTcp;
}

// What the kernel sends on its own account may come first.
bool reaction(Wire& wire) {
  for (auto sent = wire.next(); sent; sent = wire.next()) {
    if (holds_tcp(sent)) return true;
  }
  return false;
}

bool reaction_within(Wire& wire, int milliseconds) {
  pollfd waiting{.fd = wire.fd(), .events = POLLIN, .revents = 0};
  return ::poll(&waiting, 1, milliseconds) > 0 && reaction(wire);
}

Cut cut_of(WireKind kind, int probes) {
  const Host host = sample_host();
  const auto wire = lay_wire(kind, host);
  const auto server = listener(host);
  const clock::SteadyClock clock;
  Cut cut{.probes = probes};
  std::vector<Duration> took;
  const wire::SeqNum seq{1};
  for (int i = 0; i < probes; ++i) {
    const auto port = static_cast<wire::Port>(kFirstPort + i % 50'000);
    const auto syn = segment(host, port, seq, wire::kSyn);
    const auto before = clock.now();
    (void)wire->write(syn);
    if (reaction(*wire)) {
      took.push_back(clock.now() - before);
      ++cut.at_once;
    } else if (reaction_within(*wire, 50)) {
      ++cut.later;
    }
    (void)wire->write(segment(host, port, seq + 1, wire::kRst));  // Keeps the queue short.
    wire->caught_up();
  }
  std::ranges::sort(took);
  cut.median = quantile(took, 500);
  return cut;
}

Punctuality punctuality_of(WireKind kind, int waits) {
  LinuxTarget target{kind, sample_host()};
  const clock::SteadyClock clock;
  const WallClock at_start{clock};
  const auto start = clock.now();
  std::vector<Duration> late;
  for (int i = 0; i < waits; ++i) {
    const auto until = target.now() + 1ms;
    // It returns early when something came.
    while (target.now() < until) target.wait(until);
    late.push_back(target.now() - until);
  }
  const WallClock at_end{clock};
  std::ranges::sort(late);
  const int policy = ::sched_getscheduler(0) & ~SCHED_RESET_ON_FORK;
  return {.lateness = {.waits = waits,
                       .p50 = quantile(late, 500),
                       .p99 = quantile(late, 990),
                       .p999 = quantile(late, 999),
                       .worst = quantile(late, 1000)},
          .span = clock.now() - start,
          .drift = at_start.instant({}) - at_end.instant({}),
          .error = at_start.error() + at_end.error(),
          .real_time = policy == SCHED_RR || policy == SCHED_FIFO,
          .states = target.can(Capability::Status)};
}

// Scenarios lay wires and take them down while others wait: so do these.
bool keep_time_together(WireKind kind, unsigned jobs, Duration late) {
  std::vector<Child> children;
  for (unsigned i = 0; i < jobs; ++i) {
    children.emplace_back([=] { return as_octets(punctuality_of(kind, kWaitsTogether)); });
  }
  bool kept = true;
  for (auto& child : children) {
    const auto measured = from_octets<Punctuality>(child.answer());
    kept = kept && measured && measured->lateness.worst <= late;
  }
  return kept;
}

}  // namespace

unsigned measure_jobs(WireKind kind, unsigned most, Duration late) {
  for (unsigned jobs = most; jobs > 1; jobs /= 2) {
    if (keep_time_together(kind, jobs, late)) return jobs;
  }
  return 1;
}

std::optional<Cut> measure_cut(WireKind kind, int probes) {
  return measured_in_child<Cut>([=] { return cut_of(kind, probes); });
}

std::optional<Punctuality> measure_punctuality(WireKind kind, int waits) {
  return measured_in_child<Punctuality>([=] { return punctuality_of(kind, waits); });
}

}  // namespace harness::target::netns
