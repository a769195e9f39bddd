#pragma once

#include <string>

#include "harness/target/netns/wire.h"

namespace harness::target::netns {

struct Availability {
  bool ok = false;
  std::string why_not;  // One sentence: what is missing and how to get it. Empty when ok.
};

// Whether make() can work here on such a wire. Tried in a child process, so that nothing is left
// behind.
Availability available(WireKind);

}  // namespace harness::target::netns
