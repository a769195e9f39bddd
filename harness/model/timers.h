#pragma once

#include "harness/model/judgement.h"

namespace harness::model {

// Time has come to j.when: what was due before and did not happen, did not happen. False: a MUST.
bool expire(Hypothesis&, Judgement&);

// The earliest deadline; kNoTime when nothing is owed.
inline Time next_deadline(const Hypothesis& h) { return h.owed.earliest(); }

// What would meet it, as a phrase.
const char* wanted(const Hypothesis&, const Connection&, Debt);

// What is due from now on, after whatever happened.
void expect(Hypothesis&, const Judgement&);

}  // namespace harness::model
