#include "harness/model/options.h"

#include <algorithm>

namespace harness::model {
namespace {

bool wrong(Judgement& j, Id id, const char* expected, const char* found) {
  return j.fail({.id = id, .expected = expected, .found = found, .nearest = "the same without it"});
}

bool newer(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) > 0; }

// RFC 7323, 5.4: from 1 ms to 1 s for a tick.
bool judge_clock(Judgement& j, std::uint32_t value) {
  const auto& facts = j.facts;
  const auto& profile = j.assume.profile;
  const Time longest = j.when.until - facts.ts_base_at.from;
  const Time shortest = j.when.from - facts.ts_base_at.until;
  if (!facts.ts_based || longest > kMaxClock) return true;
  // SYN cookies keep options in the low bits of their timestamp.
  constexpr std::int64_t kCookie = 64, kSlip = 2;
  const Time drift = longest / 16 + j.assume.slack;
  const std::int64_t most = (longest + drift) / profile.ts_tick_least + kCookie + kSlip;
  const std::int64_t least = std::max<Time>(0, shortest - drift) / profile.ts_tick_most - kSlip;
  const std::int64_t ticks = static_cast<std::int32_t>(value - facts.ts_base);
  if (ticks >= least && ticks <= most) {
    j.held(Id::TimestampRate);
    return true;
  }
  return j.fail({.id = Id::TimestampRate,
                 .expected = "a clock that has ticked since the first timestamp, in times:",
                 .found = "one that has ticked",
                 .nearest = "a clock with a tick between 1 ms and 1 s",
                 .unit = Unit::Bits,
                 .low = std::max<std::int64_t>(0, least),
                 .high = most,
                 .got = ticks});
}

// 4.3: a segment before whose turn another waits for its ACK does not change TS.Recent.
void judge_earliest(const Hypothesis& h, Judgement& j, std::uint32_t echo) {
  if (!h.ts_sure || j.racing()) return;
  if (echo == h.ts_recent) {
    j.held(Id::EarliestEcho);
    return;
  }
  j.lapse({.id = Id::EarliestEcho,
           .expected = "the echo of the earliest segment without an ACK,",
           .found = "one of",
           .nearest = "TS.Recent, which only SEG.SEQ =< Last.ACK.sent changes",
           .unit = Unit::Number,
           .low = h.ts_recent,
           .high = h.ts_recent,
           .got = echo});
}

bool judge_timestamps(Hypothesis& h, Judgement& j, const Emission& out) {
  const auto& stamps = out.segment.timestamps;
  if (!h.timestamps) {
    if (!stamps) return true;
    const char* const expected = h.phase == Phase::TimeWait
                                     ? "no timestamps in TIME-WAIT: not negotiated"
                                     : "no timestamps: not negotiated";
    return wrong(j, Id::TimestampsOffered, expected, "timestamps");
  }
  if (!stamps) {
    return j.fail({.id = Id::TimestampsAlways,
                   .expected = h.ts_recent == 0 ? "timestamps also after one of zero"
                                                : "timestamps in every segment",
                   .found = "none",
                   .nearest = "the same with timestamps"});
  }
  j.held(Id::TimestampsAlways);
  // After half a ring of ticks nothing can be said.
  const bool lasts = j.when.until - j.facts.quiet_since < kStampsLast;
  if (lasts && newer(h.ts_last, stamps->val)) {
    return j.fail({.id = Id::TimestampClock,
                   .expected = "a timestamp not below",
                   .found = "one of",
                   .nearest = "a clock that goes forward",
                   .unit = Unit::Number,
                   .low = h.ts_last,
                   .high = h.ts_last,
                   .got = stamps->val});
  }
  j.held(Id::TimestampClock);
  h.ts_last = stamps->val;
  if (!judge_clock(j, stamps->val)) return false;
  if (!out.flags().ack()) return true;
  const bool arrived = std::ranges::count(j.facts.stamps(), stamps->ecr) > 0;
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
  judge_earliest(h, j, stamps->ecr);
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
    const bool beyond = right <= j.facts.beyond;
    const bool opens = h.phase == Phase::SynReceived;  // Its text was taken all the same.
    const auto& text = j.facts.ignored;
    const bool old = text.rule == static_cast<std::uint8_t>(Id::Paws) && j.facts.tick_before &&
                     text.from <= left && right <= text.to;
    return j.fail({.id = opens ? rule_behind(h, j, Id::SackGeometry)
                         : old ? Id::Paws
                               : Id::SackGeometry,
                   .expected = opens    ? "nothing taken while it opens: blocks up to"
                               : old    ? "what is older by one tick to be dropped: blocks up to"
                               : beyond ? "nothing kept from behind the window: blocks up to"
                                        : "blocks of what has arrived, up to",
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

bool judge_syn_timestamps(Hypothesis& h, Judgement& j, const Emission& out) {
  const auto& stamps = *out.segment.timestamps;
  h.ts_last = stamps.val;
  if (!j.facts.ts_based) {
    j.facts.ts_based = true;
    j.facts.ts_base = stamps.val;
    j.facts.ts_base_at = j.when;
  }
  if (!out.flags().ack()) {
    if (stamps.ecr != 0) {
      j.lapse({.id = Id::EchoWithoutAck,
               .expected = "an echo of zero where there is no ACK",
               .found = "one of",
               .nearest = "TSecr=0",
               .unit = Unit::Number,
               .got = stamps.ecr});
    } else {
      j.held(Id::EchoWithoutAck);
    }
    return true;
  }
  const bool arrived = std::ranges::count(j.facts.stamps(), stamps.ecr) > 0;
  if (stamps.ecr == h.ts_recent || arrived) {
    h.ts_echoed = stamps.ecr;
    j.held(Id::TimestampEcho);
    return true;
  }
  return j.fail({.id = Id::TimestampEcho,
                 .expected = "the echo of the SYN's timestamp,",
                 .found = "one of",
                 .nearest = "TS.Recent",
                 .unit = Unit::Number,
                 .low = h.ts_recent,
                 .high = h.ts_recent,
                 .got = stamps.ecr});
}

}  // namespace

bool judge_options(Hypothesis& h, Judgement& j, const Emission& out) {
  if (out.segment.mss) return wrong(j, Id::MssOnSyn, "MSS on a SYN only", "MSS without SYN");
  if (out.segment.sack_permitted) {
    return wrong(j, Id::SackOnSyn, "SACK-permitted on a SYN only", "it without SYN");
  }
  if (out.segment.window_scale) {
    return wrong(j, Id::ScaleOnSyn, "window scale on a SYN only", "it without SYN");
  }
  return judge_timestamps(h, j, out) && judge_sack(h, j, out);
}

bool judge_offer(Hypothesis& h, Judgement& j, const Emission& out) {
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
  const std::int64_t usual = header == 40 ? kDefaultMss4 : kDefaultMss6;
  const std::int64_t carried = j.assume.mtu - header;
  if (j.assume.mtu_known && carried != usual && j.facts.segment_asked == 0) {
    if (segment.mss) {
      j.held(Id::MssOffered);
    } else {
      j.lapse({.id = Id::MssOffered,
               .expected = "the MSS option: the link does not carry the default, but",
               .found = "a SYN without it, which stands for",
               .nearest = "the same with the MSS",
               .unit = Unit::Octets,
               .low = carried,
               .high = carried,
               .got = usual});
    }
  }
  if (segment.window_scale && *segment.window_scale > kMaxShift) {
    return wrong(j, Id::ScaleLimit, "a shift of at most 14", "a larger one");
  }
  if (segment.window_scale) j.held(Id::ScaleLimit);
  if (answers && segment.window_scale && !h.peer_scales) {
    return wrong(j, Id::ScaleOffered, "no window scale: the SYN had none", "window scale");
  }
  if (answers && segment.timestamps && !h.peer_stamps) {
    return wrong(j, Id::TimestampsOffered, "no timestamps: the SYN had none", "timestamps");
  }
  if (answers && segment.sack_permitted && !h.peer_sacks) {
    return wrong(j, Id::SackPermitted, "no SACK-permitted: the SYN had none", "SACK-permitted");
  }
  if (answers) {
    for (const Id id : {Id::ScaleOffered, Id::TimestampsOffered, Id::SackPermitted}) j.held(id);
  }
  return !segment.timestamps || judge_syn_timestamps(h, j, out);
}

bool judge_syn_options(Hypothesis& h, Judgement& j, const Emission& out) {
  if (!judge_offer(h, j, out)) return false;
  const auto& segment = out.segment;
  const bool four = j.facts.tuple.local.address.size() == 4;
  h.own_mss = segment.mss.value_or(four ? kDefaultMss4 : kDefaultMss6);
  h.own_scales = segment.window_scale.has_value();
  h.own_shift = segment.window_scale.value_or(0) & 15;
  h.own_stamps = segment.timestamps.has_value();
  h.own_sacks = segment.sack_permitted;
  return true;
}

void note_timestamp_value(Connection& facts, std::uint32_t value) {
  auto& known = facts.ts_arrived;
  if (facts.ts_count > 0 && known[0] == value) return;
  std::copy_backward(known.begin(), known.end() - 1, known.end());
  known[0] = value;
  if (facts.ts_count < known.size()) ++facts.ts_count;
}

void note_offer(Hypothesis& h, Connection& facts, const wire::Segment& segment) {
  if (segment.flags.urg()) facts.rcv_up_high = Offset{1} << 32;  // Who knows what it names.
  h.peer_mss = segment.mss.value_or(0);
  h.peer_scales = segment.window_scale.has_value();
  h.peer_shift = std::min<std::uint8_t>(segment.window_scale.value_or(0), kMaxShift) & 15;
  h.peer_stamps = segment.timestamps.has_value();
  h.peer_sacks = segment.sack_permitted;
  if (segment.timestamps) {
    h.ts_recent = segment.timestamps->val;
    note_timestamp_value(facts, segment.timestamps->val);
  }
}

void negotiate(Hypothesis& h) {
  h.scaled = h.own_scales && h.peer_scales;
  h.timestamps = h.own_stamps && h.peer_stamps;
  h.sack = h.own_sacks && h.peer_sacks;
}

Certainty judge_paws(Hypothesis& h, Judgement& j, const Arrival& in, Offset seq) {
  if (!h.timestamps) return Certainty::Yes;
  const auto& stamps = in.segment.timestamps;
  if (!stamps) return Certainty::Maybe;  // RFC 7323, 3.2: SHOULD be dropped.
  bool old = newer(h.ts_recent, stamps->val);
  // RFC 7323, 5.5: TS.Recent is not valid "when a connection is idle for more than 24 days".
  if (old && (h.ts_aged || j.when.until - j.facts.stamp_taken > kStampsLast)) {
    h.ts_sure = false;
    h.ts_aged = true;  // Until one is taken, whatever is dropped meanwhile.
    note_timestamp_value(j.facts, stamps->val);
    const bool long_past = j.when.from - j.facts.stamp_at > kStampsLast + kStampsLast / 48;
    if (!long_past || in.flags().syn()) {
      if (in.length() == 0) grant_ack(h);  // Perhaps it is too old all the same, and answered.
      return Certainty::Maybe;
    }
    j.facts.outdated = j.record;
    return Certainty::Yes;
  }
  if (!old && h.ts_sure && stamps->val < h.ts_recent) j.facts.wrap_stamp = j.record;
  if (h.ts_sure && stamps->val == h.ts_recent) j.facts.same_stamp = j.record;
  if (!old && stamps->val != h.ts_recent) h.ts_sure = false;  // Until it is known to be taken.
  const bool perhaps =
      std::ranges::any_of(j.facts.stamps(), [&](std::uint32_t v) { return newer(v, stamps->val); });
  // Many echo whatever came last, acceptable or not.
  if (!old) note_timestamp_value(j.facts, stamps->val);
  // RFC 7323, 5.5: after 24 days nothing is known any more; a repeated SYN may be an old one.
  if (in.flags().syn()) return old || perhaps ? Certainty::Maybe : Certainty::Yes;
  if (!old) return perhaps ? Certainty::Maybe : Certainty::Yes;
  j.facts.tick_before = h.ts_recent - stamps->val == 1;
  // Some let an old timestamp pass on a segment that only repeats what came before.
  return seq < h.rcv ? Certainty::Maybe : Certainty::No;
}

void note_timestamp(Hypothesis& h, Judgement& j, const Arrival& in, Offset seq, Certainty sure,
                    bool known) {
  if (!h.timestamps || !in.segment.timestamps) return;
  const std::uint32_t value = in.segment.timestamps->val;
  if (newer(h.ts_recent, value) && j.facts.outdated != j.record) return;
  // 4.3: SEG.SEQ =< Last.ACK.sent.
  if (sure == Certainty::Yes && seq <= h.acked) {
    h.ts_recent = value;
    h.ts_sure = true;
    h.ts_aged = false;
    j.facts.stamp_taken = j.when.until;
  } else if (sure == Certainty::Yes && known) {
    h.ts_sure = true;
  }
}

}  // namespace harness::model
