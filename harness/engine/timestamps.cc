#include "harness/engine/timestamps.h"

#include <cerrno>
#include <chrono>

#include "harness/engine/lifetime.h"
#include "harness/engine/transmit.h"

namespace harness::engine {
namespace {

using std::chrono::milliseconds;

// TS.Recent says nothing any more after 24 days without a segment (RFC 7323, 5.5).
bool recent_is_valid(const Step& step, const Connection& c) {
  return step.now - c.ts_recent_at < step.host.config.timestamp_validity;
}

}  // namespace

std::uint32_t timestamp(const Step& step, const Connection& c) {
  const auto ticks = std::chrono::duration_cast<milliseconds>(step.now.time_since_epoch()).count();
  if (step.broken(Defect::TimestampClockStopped)) return c.ts_offset;
  return c.ts_offset + static_cast<std::uint32_t>(ticks);
}

wire::Timestamps timestamps_to_send(const Step& step, const Connection& c, bool ack) {
  const std::uint32_t wrong = step.broken(Defect::TimestampEchoWrong) ? 1 : 0;
  return {.val = timestamp(step, c), .ecr = ack ? c.ts_recent + wrong : 0};
}

// RFC 7323, 5.3, R1; and 3.2 for a segment without the option.
bool check_timestamps(Step& step, Connection& c, const Arrival& arrival) {
  if (!c.timestamps || arrival.flags.rst()) return true;
  // A SYN may be that of a peer that has started anew: RFC 5961 has an answer to it.
  if (!arrival.timestamps && step.broken(Defect::TimestampMissingResets) && c.was_open) {
    abort(step, c, ECONNRESET);
    return false;
  }
  if (!arrival.timestamps) return !step.host.config.timestamps_required || arrival.flags.syn();
  if (!earlier_timestamp(arrival.timestamps->val, c.ts_recent)) return true;
  if (!recent_is_valid(step, c) || step.broken(Defect::OldTimestampTaken)) return true;
  emit_invalid_ack(step, c, arrival);
  return false;
}

// RFC 7323, 5.3, R3: SEG.TSval >= TS.Recent and SEG.SEQ =< Last.ACK.sent
void take_timestamp(Step& step, Connection& c, const Arrival& arrival) {
  if (!c.timestamps || !arrival.timestamps) return;
  if (!wire::at_or_before(arrival.left, c.last_ack_sent) &&
      !step.broken(Defect::TimestampEchoLatest)) {
    return;
  }
  const std::uint32_t value = arrival.timestamps->val;
  if (earlier_timestamp(value, c.ts_recent) && recent_is_valid(step, c)) return;
  c.ts_recent = value;
  c.ts_recent_at = step.now;
}

void sample_echo(Step& step, Connection& c, const Arrival& arrival) {
  if (!c.timestamps || !arrival.timestamps || arrival.timestamps->ecr == 0) return;
  if (!wire::before(c.sampled_to, arrival.ack)) return;
  // After a timeout, the echo of something older says how long the ACK that was lost has been away,
  // not how long a round trip lasts.
  if (c.round_trip.backoff > 0 && earlier_timestamp(arrival.timestamps->ecr, c.echo_from)) return;
  const std::uint32_t ticks = timestamp(step, c) - arrival.timestamps->ecr;
  if (ticks >= 0x8000'0000u) return;  // From the future: not ours.
  c.sampled_to = c.snd_nxt;
  c.round_trip.sample(milliseconds{ticks}, step.host.config);
}

}  // namespace harness::engine
