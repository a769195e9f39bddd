#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"
#include "harness/wire/segment_spec.h"

namespace bindings {

// A datagram with a TCP segment in it: octets, and what they say. Never changes.
class Segment {
 public:
  // From the notation of scripts, "S 7:7(0) win 65535 <mss 1460>", with the numbers that go on the
  // wire. `payload` takes the place of the stream's octets. Throws ScriptError, WireError.
  static Segment craft(const std::string& notation, const std::string& source,
                       const std::string& destination, const std::optional<std::string>& payload);
  // From the octets of an IPv4 or IPv6 datagram. Throws WireError.
  static Segment parse(harness::base::Bytes octets);

  const harness::base::Bytes& octets() const { return octets_; }
  harness::wire::DatagramView ip() const;
  harness::wire::SegmentView tcp() const;
  bool checksum_ok() const;
  std::string print() const;
  // What differs from what the notation wants: field, wanted, found. Throws ScriptError.
  std::vector<harness::wire::Mismatch> mismatches(const std::string& notation) const;

  friend bool operator==(const Segment&, const Segment&) = default;

 private:
  explicit Segment(harness::base::Bytes octets) : octets_(std::move(octets)) {}

  harness::base::Bytes octets_;
};

// "192.0.2.1:8080", "[2001:db8::1]:8080". Throws UsageError.
harness::wire::Endpoint parse_endpoint(const std::string&);

}  // namespace bindings
