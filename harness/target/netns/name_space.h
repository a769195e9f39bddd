#pragma once

#include <string>
#include <vector>

namespace harness::target::netns {

// Moves this process, for good, into a user namespace of its own, in which it has every right over
// the namespaces it makes from then on. Pre: the process has one thread.
void enter_user_namespace();

// Moves this process into a new, empty network namespace. Without the right to do so it first
// moves, once, into a user namespace of its own, where it has that right; there is no way back from
// that. Pre: the process has one thread.
void enter_fresh_network_namespace();

// Pins in the process's network namespace what would otherwise differ between hosts or carry over:
// congestion control, metrics, buffers, filters, IPv6's own traffic. Throws when one of those
// cannot be that matter everywhere. What this kernel does not have is left alone; the others that
// could not be are returned, each with the reason.
std::vector<std::string> pin_settings();
// The same, and which of them could not be: this kernel does not know them, or does not let us.
struct Pinned {
  int count = 0;  // Of all.
  std::vector<std::string> failed;
};
Pinned try_to_pin_settings();

}  // namespace harness::target::netns
