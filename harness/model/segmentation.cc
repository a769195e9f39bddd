#include "harness/model/segmentation.h"

#include <algorithm>

namespace harness::model {
namespace {

// Many leave room for options that come or go: that is a full segment all the same.
constexpr std::int64_t kSpared = 40;

// Of IP and TCP, without options.
std::int64_t header_size(const Judgement& j) {
  return j.facts.tuple.local.address.size() == 4 ? 40 : 60;
}

// What is sent again because the path carries less has to fit it (RFC 9293, 3.7.1: MMS_S).
bool judge_path(const Hypothesis& h, Judgement& j, const Emission& out, Offset seq) {
  const Connection& facts = j.facts;
  const bool told = facts.told_mtu >= kUsualMtu && out.whole && !out.several &&
                    facts.told_record > facts.last_arrived && seq == h.una && seq < h.nxt &&
                    j.when.from <= facts.told_at + j.assume.reaction + j.assume.slack;
  if (!told) return true;
  const std::int64_t most = facts.told_mtu - header_size(j);
  const auto size = out.octets() + static_cast<std::int64_t>(out.segment.options.size());
  if (size <= most) {
    j.held(Id::SegmentSize);
    return true;
  }
  return j.fail({.id = Id::SegmentSize,
                 .expected = "on a path that carries no more, options and data of at most",
                 .found = "a segment of",
                 .nearest = "the same data in smaller segments",
                 .unit = Unit::Octets,
                 .low = most,
                 .high = most,
                 .got = size,
                 .cause = facts.told_record});
}

bool judge_size(Hypothesis& h, Judgement& j, const Emission& out, std::int64_t most) {
  const auto size = out.octets() + static_cast<std::int64_t>(out.segment.options.size());
  const Id id = h.peer_mss != 0 ? Id::SegmentSize : Id::DefaultMss;
  const char* expected = "options and data of at most";
  if (id == Id::DefaultMss && j.facts.segment_asked > 0) {
    expected = "whatever TCP_MAXSEG says, options and data of at most";
  }
  if (id == Id::SegmentSize && j.facts.pressed) {
    expected = "of a connection out of a full backlog, too, options and data of at most";
  }
  if (size <= most) {
    j.held(id);
    return true;
  }
  return j.fail({.id = id,
                 .expected = expected,
                 .found = "a segment of",
                 .nearest = "the same data in smaller segments",
                 .unit = Unit::Octets,
                 .low = most,
                 .high = most,
                 .got = size});
}

// RFC 9293, 3.8.6.2.1: a segment that is small because the window is, and leaves data behind, goes
// only if it fills half of the largest window, or when the override timer has run out.
bool judge_silly(Hypothesis& h, Judgement& j, const Emission& out, Offset end) {
  const bool by_window = end == h.edge_low && end == h.edge_high && j.facts.app_low > end;
  // All that the peer offers, with nothing on its way, many send whatever it offered before.
  const bool idle = !h.outstanding();
  if (!by_window || idle || out.octets() <= 1) return true;
  const Time waited = j.when.until + j.assume.slack - j.facts.last_fresh;
  if (2 * out.octets() >= h.max_window || waited >= kLeastOverride) {
    j.held(Id::SillySender);
    return true;
  }
  // What a sender must have is an algorithm (MUST-38); this one is "recommended". Where a full
  // segment may be sent, some send all that the window has room for.
  if (j.facts.full_end == end - out.octets() && j.facts.full_edge == end) return true;
  return j.fail({.id = Id::SillySender,
                 .expected = "no small segment because of a small window: at least half of",
                 .found = "a segment of",
                 .nearest = "silence until the window opens, or the override timer runs out",
                 .unit = Unit::Octets,
                 .low = h.max_window,
                 .high = h.max_window,
                 .got = out.octets()});
}

// 3.7.4, as many do it: one small segment at a time without an acknowledgment.
void judge_nagle(Hypothesis& h, Judgement& j, const Emission& out, Offset end) {
  const Connection& facts = j.facts;
  const bool free = facts.nodelay || facts.corked || facts.closing || h.sack ||
                    h.recover != kNowhere || h.probing;
  if (!free && facts.small_end > h.una_high && facts.small_end <= h.nxt) {
    j.lapse({.id = Id::Nagle,
             .expected = "no second small segment before the first is acknowledged",
             .found = "a segment of",
             .nearest = "the same octets later, with what is written meanwhile",
             .unit = Unit::Octets,
             .got = out.octets()});
  } else if (!free) {
    j.held(Id::Nagle);
  }
  j.facts.small_end = end;
}

bool judge_push(Judgement& j, const Emission& out, Offset end) {
  if (j.facts.corked || end < j.facts.app_high || out.flags().fin()) return true;
  if (!out.flags().psh()) {
    return j.fail({.id = Id::Push,
                   .expected = "PSH on the last octets that are queued",
                   .found = "a segment without it",
                   .nearest = "the same with PSH"});
  }
  j.held(Id::Push);
  return true;
}

}  // namespace

std::int64_t effective_mss(const Hypothesis& h, const Judgement& j) {
  const bool four = j.facts.tuple.local.address.size() == 4;
  const std::int64_t header = header_size(j);
  const std::int64_t peer = h.peer_mss != 0 ? std::max<std::int64_t>(h.peer_mss, kLeastMss)
                                            : (four ? kDefaultMss4 : kDefaultMss6);
  return std::min(peer, std::max(j.assume.mtu - header, kLeastMss));
}

std::int64_t carried_by_path(const Judgement& j, std::int64_t most) {
  return j.facts.path_mtu > 0 ? std::min(most, j.facts.path_mtu - header_size(j)) : most;
}

bool judge_segmentation(Hypothesis& h, Judgement& j, const Emission& out, Offset seq, Offset end) {
  if (out.octets() == 0) return true;
  const std::int64_t most = effective_mss(h, j);
  if (!out.several && !judge_size(h, j, out, most)) return false;
  if (!judge_path(h, j, out, seq)) return false;
  if (end <= h.nxt || !j.facts.calls_known) return true;
  const auto asked = j.facts.segment_asked > 0 ? j.facts.segment_asked : most;
  // Where the path carries less, smaller segments are full ones.
  const auto full = carried_by_path(j, std::min(most, asked)) -
                    static_cast<std::int64_t>(out.segment.options.size());
  const bool again = seq < h.nxt;  // What is repeated may be joined to what is new.
  if (out.octets() < full - kSpared && !out.several && !again) {
    if (!out.flags().fin() && !judge_silly(h, j, out, end)) return false;
    judge_nagle(h, j, out, end);
  }
  // Where half of the largest window may be sent, it may be sent in segments of any size
  // (3.8.6.2.1, (3)).
  const bool begins = out.octets() >= full - kSpared || out.several || again ||
                      2 * (h.edge_low - seq) >= h.max_window;
  const bool goes_on = j.facts.full_end == seq && j.facts.full_edge == h.edge_low;
  if ((begins || goes_on) && h.edge_low == h.edge_high) {
    j.facts.full_end = end;
    j.facts.full_edge = h.edge_low;
  }
  if (!judge_push(j, out, end)) return false;
  j.facts.last_fresh = j.when.from;
  return true;
}

}  // namespace harness::model
