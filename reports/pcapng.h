#pragma once

#include <expected>
#include <string>

#include "reports/result.h"

namespace reports {

// One run as a pcapng file that Wireshark opens: an interface for each end of the link, and at each
// packet what it is in the notation of scripts, what the link did to it, and every finding about
// it with its requirements. The run's verdict, seed and rules are the comment of the file.
// The error is a sentence: the result holds no trace, or one that cannot be read.
std::expected<std::string, std::string> to_pcapng(const Result&);

}  // namespace reports
