#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/event/trace.h"
#include "harness/wire/flags.h"

namespace harness::checker {

// Nanoseconds since the start of the run.
using Time = std::int64_t;
inline constexpr Time kMillisecond = 1'000'000, kSecond = 1'000'000'000;

enum class What : std::uint8_t {
  In,   // A segment reaches the target ...
  Out,  // ... or leaves it.
  Listen,
  Connect,    // CONNECT was called ...
  Connected,  // ... and answered: `number` is the errno.
  Accept,
  Write,  // `octets` are taken.
  Read,   // `octets` are returned.
  Eof,    // Reading returns 0 ...
  Error,  // ... or fails: `number` is the errno.
  Close,  //
  Shut,   // Of the sending half.
  Abort,  //
  State,  // A snapshot says so: `number` is an event::TcpState.
  Wait,   // Nothing; time has passed. The last step of every play.
};

// One thing that is seen of the target. Sequence numbers are as on the wire.
struct Step {
  What what{};
  Time at = 0;
  std::uint32_t seq = 0, ack = 0;
  wire::Flags flags{};
  std::uint16_t window = 65535;
  std::optional<std::uint16_t> mss{};
  base::Bytes octets{};
  int number = 0;

  bool segment() const { return what == What::In || what == What::Out; }
  std::int64_t length() const {
    return static_cast<std::int64_t>(octets.size()) + flags.syn() + flags.fin();
  }
};

// One connection on virtual time, in order of time.
using Play = std::vector<Step>;

inline constexpr std::size_t kMostSegments = 10;

// The same as a trace of a run; step_of[r] is the step that record r comes from.
struct Staged {
  event::Trace trace;
  std::vector<std::size_t> step_of;
};
void stage(const Play&, Staged& into);

// The beginning of a run's trace, up to what a play cannot tell: a second connection, an option but
// MSS, data on a SYN, urgent data, an option of a socket, a call that waits (CONNECT and ACCEPT
// may), an eleventh segment. Empty when nothing of it can be told.
Play play_of(const event::Trace&);

// For people: one line a step, numbers counted from the first SYN of each side.
std::string print(const Play&);

}  // namespace harness::checker
