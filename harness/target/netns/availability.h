#pragma once

#include <string>

namespace harness::target::netns {

struct Availability {
  bool ok = false;
  std::string why_not;  // One sentence: what is missing and how to get it. Empty when ok.
};

// Whether make() can work here. Tried in a child process, so that nothing is left behind.
Availability available();

}  // namespace harness::target::netns
