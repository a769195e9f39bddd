#include "harness/scenario/step_clock.h"

#include <algorithm>

namespace harness::scenario {

clock::Duration StepClock::tolerance_of(clock::Duration gap) const {
  return std::max(options_.tolerance, gap * options_.tolerance_per_mille / 1000);
}

void StepClock::schedule(const When& when, bool sends) {
  if (scheduled_) return;
  const bool absolute = when.kind == When::Kind::Absolute;
  const clock::Duration before = absolute ? script_time_ : clock::Duration{};
  // Of a range the near end says how exact it is meant: else its far end would undo it.
  tolerance_ = tolerance_of(when.from - before);
  script_time_ += when.to - before;
  // A burst of `<` packets does not drift: each counts from when the one before was due.
  const auto origin = absolute ? *start_ : sends && after_send_ ? last_send_ : end_of_last_;
  earliest_ = origin + when.from;
  latest_ = when.kind == When::Kind::Any ? clock::kNever : origin + when.to;
  scheduled_ = true;
  sends_ = sends;
}

void StepClock::finish(clock::Instant at) {
  after_send_ = sends_;
  if (sends_) last_send_ = earliest_;
  end_of_last_ = std::max(end_of_last_, at);
  scheduled_ = false;
}

void StepClock::rest(clock::Instant until) {
  end_of_last_ = std::max(end_of_last_, until);
  scheduled_ = sends_ = after_send_ = false;
}

}  // namespace harness::scenario
