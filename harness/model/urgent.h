#pragma once

#include "harness/model/emission.h"

namespace harness::model {

// RFC 9293, 3.8.5: URG and its pointer on a segment of the target whose octets begin at `seq`.
bool judge_urgent(Hypothesis&, Judgement&, const Emission&, Offset seq);

}  // namespace harness::model
