#pragma once

#include <memory>

#include "harness/serve/service.h"
#include "harness/target/netns/file_descriptor.h"

namespace harness::serve {

// Hands on what comes to a socket of the kernel's, and sends what comes from there. The socket is
// connected or about to be, and does not block.
std::unique_ptr<Service> make_relay(target::netns::FileDescriptor socket);

}  // namespace harness::serve
