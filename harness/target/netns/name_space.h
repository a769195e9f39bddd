#pragma once

namespace harness::target::netns {

// Moves this process into a new, empty network namespace and pins there what would otherwise
// differ between hosts or carry over: congestion control, metrics, filters, IPv6's own traffic.
// Without the right to do so it first moves, once, into a user namespace of its own, where it has
// that right; there is no way back from that. Pre: the process has one thread.
void enter_fresh_network_namespace();

}  // namespace harness::target::netns
