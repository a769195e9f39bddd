#pragma once

#include "harness/event/call.h"
#include "harness/model/judgement.h"

namespace harness::model {

// A snapshot of the connection: some instant within it must fit.
bool judge_status(Hypothesis&, Judgement&, const event::Reply&);

}  // namespace harness::model
