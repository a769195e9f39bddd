#pragma once

#include "harness/model/judgement.h"

namespace harness::model {

// A reset outside the window that must be nothing. Of several since the target has shown a sign of
// life, the one is remembered that lies at an edge, where stacks err; else the last.
void note_outside(const Hypothesis&, Judgement&, Offset seq, Offset end);

// What failed is what no connection would send: a reset outside the window has ended it, if one
// came.
bool blame_outside(Judgement&, const char* found);

}  // namespace harness::model
