#include "harness/scenario/call_arguments.h"

#include <fmt/format.h>

#include <limits>

namespace harness::scenario {

using Kind = Argument::Kind;

std::int32_t CallArguments::number(const Argument& argument, std::string_view what) {
  if (!argument.is(Kind::Number)) {
    wrong(argument, fmt::format("{}: a number or a constant", what));
  } else if (argument.number < std::numeric_limits<std::int32_t>::min() ||
             argument.number > std::numeric_limits<std::uint32_t>::max()) {
    cursor_.fail(argument.at, fmt::format("{} does not fit into 32 bits", what));
  }
  return static_cast<std::int32_t>(argument.number);
}

std::int32_t CallArguments::at_least_0(const Argument& argument, std::string_view what) {
  constexpr auto kMost = std::numeric_limits<std::int32_t>::max();
  if (argument.is(Kind::Number) && (argument.number < 0 || argument.number > kMost)) {
    cursor_.fail(argument.at, fmt::format("{} is from 0 to {}", what, kMost));
  }
  return number(argument, what);
}

void CallArguments::filled_in() {
  const Argument& argument = next();
  if (!argument.is(Kind::Null) && !argument.is(Kind::Dots)) wrong(argument, "`...` or NULL");
}

std::int32_t CallArguments::buffer() {
  const Argument& at = next();
  const std::int32_t octets = at_least_0(next(), "a length");
  if (at.is(Kind::Null) && octets > 0) {
    cursor_.fail_unsupported(at.at, "NULL as a buffer");
  } else if (!at.is(Kind::Dots) && !at.is(Kind::Null)) {
    wrong(at, "`...`: the octets are the stream's own");
  }
  return octets;
}

void CallArguments::wrong(const Argument& argument, std::string_view wanted) {
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (&all_[i] != &argument) continue;
    cursor_.fail(argument.at, fmt::format("argument {} of {} must be {}", i + 1, call_, wanted));
    return;
  }
  cursor_.fail(argument.at, fmt::format("this must be {}", wanted));
}

}  // namespace harness::scenario
