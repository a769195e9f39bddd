#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "harness/event/trace.h"
#include "harness/scenario/peer.h"
#include "harness/wire/ip_address.h"
#include "harness/wire/tcp_of.h"

namespace harness::campaign {

// Does what a record of a run says: sends what the peer sent, and calls what the application
// called, at their times. On the target of that record, where all is as it was, it also says what
// the script then said, each thing in its place among the records. Elsewhere what is about the
// target's own choices is translated: its initial sequence numbers, the ports it opened from, its
// timestamps, its names for sockets.
class LoggedPeer final : public scenario::Peer {
 public:
  // `alike`: the target is that of the record, on virtual time. `begin`: when the run does.
  LoggedPeer(const event::Trace& log, bool alike, clock::Instant begin);

  void see(const event::Trace&, std::uint32_t record) override;
  void overhear(const event::Trace&, std::uint32_t record) override;
  std::optional<target::Stimulus> act(clock::Instant now, event::Trace&) override;
  std::optional<clock::Instant> next_deadline() const override;
  bool done() const override { return next_ == deeds_.size(); }
  void finish(clock::Instant, event::EndReason, event::Trace&) override;

  // As long as everything happens where it happened then.
  bool alike() const { return alike_; }

 private:
  // Both ends' ports, the peer's first.
  using Ports = std::pair<wire::Port, wire::Port>;
  // A SYN of the target's: by record in the log, by nothing in the run.
  struct Opening {
    std::uint32_t record = 0;
    std::uint32_t isn = 0, clock = 0;
    Ports ports{};
    bool active = false;
  };

  clock::Instant due(const event::Record& then) const;
  void repeat(const event::Record& then, event::Trace&) const;
  event::Body send(std::uint32_t index, event::Trace&);
  static base::Bytes translated(event::Span whole, const wire::TcpDatagram& then,
                                const Opening& was, const Opening& is);
  event::Call call(const event::Record& then, event::Trace&);
  static std::optional<Opening> opening_of(const event::Trace&, std::uint32_t record);
  // The opening that was the connection's when `index` was recorded, and what it is in this run.
  std::pair<const Opening*, const Opening*> opening(Ports, std::uint32_t index) const;
  Ports now_for(Ports, std::uint32_t index) const;

  const event::Trace& log_;
  bool alike_;
  clock::Duration shift_;
  std::vector<std::uint32_t> deeds_;  // Records of the log.
  std::size_t next_ = 0;
  int waited_ = 0;  // So often the next thing was due, and it was not its place.
  std::uint32_t waited_at_ = 0;
  std::map<std::uint32_t, event::Body> sent_;  // What was sent lies where, by where it lay.
  std::vector<Opening> then_, now_;
  std::map<std::uint32_t, std::uint32_t> replies_;  // In the log, by Call::id.
  std::map<std::uint32_t, event::Op> asked_;
  std::map<std::int32_t, std::int32_t> fds_;
};

}  // namespace harness::campaign
