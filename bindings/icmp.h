#pragma once

#include <string>

#include "bindings/segment.h"
#include "harness/base/bytes.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/icmp.h"

namespace bindings {

// A datagram with an ICMP message in it: octets, and what they say. Never changes.
class Icmp {
 public:
  // An error as scripts write it behind `icmp`, "unreachable frag_needed mtu 600", about `segment`:
  // it goes to who sent that, from `source` or, when that is empty, from who it was sent to. Throws
  // ScriptError, UsageError.
  static Icmp craft(const std::string& notation, const Segment& about, const std::string& source);
  // From the octets of an IPv4 or IPv6 datagram. Throws WireError.
  static Icmp parse(harness::base::Bytes octets);

  const harness::base::Bytes& octets() const { return octets_; }
  harness::wire::DatagramView ip() const;
  harness::wire::IcmpView icmp() const;
  bool checksum_ok() const;
  std::string print() const;

  friend bool operator==(const Icmp&, const Icmp&) = default;

 private:
  explicit Icmp(harness::base::Bytes octets) : octets_(std::move(octets)) {}

  harness::base::Bytes octets_;
};

}  // namespace bindings
