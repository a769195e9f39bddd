#pragma once

#include "harness/event/call.h"
#include "harness/model/judgement.h"

namespace harness::model {

// What the application is told must fit what happened: RFC 9293, 3.9.1 and MUST-12.
bool judge_reply(Hypothesis&, Judgement&, const event::Call&, const event::Reply&);

// An application that waits in a call is told once there is something to tell.
void expect_word(Hypothesis&, const Judgement&);

// What the reply itself shows was taken off the stream. Once for all hypotheses, after them.
void take_reply(Connection&, const event::Call&, const event::Reply&, std::uint32_t record);

}  // namespace harness::model
