#include "harness/model/options.h"

#include <algorithm>

namespace harness::model {
namespace {

bool wrong(Judgement& j, Id id, const char* expected, const char* found) {
  return j.fail({.id = id, .expected = expected, .found = found, .nearest = "the same without it"});
}

bool newer(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) > 0; }

bool judge_timestamps(Hypothesis& h, Judgement& j, const Emission& out) {
  const auto& stamps = out.segment.timestamps;
  if (!h.timestamps) {
    if (stamps)
      return wrong(j, Id::TimestampsOffered, "no timestamps: not negotiated", "timestamps");
    return true;
  }
  if (!stamps) {
    return j.fail({.id = Id::TimestampsAlways,
                   .expected = "timestamps in every segment",
                   .found = "none",
                   .nearest = "the same with timestamps"});
  }
  j.held(Id::TimestampsAlways);
  if (newer(h.ts_last, stamps->val)) {
    return j.fail({.id = Id::TimestampClock,
                   .expected = "a timestamp not below",
                   .found = "one of",
                   .nearest = "a clock that goes forward",
                   .unit = Unit::Number,
                   .low = h.ts_last,
                   .high = h.ts_last,
                   .got = stamps->val});
  }
  h.ts_last = stamps->val;
  if (!out.flags().ack()) return true;
  const bool arrived = std::ranges::find(h.ts_arrived, stamps->ecr) != h.ts_arrived.end();
  // Where nothing new was taken, what was echoed before is still what came last.
  const bool still = stamps->ecr == h.ts_echoed && h.received(out.segment.ack.raw()) <= h.acked;
  if (stamps->ecr != h.ts_recent && !arrived && !still) {
    return j.fail({.id = Id::TimestampEcho,
                   .expected = "the echo of a timestamp that came lately, as",
                   .found = "one of",
                   .nearest = "TS.Recent",
                   .unit = Unit::Number,
                   .low = h.ts_recent,
                   .high = h.ts_recent,
                   .got = stamps->ecr});
  }
  h.ts_echoed = stamps->ecr;
  j.held(Id::TimestampEcho);
  return true;
}

bool judge_sack(Hypothesis& h, Judgement& j, const Emission& out) {
  if (out.segment.sack_count == 0) return true;
  if (!h.sack) return wrong(j, Id::SackPermitted, "no SACK: the peer did not permit it", "SACK");
  j.held(Id::SackPermitted);
  Offset last = h.rcv_high;
  if (h.held_count > 0) last = std::max(last, h.held[h.held_count - 1u].to);
  for (std::size_t i = 0; i < out.segment.sack_count; ++i) {
    const auto& block = out.segment.sack[i];
    const Offset left = h.received(block.left.raw()), right = h.received(block.right.raw());
    if (left < right && right <= last) continue;
    return j.fail({.id = Id::SackGeometry,
                   .expected = "blocks of what has arrived, up to",
                   .found = "one up to",
                   .nearest = "the edges of what is held",
                   .unit = Unit::Number,
                   .low = last,
                   .high = last,
                   .got = right});
  }
  j.held(Id::SackGeometry);
  return true;
}

}  // namespace

bool judge_options(Hypothesis& h, Judgement& j, const Emission& out) {
  if (out.segment.mss) return wrong(j, Id::MssOnSyn, "MSS on a SYN only", "MSS without SYN");
  if (out.segment.sack_permitted) {
    return wrong(j, Id::SackOnSyn, "SACK-permitted on a SYN only", "it without SYN");
  }
  return judge_timestamps(h, j, out) && judge_sack(h, j, out);
}

