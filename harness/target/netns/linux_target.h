#pragma once

#include <poll.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/clock/clock.h"
#include "harness/target/netns/application.h"
#include "harness/target/netns/availability.h"  // Beside make(), what users of this target ask.
#include "harness/target/netns/drop_counters.h"
#include "harness/target/netns/evidence.h"
#include "harness/target/netns/priority.h"
#include "harness/target/netns/wall_clock.h"
#include "harness/target/netns/wire.h"
#include "harness/target/target.h"

namespace harness::target::netns {

// The Linux kernel in a network namespace of its own: datagrams go in by a wire and are seen coming
// out with the kernel's own times; the calls are made on real sockets. Recorded are TCP and the
// errors of ICMP; other traffic of the kernel's is not the run's. One thread: what a call or a
// datagram brings about is there when submit() returns.
class LinuxTarget final : public Target {
 public:
  // Moves the calling process into the new namespace, for good.
  // `evidence`: tracepoints are watched, where that can be.
  LinuxTarget(WireKind, const Host&, bool evidence = true);

  std::string_view name() const override { return "linux"; }
  std::string_view version() const override { return version_; }
  bool can(Capability) const override;
  bool understands(std::string_view sysctl) const override;
  clock::Instant now() const override { return clock_.now(); }
  void submit(const Stimulus&, event::Trace&) override;
  void collect(event::Trace&) override;
  std::optional<clock::Instant> next_deadline() const override;
  clock::Instant wait(clock::Instant until) override;
  // What the kernel dropped since it was last looked.
  void conclude(event::Trace&) override;
  // The time of day was set meanwhile, a datagram could not be put on the wire, or the kernel does
  // not stamp what it sends.
  std::optional<std::string> doubt() override;

 private:
  struct Seen {
    clock::Duration wall;
    event::Body body;
  };
  // The record that what comes now may be a reaction to, and when that was.
  struct Cause {
    std::uint32_t record = event::kNoRecord;
    clock::Instant at{};
  };

  void submit(const event::Packet&, event::Trace&);
  void submit(const event::Call&, event::Trace&);
  void gather(const Cause&, event::Trace&);
  void place(Seen, bool clock_moved, clock::Instant now, const Cause&, event::Trace&);
  void answer(clock::Instant cause, event::Trace&);
  void reply(std::uint32_t call, std::uint32_t record, const Outcome&, clock::Instant at,
             clock::Instant end, event::Trace&);
  bool stamps(const Host&);
  bool clock_moved();
  bool something_came(clock::Instant until);
  bool sleep(clock::Instant until);
  void count_drops();
  void note_drops(event::Trace&);

  Priority priority_;  // First: a busy machine is not to keep us from setting out either.
  clock::SteadyClock clock_;
  std::unique_ptr<Wire> wire_;
  WallClock wall_;
  Application application_;
  std::optional<Evidence> evidence_;
  DropCounters drops_;
  bool to_count_ = false;             // Something happened since they were read.
  std::string dropped_;               // Not yet noted.
  std::optional<std::string> doubt_;  // The first.
  std::string version_;
  bool ipv6_ = false, states_ = false, stamped_ = false, cut_ = false;
  clock::Instant looked_{};  // Nothing sent before this is still to be seen.
  clock::Instant asleep_{};  // No call that sleeps had ended by then.
  std::vector<Seen> seen_;
  std::vector<pollfd> wakers_;
};

// Unshares in the calling process, anew each time; the process is a worker, forked for that, with
// one thread and one target at a time. A namespace is gone when its target is, and the process has
// left it or ended.
std::unique_ptr<Target> make(WireKind, const Host&, bool evidence = true);

}  // namespace harness::target::netns
