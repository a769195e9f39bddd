#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "harness/event/call.h"
#include "harness/event/status.h"
#include "harness/event/trace.h"
#include "harness/matrix/probe.h"
#include "harness/matrix/state.h"
#include "harness/target/target.h"
#include "harness/wire/flags.h"
#include "harness/wire/ip_address.h"

namespace harness::matrix {

// The peer of a target, and the application on it: both go by hand, one step after the other, to
// the state that is wanted. Throws std::runtime_error when the target does not come along.
class Rig {
 public:
  Rig(target::Target&, const target::Host&, std::uint32_t irs, event::Trace&);

  void reach(State);

  // The numbers before the probe, as the segments so far tell them.
  const Numbers& numbers() const { return numbers_; }
  void send(const Probe&);
  // Collects until then, waking for the target's own deadlines.
  void watch(clock::Instant until);
  // The connection's state; a listener's when there is no connection and it came from one.
  event::TcpState state();
  // Since when the target has something in flight, whose timer may fire.
  std::optional<clock::Instant> in_flight_since() const { return in_flight_since_; }

  // What the application finds when it looks.
  struct Found {
    std::uint32_t octets = 0;
    std::string application;  // "EOF", "ECONNRESET"; empty: nothing new.
  };
  Found look();

 private:
  struct Answer {
    std::int64_t result = 0;
    std::int32_t error = 0;
    event::Span data;
  };
  // Submits, and returns the answer; nothing while the call sleeps.
  std::optional<Answer> call(event::Call);
  std::int64_t must(event::Call, std::string_view what);

  std::int32_t socket();
  void listen();
  void open_passive();
  void open_active();
  void accept();
  void close();
  void read_to_the_end();
  void await_acknowledgment();
  void quick_ack(std::int32_t fd);

  void send(wire::Flags, std::uint32_t seq, std::uint32_t ack, std::uint16_t octets,
            std::uint16_t urgent, bool syn_options);
  void send_syn();
  void segment(wire::Flags);  // In order; acknowledges SND.NXT.
  void step();                // Some time passes, and what came is noted.
  void note_emitted();
  std::optional<event::TcpState> status(std::int32_t fd);

  target::Target& target_;
  event::Trace& trace_;
  wire::Endpoint local_, remote_;
  Numbers numbers_;
  std::uint32_t seen_ = 0;   // Records.
  std::uint32_t calls_ = 0;  // Made so far.
  std::int32_t listener_ = -1, fd_ = -1;
  bool eof_ = false;  // The application has read to the end.
  bool from_listener_ = false;
  bool any_emitted_ = false;
  std::uint32_t acknowledged_ = 0;  // By the target, last.
  std::uint32_t edge_ = 0;          // Of the receive window, as advertised so far.
  std::optional<clock::Instant> in_flight_since_;
};

}  // namespace harness::matrix
