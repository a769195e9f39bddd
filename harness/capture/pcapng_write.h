#pragma once

#include "harness/capture/capture.h"

namespace harness::capture {

// A pcapng file (draft-ietf-opsawg-pcapng): one section, little-endian, times in nanoseconds.
// Pre: every packet's interface is there. An option longer than 65,535 octets is cut.
base::Bytes write_pcapng(const Capture&);

}  // namespace harness::capture
