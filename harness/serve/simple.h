#pragma once

#include <cstdint>
#include <memory>

#include "harness/serve/service.h"

namespace harness::serve {

// Sends back what comes (RFC 862), and ends when the peer does.
std::unique_ptr<Service> make_echo();
// Throws away what comes (RFC 863), and ends when the peer does.
std::unique_ptr<Service> make_discard();
// Sends `octets` octets of pattern() and ends; what comes is thrown away.
std::unique_ptr<Service> make_source(std::uint64_t octets);

}  // namespace harness::serve
