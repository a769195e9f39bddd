#pragma once

#include "harness/target/netns/wire.h"
#include "harness/target/target.h"

namespace harness::target::netns {

// Whether the kernel's reaction to a segment can be read when the call that injects it returns: it
// was so at least once of several times, each a SYN to a port where nobody listens. On a machine
// where it is otherwise, it is so every time. Pre: nobody has a socket in the namespace. Nothing of
// it is left on the wire.
bool answers_at_once(Wire&, const Host&);

}  // namespace harness::target::netns
