#pragma once

#include "harness/model/judgement.h"

namespace harness::model {

// What an ACK tells of the round-trip time; `sampled` if it ends the measurement under way.
void note_round_trip(const Hypothesis&, const Judgement&, Offset ack, Certainty sure, bool sampled);
// What is sent behind SND.NXT begins one; `idle` where nothing was on its way.
void begin_sample(const Hypothesis&, const Judgement&, Offset end, bool idle);
// What the first timeout of text waits for, besides the round trip: the last ACK of new data (RFC
// 6298, 5.3), and three seconds where a SYN had to be sent again (5.7).
bool judge_first(Hypothesis&, Judgement&, Time elapsed);
// What a retransmission breaks that comes too early: that, or what an ICMP error was to change that
// should have been ignored.
Id rule_of_early(const Connection&, Id otherwise);
// How long a SYN is sent again, where the application has set it (MUST-21).
bool judge_patience(const Hypothesis&, Judgement&);
// What is sent again: the earliest segment, by a timeout (5.4) or three duplicate ACKs (RFC 5681,
// 3.2).
void judge_place(const Hypothesis&, Judgement&, Offset seq, bool head);
// What an ACK told that came while the own window was closed is not sent again.
void judge_heard(const Hypothesis&, Judgement&, Offset seq, Offset end);

}  // namespace harness::model
