#pragma once

#include <optional>
#include <string>

#include "harness/matrix/probe.h"
#include "harness/wire/segment.h"

namespace harness::matrix {

// What the target sent, in numbers that are the same in every run:
// `<SEQ=SND.NXT><ACK=RCV.NXT+1><CTL=S.><LEN=5>`. ACK is there only with its bit, LEN only with
// payload; the control bits come in the order S F R P U and `.` for ACK.
//
// A number is told from the first of its anchors that is at most 300 away: SEQ from SND.NXT,
// SND.UNA and SEG.ACK, ACK from RCV.NXT and SEG.SEQ. A SEQ of 0 is `0`; that of a reset without
// the ACK bit is SEG.ACK when it carries it; that of a SYN is `ISS`, or `newISS` when the
// connection had another. What is near no anchor is told as on the wire.
std::string spell(const wire::Segment& emitted, const Numbers& before, std::uint32_t seg_seq,
                  std::uint32_t seg_ack);

}  // namespace harness::matrix
