#include "harness/matrix/probe.h"

#include <algorithm>

namespace harness::matrix {

using wire::kAck;
using wire::kFin;
using wire::kPsh;
using wire::kRst;
using wire::kSyn;
using wire::kUrg;

namespace {

using A = Anchor;

// Name, sequence number, acknowledgment field, control bits, octets, urgent pointer.
constexpr Probe kProbes[] = {
    {"SYN in-window", {A::RcvNxt}, {A::Zero}, kSyn},
    {"SYN in-window mid", {A::RcvNxt, 100}, {A::Zero}, kSyn},
    {"SYN dup (seq=IRS)", {A::Irs}, {A::Zero}, kSyn},
    {"SYN left of window (RCV.NXT-1000)", {A::RcvNxt, -1000}, {A::Zero}, kSyn},
    {"SYN right of window", {A::RightEdge, 10}, {A::Zero}, kSyn},
    {"SYN+data", {A::RcvNxt}, {A::Zero}, kSyn, 20},
    {"SYN+ACK ok ack, seq=RCV.NXT", {A::RcvNxt}, {A::SndNxt}, kSyn | kAck},
    {"SYN+ACK ok ack, dup seq=IRS", {A::Irs}, {A::SndNxt}, kSyn | kAck},
    {"SYN+ACK bad ack (future)", {A::RcvNxt}, {A::SndNxt, 1000}, kSyn | kAck},
    {"SYN+ACK bad ack (=SND.UNA/ISS)", {A::RcvNxt}, {A::SndUna}, kSyn | kAck},
    {"ACK ok (=SND.NXT)", {A::RcvNxt}, {A::SndNxt}, kAck},
    {"ACK dup (=SND.UNA)", {A::RcvNxt}, {A::SndUna}, kAck},
    {"ACK old (SND.UNA-1000)", {A::RcvNxt}, {A::SndUna, -1000}, kAck},
    {"ACK very old (SND.UNA-200000)", {A::RcvNxt}, {A::SndUna, -200000}, kAck},
    {"ACK future (SND.NXT+1000)", {A::RcvNxt}, {A::SndNxt, 1000}, kAck},
    {"ACK seq right of window", {A::RightEdge, 10}, {A::SndNxt}, kAck},
    {"ACK seq left of window (RCV.NXT-1, keepalive probe)", {A::RcvNxt, -1}, {A::SndNxt}, kAck},
    {"FIN (no ACK)", {A::RcvNxt}, {A::Zero}, kFin},
    {"FIN+ACK (ack=SND.NXT)", {A::RcvNxt}, {A::SndNxt}, kFin | kAck},
    {"FIN+ACK (ack=SND.UNA)", {A::RcvNxt}, {A::SndUna}, kFin | kAck},
    {"FIN+ACK dup (seq=RCV.NXT-1)", {A::RcvNxt, -1}, {A::SndNxt}, kFin | kAck},
    {"FIN+ACK out of order (RCV.NXT+10)", {A::RcvNxt, 10}, {A::SndNxt}, kFin | kAck},
    {"FIN+ACK right of window", {A::RightEdge, 10}, {A::SndNxt}, kFin | kAck},
    {"FIN+ACK with data", {A::RcvNxt}, {A::SndNxt}, kFin | kAck, 20},
    {"RST exact (seq=RCV.NXT)", {A::RcvNxt}, {A::Zero}, kRst},
    {"RST in-window (RCV.NXT+10)", {A::RcvNxt, 10}, {A::Zero}, kRst},
    {"RST last octet of window", {A::RightEdge, -1}, {A::Zero}, kRst},
    {"RST left of window (RCV.NXT-1)", {A::RcvNxt, -1}, {A::Zero}, kRst},
    {"RST right of window (RCV.NXT+WND)", {A::RightEdge}, {A::Zero}, kRst},
    {"RST seq=0 (no ACK)", {A::Zero}, {A::Zero}, kRst},
    {"RST+ACK exact, ack ok", {A::RcvNxt}, {A::SndNxt}, kRst | kAck},
    {"RST+ACK exact, ack bad (future)", {A::RcvNxt}, {A::SndNxt, 1000}, kRst | kAck},
    {"RST+ACK exact, ack=SND.UNA", {A::RcvNxt}, {A::SndUna}, kRst | kAck},
    {"RST+ACK in-window, ack ok", {A::RcvNxt, 10}, {A::SndNxt}, kRst | kAck},
    {"RST+ACK seq=0, ack ok", {A::Zero}, {A::SndNxt}, kRst | kAck},
    {"RST exact with data", {A::RcvNxt}, {A::Zero}, kRst, 20},
    {"data in-order, ack ok", {A::RcvNxt}, {A::SndNxt}, kAck | kPsh, 20},
    {"data in-order, ack=SND.UNA", {A::RcvNxt}, {A::SndUna}, kAck | kPsh, 20},
    {"data in-order, ack future", {A::RcvNxt}, {A::SndNxt, 1000}, kAck | kPsh, 20},
    {"data in-order, ack very old (-200000)", {A::RcvNxt}, {A::SndUna, -200000}, kAck | kPsh, 20},
    {"data out-of-order in-window", {A::RcvNxt, 100}, {A::SndNxt}, kAck | kPsh, 20},
    {"data left of window (dup)", {A::RcvNxt, -20}, {A::SndNxt}, kAck | kPsh, 20},
    {"data right of window", {A::RightEdge, 10}, {A::SndNxt}, kAck | kPsh, 20},
    {"data partial overlap left", {A::RcvNxt, -10}, {A::SndNxt}, kAck | kPsh, 20},
    {"data straddles right edge", {A::RightEdge, -10}, {A::SndNxt}, kAck | kPsh, 20},
    {"data no ACK flag", {A::RcvNxt}, {A::Zero}, kPsh, 20},
    {"URG+ACK data urp=5", {A::RcvNxt}, {A::SndNxt}, kAck | kPsh | kUrg, 20, 5},
    {"null flags", {A::RcvNxt}, {A::Zero}, {}},
    {"null flags right of window", {A::RightEdge, 10}, {A::Zero}, {}},
    {"SYN+FIN", {A::RcvNxt}, {A::Zero}, kSyn | kFin},
    {"SYN+RST", {A::RcvNxt}, {A::SndNxt}, kSyn | kRst},
    {"FIN+URG+PSH (xmas scan)", {A::RcvNxt}, {A::Zero}, kFin | kPsh | kUrg},
    {"all flags FSRPAU", {A::RcvNxt}, {A::SndNxt}, kFin | kSyn | kRst | kPsh | kAck | kUrg},
};

}  // namespace

std::span<const Probe> probes() { return kProbes; }

std::uint32_t number(const Place& place, const Numbers& n) {
  const auto base = [&]() -> std::uint32_t {
    switch (place.anchor) {
      case Anchor::Zero:
        return 0;
      case Anchor::RcvNxt:
        return n.rcv_nxt;
      case Anchor::RightEdge:
        return n.rcv_nxt + n.rcv_wnd;
      case Anchor::Irs:
        return n.irs;
      case Anchor::SndUna:
        return n.snd_una;
      case Anchor::SndNxt:
        return n.snd_nxt;
    }
    return 0;
  }();
  return base + static_cast<std::uint32_t>(place.offset);
}

}  // namespace harness::matrix