bool judge_syn_options(Hypothesis& h, Judgement& j, const Emission& out) {
  const auto& segment = out.segment;
  const bool answers = out.flags().ack() && !h.active;
  const std::int64_t header = j.facts.tuple.local.address.size() == 4 ? 40 : 60;
  if (segment.mss && *segment.mss > j.assume.mtu - header && j.assume.mtu > header) {
    return j.fail({.id = Id::AnnouncedMss,
                   .expected = "an MSS of at most",
                   .found = "one of",
                   .nearest = "what the link carries",
                   .unit = Unit::Octets,
                   .low = j.assume.mtu - header,
                   .high = j.assume.mtu - header,
                   .got = *segment.mss});
  }
  if (segment.mss) j.held(Id::AnnouncedMss);
  if (segment.window_scale && *segment.window_scale > kMaxShift) {
    return wrong(j, Id::ScaleLimit, "a shift of at most 14", "a larger one");
  }
  if (answers && segment.window_scale && !h.peer_scales) {
    return wrong(j, Id::ScaleOffered, "no window scale: the SYN had none", "window scale");
  }
  if (answers && segment.timestamps && !h.peer_stamps) {
    return wrong(j, Id::TimestampsOffered, "no timestamps: the SYN had none", "timestamps");
  }
  if (answers && segment.sack_permitted && !h.peer_sacks) {
    return wrong(j, Id::SackPermitted, "no SACK-permitted: the SYN had none", "SACK-permitted");
  }
  h.own_mss = segment.mss.value_or(header == 40 ? kDefaultMss4 : kDefaultMss6);
  h.own_scales = segment.window_scale.has_value();
  h.own_shift = segment.window_scale.value_or(0);
  h.own_stamps = segment.timestamps.has_value();
  h.own_sacks = segment.sack_permitted;
  if (segment.timestamps) h.ts_last = segment.timestamps->val;
  return true;
}

void note_offer(Hypothesis& h, const wire::Segment& segment) {
  h.peer_mss = segment.mss.value_or(0);
  h.peer_scales = segment.window_scale.has_value();
  h.peer_shift = std::min<std::uint8_t>(segment.window_scale.value_or(0), kMaxShift);
  h.peer_stamps = segment.timestamps.has_value();
  h.peer_sacks = segment.sack_permitted;
  if (segment.timestamps) {
    h.ts_recent = segment.timestamps->val;
    h.ts_arrived.fill(segment.timestamps->val);
  }
}

void negotiate(Hypothesis& h) {
  h.scaled = h.own_scales && h.peer_scales;
  h.timestamps = h.own_stamps && h.peer_stamps;
  h.sack = h.own_sacks && h.peer_sacks;
}

Certainty judge_paws(Hypothesis& h, const Arrival& in, Offset seq) {
  if (!h.timestamps) return Certainty::Yes;
  const auto& stamps = in.segment.timestamps;
  if (!stamps) return Certainty::Maybe;  // RFC 7323, 3.2: SHOULD be dropped.
  const bool old = newer(h.ts_recent, stamps->val);
  const bool perhaps =
      std::ranges::any_of(h.ts_arrived, [&](std::uint32_t v) { return newer(v, stamps->val); });
  // Many echo whatever came last, acceptable or not.
  if (!old && h.ts_arrived[0] != stamps->val) {
    for (std::size_t i = h.ts_arrived.size() - 1; i > 0; --i) h.ts_arrived[i] = h.ts_arrived[i - 1];
    h.ts_arrived[0] = stamps->val;
  }
  // RFC 7323, 5.5: after 24 days nothing is known any more; a repeated SYN may be an old one.
  if (in.flags().syn()) return old || perhaps ? Certainty::Maybe : Certainty::Yes;
  if (!old) return perhaps ? Certainty::Maybe : Certainty::Yes;
  // Some let an old timestamp pass on a segment that only repeats what came before.
  return seq < h.rcv ? Certainty::Maybe : Certainty::No;
}

void note_timestamp(Hypothesis& h, const Arrival& in, Offset seq, Certainty sure) {
  if (!h.timestamps || !in.segment.timestamps) return;
  const std::uint32_t value = in.segment.timestamps->val;
  if (newer(h.ts_recent, value)) return;
  // 4.3: SEG.SEQ =< Last.ACK.sent.
  if (sure == Certainty::Yes && seq <= h.acked) h.ts_recent = value;
}

}  // namespace harness::model
