#pragma once

#include "harness/model/judgement.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"

namespace harness::model {

// What every header the target sends must keep, whatever the connection does: RFC 9293, 3.1
// and 3.2.
bool judge_header(Judgement&, const wire::DatagramView&, const wire::SegmentView&, bool several);

}  // namespace harness::model
