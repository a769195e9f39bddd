#include "harness/scenario/parse_time.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/clock/print.h"

namespace harness::scenario {
namespace {

using Kind = Token::Kind;

bool at_seconds(const Cursor& cursor) {
  return cursor.now().is(Kind::Integer) || cursor.now().is(Kind::Decimal);
}

}  // namespace

bool at_time(const Cursor& cursor) {
  return at_seconds(cursor) || cursor.now().is('+') || cursor.now().is('*');
}

clock::Duration parse_seconds_here(Cursor& cursor) {
  if (!at_seconds(cursor)) {
    cursor.fail_expected("a number of seconds");
    return {};
  }
  if (cursor.now().text.starts_with('-')) {
    cursor.fail("a time cannot be negative");
    return {};
  }
  const auto at = cursor.at();
  const auto seconds = clock::parse_seconds(cursor.take().text);
  if (!seconds || *seconds > kLongest) {
    cursor.fail(at,
                fmt::format("a time is at most {} seconds",
                            std::chrono::duration_cast<std::chrono::seconds>(kLongest).count()));
    return {};
  }
  return std::chrono::duration_cast<std::chrono::microseconds>(*seconds);
}

When parse_when(Cursor& cursor) {
  When when;
  if (cursor.accept('*')) {
    when.kind = When::Kind::Any;
    return when;
  }
  const bool relative = cursor.accept('+');
  when.kind = relative ? When::Kind::Relative : When::Kind::Absolute;
  when.from = when.to = parse_seconds_here(cursor);
  const auto at = cursor.at();
  if (cursor.accept('~')) {
    if (cursor.accept('+') != relative) {
      cursor.fail(at, "both ends of a range count alike: T1~T2, or +T1~+T2");
    }
    when.to = parse_seconds_here(cursor);
    if (when.to < when.from) cursor.fail(at, "the later end of a range comes second");
  } else if (cursor.accept(Kind::Dots)) {
    // The + before the second time is a matter of taste: it counts from where the first does.
    if (cursor.now().is('+') && !relative) {
      cursor.fail("after an absolute time the second is absolute too: T1...T2");
    }
    cursor.accept('+');
    when.returns = parse_seconds_here(cursor);
    if (*when.returns < when.from) cursor.fail(at, "a call cannot return before it is made");
  }
  return when;
}

void Timeline::add(const When& when, std::size_t at, bool used, Cursor& cursor) {
  const bool first = !any_;
  any_ = true;
  const bool anywhen = first && behind_others_;
  if (first && !anywhen &&
      (when.kind == When::Kind::Any || when.from != clock::Duration{} ||
       when.to != clock::Duration{})) {
    cursor.fail(at, "the first step is at time 0");
  }
  if (when.kind == When::Kind::Absolute) {
    if (absolute_ && when.from < *absolute_) {
      cursor.fail(at, fmt::format("{} s is before the step above, at {} s",
                                  clock::seconds(when.from), clock::seconds(*absolute_)));
    }
    if (used && !first && !absolute_) {
      cursor.fail(at, "behind other steps a file that is used has relative times only: +0");
    }
    absolute_ = when.from;
  } else {
    absolute_.reset();
  }
  take(std::max(when.to, when.returns.value_or(when.to)), at, cursor);
}

void Timeline::take(clock::Duration time, std::size_t at, Cursor& cursor) {
  total_ += time;
  if (total_ > kLongest) cursor.fail(at, "the times of this scenario are too long in all");
}

}  // namespace harness::scenario
