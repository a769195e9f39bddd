#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/flags.h"
#include "harness/wire/print.h"
#include "harness/wire/segment.h"

namespace harness::wire {

// A partial segment. To send: an absent field is computed, a present one goes out verbatim, legal
// or not. To expect: an absent field is don't-care. One type for both sides of a script.
// Numbers are as on the wire; a script's relative ones are resolved before they get here.
struct SegmentSpec {
  std::optional<Port> source{}, destination{};
  std::optional<std::uint32_t> seq{}, ack{};
  std::optional<Flags> flags{};
  Flags flags_either{};  // To expect: bits that may be set or not.
  std::optional<std::uint16_t> window{}, checksum{}, urgent{};
  std::optional<std::uint8_t> data_offset{}, reserved{};
  std::optional<base::Bytes> options{};  // Raw, kinds in this order.
  base::Bytes options_mask{};            // Bits to compare; empty: all.
  std::optional<std::uint32_t> payload_length{};
  std::optional<base::Bytes> payload{};
  std::optional<std::uint8_t> ttl{}, traffic_class{};
  std::uint16_t checksum_flip = 0;  // To send: XORed onto the right checksum.

  friend bool operator==(const SegmentSpec&, const SegmentSpec&) = default;
};

// One field that is not as wanted, in the words of a script.
struct Mismatch {
  std::string field, want, got;
};

// Every field that differs, in header order; numbers are told from `base`.
std::vector<Mismatch> mismatches(const SegmentSpec& want, const DatagramView&, const SegmentView&,
                                 PrintBase base = {});

}  // namespace harness::wire
