#pragma once

#include <expected>
#include <span>

#include "harness/capture/capture.h"

namespace harness::capture {

// A pcapng file, with its comments, which libpcap does not show. Sections of either byte order, one
// behind the other; of several comments on the file the first. Enhanced and simple packet blocks;
// other blocks are passed over.
std::expected<Capture, CaptureError> read_pcapng(std::span<const std::byte>);

}  // namespace harness::capture
