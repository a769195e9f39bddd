#include "harness/engine/profile.h"

#include <algorithm>
#include <chrono>

namespace harness::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Config rfc() { return {}; }

// The times and sizes that Linux has where the RFCs leave them open, or where it departs from what
// they recommend. Where they demand, it follows them: Linux gives a SYN up after 127 s and a
// SYN,ACK after 63 s, but MUST-23 asks for 3 minutes (config.h: syn_retries).
Config linux_like() {
  Config c;
  c.rto_min = milliseconds{200};  // RFC 6298, 2.4 recommends a second.
  c.rto_max = seconds{120};
  c.receive_buffer_most = 6'291'456;
  c.ack_delay = milliseconds{40};
  c.msl = seconds{30};
  c.challenge_acks = 1000;
  c.challenge_period = seconds{1};
  return c;
}

// The least that RFC 9293 asks for, as a small device might have it.
Config minimal() {
  Config c;
  c.backlog_cap = c.half_open_cap = 4;
  c.keep_syn_data = false;
  c.window_scaling = c.timestamps = false;
  c.send_buffer = c.send_buffer_most = 8192;
  c.receive_buffer = c.receive_buffer_most = 8192;
  c.limited_transmit = false;
  c.ack_delay = {};  // Every segment is acknowledged at once.
  return c;
}

constexpr Profile kProfiles[] = {
    {"rfc", "what the RFCs give as default or recommend", rfc},
    {"linux-like", "the times and sizes of Linux", linux_like},
    {"minimal", "the least that RFC 9293 asks for: no options but MSS, small buffers", minimal},
};

}  // namespace

std::span<const Profile> profiles() { return kProfiles; }

std::optional<Config> profile_named(std::string_view name) {
  const auto found = std::ranges::find(kProfiles, name, &Profile::name);
  if (found == std::end(kProfiles)) return std::nullopt;
  return found->config();
}

}  // namespace harness::engine
