#pragma once

#include "harness/model/arrival.h"
#include "harness/model/emission.h"

namespace harness::model {

// RFC 9293, 3.10.7.4, fifth: SND.WND, SND.WL1 and SND.WL2. `before`: SND.UNA when it arrived.
void update_send_window(Hypothesis&, Judgement&, const Arrival&, Offset seq, Offset ack,
                        Offset before, Certainty sure);

// "If SND.UNA =< SEG.ACK =< SND.NXT, the send window should be updated": of an older ACK it is not.
void note_old_window(const Hypothesis&, Judgement&, const Arrival&);

// RFC 9293, 3.8.6: how far new octets may go, and the one that probes.
bool judge_send_window(Hypothesis&, Judgement&, Offset seq, Offset end);

// RFC 9293, 3.8.6: the edge the target offers. Remembers it.
bool judge_offered_window(Hypothesis&, Judgement&, const Emission&, Offset ack);

// What it breaks to refuse a number that the window offers: where it would not be offered had a
// scaled field not been rounded up, or, where the window has moved left, not been shifted right, it
// is that.
Id rule_in_window(const Hypothesis&, const Connection&, Offset seq, Id otherwise);

// A segment that asks whether a window of zero has opened; `at` is its number.
void note_probe(Hypothesis&, Judgement&, Offset at);

// A zero window with something to send behind it is probed.
void expect_probe(Hypothesis&, const Judgement&);

}  // namespace harness::model
