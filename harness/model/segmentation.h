#pragma once

#include "harness/model/emission.h"

namespace harness::model {

// RFC 9293, 3.7.1: the most that options and data together may have in a segment of the target's.
std::int64_t effective_mss(const Hypothesis&, const Judgement&);
// The most that a segment carries on the path, as far as ICMP told of it, and no more than `most`
// (RFC 1191, 3; RFC 8201, 4).
std::int64_t carried_by_path(const Judgement&, std::int64_t most);

// How octets are cut into segments and when they go: RFC 9293, 3.7.1, 3.7.4, 3.8.6.2.1 and 3.9.1.2.
// The segment's numbers are [seq, end), its FIN not counted.
bool judge_segmentation(Hypothesis&, Judgement&, const Emission&, Offset seq, Offset end);

}  // namespace harness::model
