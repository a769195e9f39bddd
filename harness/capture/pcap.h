#pragma once

#include <expected>
#include <span>

#include "harness/capture/capture.h"

namespace harness::capture {

// A file of libpcap, by libpcap: either byte order, microseconds or nanoseconds.
std::expected<Capture, CaptureError> read_pcap(std::span<const std::byte>);

// Either kind, told by its first octets.
std::expected<Capture, CaptureError> read_capture(std::span<const std::byte>);

}  // namespace harness::capture
