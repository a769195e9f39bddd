#pragma once

#include "harness/model/arrival.h"
#include "harness/model/emission.h"

namespace harness::model {

// RFC 9293, 3.2; RFC 7323; RFC 2018: the options of a segment that is not a SYN.
bool judge_options(Hypothesis&, Judgement&, const Emission&);
// Those of a SYN or SYN,ACK; remembers what the target offers.
bool judge_syn_options(Hypothesis&, Judgement&, const Emission&);
// The same of a SYN that is repeated: what counts is what the first offered.
bool judge_offer(Hypothesis&, Judgement&, const Emission&);
// What the peer's SYN offers.
void note_offer(Hypothesis&, Connection&, const wire::Segment&);
// A timestamp that arrived, and may be echoed.
void note_timestamp_value(Connection&, std::uint32_t value);
// Both SYNs are known: what counts from now on.
void negotiate(Hypothesis&);

// RFC 7323, 5: whether the timestamps let the segment in, and what may be echoed from now on.
Certainty judge_paws(Hypothesis&, Judgement&, const Arrival&, Offset seq);
// What is echoed from now on: the segment was not dropped by what comes before. `known`: TS.Recent
// was, before it came.
void note_timestamp(Hypothesis&, Judgement&, const Arrival&, Offset seq, Certainty sure,
                    bool known);

}  // namespace harness::model
