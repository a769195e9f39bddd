#include "harness/capture/capture.h"

#include <fmt/format.h>

namespace harness::capture {

std::string CaptureError::print() const { return fmt::format("octet {}: {}", offset, message); }

}  // namespace harness::capture
