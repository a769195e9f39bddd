#include "harness/oracle/enforced.h"

#include <algorithm>

#include "harness/model/rule_id.h"

namespace harness::oracle {
namespace {

struct Asked {
  std::string_view requirement, says;
};

// One for each rule of model/rule_id.h.
constexpr Asked kAsked[] = {
    {"MUST-2", "The checksum of every segment the target sends verifies."},
    {"MUST-3", "A segment whose checksum does not verify changes nothing and is not answered."},
    {"MUST-15", "Data goes in segments of at most 536 octets (IPv6: 1220) when no MSS came."},
    {"MUST-16", "No segment carries more data and options than the peer's MSS allows."},
    {"MUST-67", "The MSS the target announces fits the MTU of its link."},
    {"SHLD-5", "A SYN tells the MSS, unless the MTU of the link makes it the default."},
    {"MUST-65", "The MSS option stands on SYN segments only."},
    {"MUST-68", "Each option but End and No-Operation has a length octet that fits."},
    {"MUST-69", "What stands behind the end of the options is zeros."},
    {"MUST-10", "A SYN in SYN-SENT is answered by a SYN,ACK with the same initial number."},
    {"MUST-12", "The application is told how the connection ended: by a FIN, a reset, a time-out."},
    {"MUST-13", "In TIME-WAIT the connection stays for 2 MSL, of 30 s to 120 s each."},
    {"MAY-2", "A connection reopened out of TIME-WAIT begins beyond the numbers of the old one."},
    {"SHLD-3",
     "Data for an application that has closed draws a reset or an ACK, not silence; a CLOSE before "
     "what arrived was read, a reset."},
    {"MUST-20", "A connection is not given up before the third retransmission."},
    {"MUST-22", "A SYN or SYN,ACK without an answer is sent again."},
    {"MUST-23", "An open without an answer is tried for at least 3 minutes."},
    {"SHLD-11", "Data without an ACK is retransmitted for at least 100 s."},
    {"MUST-25", "No keep-alive is sent unless the application has switched them on."},
    {"MUST-26", "A keep-alive comes no sooner than the idle time the application has set."},
    {"MUST-28", "Without such a setting a keep-alive comes after two idle hours at least."},
    {"MUST-29", "One keep-alive without an answer does not end a connection."},
    {"SHLD-12", "A keep-alive carries no data."},
    {"9293-3.8.4-rx", "A keep-alive is answered by an ACK."},
    {"SHLD-14", "The right edge of the window the target offers does not move left."},
    {"SHLD-15", "No new data goes beyond a right edge that the peer has taken back."},
    {"MUST-36", "A zero window with data waiting is probed."},
    {"MUST-37",
     "A peer that answers probes keeps its connection, however long its window is zero."},
    {"9293-3.8.6.1-rx", "A probe of the target's own zero window is answered by an ACK."},
    {"MUST-40", "Data or a FIN in order is acknowledged within 0.5 s."},
    {"SHLD-19", "Two full segments are acknowledged at once."},
    {"MUST-60", "Data that may be sent is not held back for ever."},
    {"SHLD-31", "What came out of order is kept until the gap is filled."},
    {"9293-3.1-rsrvd-tx", "The reserved bits of the header are zero."},
    {"9293-3.1-doff", "The data offset is 5 to the segment's end; what says otherwise is ignored."},
    {"9293-3.1-ack-always",
     "Once there is something to acknowledge every segment has the ACK bit."},
    {"9293-3.4-acceptability",
     "The ACK number is what arrived in order; what lies outside the "
     "window changes nothing."},
    {"9293-3.4-synfin-seq", "SYN and FIN count as one number each; octets keep their numbers."},
    {"9293-3.5-data-on-syn", "Data that came with a SYN is not delivered before ESTABLISHED."},
    {"9293-3.5.1-halfopen-data", "A segment with an ACK for no connection is answered by a reset."},
    {"9293-3.5.2-rst-form",
     "A reset has the numbers of what it answers: SEQ=SEG.ACK, or SEQ=0 and "
     "ACK=SEG.SEQ+SEG.LEN."},
    {"9293-3.5.2-no-rst-for-rst", "A reset is not answered by a reset."},
    {"9293-3.5.2-sync-empty-ack",
     "What is not acceptable draws an empty ACK and no reset; the "
     "connection stays as it is."},
    {"9293-3.5.3-rst-listen", "A reset for a listening port is ignored."},
    {"9293-3.5.3-rst-synsent", "In SYN-SENT a reset counts only when it acknowledges the SYN."},
    {"9293-3.6-flush-before-fin", "The FIN comes behind all that was written, and it does come."},
    {"9293-3.6-simclose",
     "A FIN that crosses the own leads to CLOSING, the ACK of the own to TIME-WAIT."},
    {"9293-3.6-fw1-direct-tw",
     "A FIN with the ACK of the own leads from FIN-WAIT-1 to TIME-WAIT at once."},
    {"9293-3.6-halfclose-rx", "Data is received and acknowledged after the own FIN."},
    {"9293-3.6-halfclose-tx",
     "Data is taken and sent after the peer's FIN; a FIN only when the application "
     "closes."},
    {"9293-3.6-no-second-fin", "Nothing is sent beyond the FIN."},
    {"9293-3.6-tw-restart", "In TIME-WAIT a FIN that comes again is acknowledged."},
    {"9293-3.10.7-listen-order",
     "LISTEN: a SYN is answered by a SYN,ACK, an ACK by a reset, all "
     "else by nothing."},
    {"9293-3.10.7-synsent-order",
     "SYN-SENT: a bad ACK is answered by a reset, a good SYN,ACK by an "
     "ACK, all else by nothing."},
    {"9293-3.10.7-synrcvd-ack", "SYN-RECEIVED: only an ACK of the SYN establishes the connection."},
    {"9293-3.10.7-ackless", "A segment without ACK changes nothing in a synchronized state."},
    {"9293-3.10.7-zero-wnd-ack", "A FIN that comes to a window of zero is not taken."},
    {"9293-3.10.7-ack-unsent",
     "An ACK of what was never sent is answered by an ACK; the segment "
     "changes nothing."},
    {"9293-3.10.7-trim",
     "The application reads the peer's octets, each once and in order, and "
     "nothing behind its FIN."},
    {"9293-3.10.7-postfin-text", "Data behind the peer's FIN is ignored."},
    {"9293-3.10.8-usertimeout", "After a user timeout the connection is gone."},
    {"9293-3.10.8-rto",
     "What is not acknowledged is sent again, the same octets at the same place."},
    {"RFC5961-3.2-a", "A reset outside the window is dropped in silence."},
    {"RFC5961-3.2-b", "A reset at RCV.NXT ends the connection."},
    {"RFC5961-3.2-c",
     "Another reset in the window is challenged by an ACK (or, in a stack without "
     "RFC 5961, always obeyed)."},
    {"RFC5961-4.2-a",
     "A SYN in a synchronized state is challenged by an ACK (or resets, in a stack "
     "without RFC 5961)."},
    {"RFC5961-5.2-b", "An ACK older than the largest window sent is answered by an ACK at most."},
    {"RFC7323-2.3-b", "Window scale is answered only to a SYN that had it."},
    {"RFC7323-2.3-e", "The shift of a window is at most 14."},
    {"RFC7323-3.2-d", "Timestamps are sent only where both SYNs had them."},
    {"RFC7323-3.2-e", "Once agreed, every segment but a reset has timestamps."},
    {"RFC7323-3.2-b", "A timestamp echoes one that came lately."},
    {"RFC7323-4.1-a", "The target's timestamps do not go back."},
    {"RFC7323-5.3-R1", "A segment with an old timestamp is dropped and answered by an ACK."},
    {"RFC2018-2-a", "SACK-permitted stands on SYN segments only."},
    {"RFC2018-4-a", "No SACK is sent to a peer that did not permit it."},
    {"RFC2018-3-geometry", "SACK blocks cover what has arrived, beyond the ACK number."},
    {"RFC6298-2.1", "The first retransmission of a SYN comes after a second at least."},
    {"RFC6298-2.4", "The RTO is a second at least."},
    {"RFC6298-5-early",
     "Without other evidence nothing is retransmitted sooner than the round trip "
     "takes."},
    {"RFC6298-5.5", "Each further retransmission by time-out waits about twice as long."},
    {"RFC5681-2-a", "No data goes beyond the right edge of the peer's window, but a probe."},
    {"RFC5681-3.2-dupack", "Data out of order is answered by a duplicate ACK."},
    {"RFC5681-4.2-one", "No more ACKs are sent than segments came."},
    {"MUST-24",
     "Once the application has switched them on, keep-alives come when their time is due."},
    {"MUST-35", "A window shrunk to zero is probed as one that closed."},
    {"SHLD-29", "The first window probe comes when a zero window has lasted one RTO."},
    {"SHLD-30", "Each further window probe waits longer than the last."},
    {"MUST-38",
     "The sender waits for a full segment, half the largest window or its override time-out."},
    {"MUST-39", "The right edge moves by the lesser of a segment and a fraction of the buffer."},
    {"SHLD-7", "With data in flight, and Nagle's algorithm on, no further short segment is sent."},
    {"MUST-61", "The last segment of what was written carries PSH."},
    {"MUST-62", "The urgent pointer names the octet that follows the urgent data."},
    {"MUST-30", "Urgent data that the application sends is marked by URG."},
    {"MUST-32", "The application is told of urgent data that came and is not read."},
    {"MUST-33", "It is told of none when all up to the pointer is read."},
    {"9293-3.1-up-ignored", "An urgent pointer without URG tells of nothing."},
    {"9293-3.10.7-postfin-urg", "An urgent pointer behind the peer's FIN tells of nothing."},
    {"RFC7323-2.2-c", "Window scale stands on SYN segments only."},
    {"RFC7323-2.2-d", "The window of the peer's SYN is taken as it stands: no scaling widens it."},
    {"RFC7323-3.2-a", "A segment without the ACK bit echoes a timestamp of 0."},
    {"RFC7323-5.4-a",
     "The timestamp clock ticks at least once a second, at most once a millisecond."},
    {"SHLD-26", "An attempt to connect ends when ICMP tells of a hard error."},
    {"MUST-55", "ICMP's Source Quench changes nothing."},
    {"MUST-56", "A soft error that ICMP tells of ends no connection."},
    {"RFC5927-4.1-a", "An ICMP error that quotes nothing that is on its way ends no connection."},
    {"RFC5681-3.2-fill", "A segment that fills a gap is acknowledged at once."},
    {"MUST-57", "What is sent to a broadcast or multicast address is not answered."},
    {"MUST-6", "A SYN with an option nobody knows is answered as one without."},
    {"MUST-66",
     "A reset at RCV.NXT ends the connection though the window is closed, and urgent data is told "
     "of."},
    {"RFC7323-3.2-h", "A segment that lacks its timestamp ends no connection."},
    {"RFC6298-5.1-5.3", "An ACK of new data starts the retransmission timer again."},
    {"RFC6298-5.4", "After a time-out the earliest segment without an ACK is sent again."},
    {"RFC6298-5.7",
     "Where a SYN was sent again by time-out, the first RTO of data is 3 s at least."},
    {"RFC5681-3.2-fr",
     "A fast retransmission follows three ACKs of the same number and the same window."},
    {"RFC7323-2.2-b",
     "A SYN,ACK that is sent again offers the same window scale; where the peer's SYN had none, "
     "the "
     "target's own windows are not scaled either."},
    {"RFC7323-3.2-f", "The reset of an abort has timestamps where they were agreed."},
    {"RFC7323-4.3-a", "An ACK echoes the timestamp of the earliest segment it is the first for."},
    {"MUST-59", "Where a gap is filled, no ACK goes before all that waited behind it is counted."},
    {"9293-3.10.7-synrcvd-syn",
     "Opened by a SYN, SYN-RECEIVED returns to LISTEN with another in the window, or challenges "
     "it."},
    {"MUST-21",
     "Where the application has set how long to try, it is given up no sooner, nor its SYN sent "
     "later."},
    {"RFC6298-2.2", "After a first round trip of R text is not sent again before 3 R."},
    {"RFC6191-2-nots-else",
     "Without timestamps a SYN with an old number opens nothing anew out of TIME-WAIT."},
    {"RFC6191-2-ts-else",
     "With timestamps a SYN with an old one opens nothing anew out of TIME-WAIT."},
    {"9293-3.10.7-wl", "The window of an ACK below SND.UNA is not taken for the peer's."},
    {"RFC7323-2.3-d", "Whatever a scaled window offers is taken."},
    {"RFC5961-5.2-c", "An ACK that is no older than the largest window sent is taken."},
    {"RFC7323-3.2-g", "Text that lacks its timestamp is not taken."},
    {"RFC7323-5.5-a", "After 24 days without a timestamp any counts."},
};
static_assert(std::size(kAsked) == model::kRules);

}  // namespace

std::optional<std::string_view> enforced(std::string_view requirement) {
  const auto found = std::ranges::find(kAsked, requirement, &Asked::requirement);
  if (found == std::end(kAsked)) return std::nullopt;
  return found->says;
}

}  // namespace harness::oracle
