#include "harness/wire/segment_spec.h"

#include <fmt/format.h>

#include <algorithm>

namespace harness::wire {
namespace {

bool options_match(const SegmentSpec& want, std::span<const std::byte> got) {
  if (want.options->size() != got.size()) return false;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const std::byte mask = i < want.options_mask.size() ? want.options_mask[i] : std::byte{0xFF};
    if ((((*want.options)[i] ^ got[i]) & mask) != std::byte{0}) return false;
  }
  return true;
}

std::string print_payload_difference(std::span<const std::byte> want,
                                     std::span<const std::byte> got, bool print_want) {
  const auto at = static_cast<std::size_t>(std::ranges::mismatch(want, got).in1 - want.begin());
  const auto& side = print_want ? want : got;
  return at < side.size()
             ? fmt::format("octet {} is 0x{:02x}", at, std::to_integer<unsigned>(side[at]))
             : fmt::format("{} octets", side.size());
}

}  // namespace

std::vector<Mismatch> mismatches(const SegmentSpec& want, const DatagramView& ip,
                                 const SegmentView& got, PrintBase base) {
  std::vector<Mismatch> found;
  const auto compare = [&](std::string_view field, const auto& wanted, auto actual,
                           std::uint32_t from = 0) {
    if (wanted && *wanted != actual) {
      found.push_back({std::string(field), fmt::format("{}", *wanted - from),
                       fmt::format("{}", actual - from)});
    }
  };
  compare("ttl", want.ttl, ip.ttl());
  compare("traffic class", want.traffic_class, ip.traffic_class());
  compare("source port", want.source, got.source());
  compare("destination port", want.destination, got.destination());
  if (want.flags && (*want.flags | want.flags_either) != (got.flags() | want.flags_either)) {
    found.push_back({"flags", print(*want.flags), print(got.flags())});
  }
  compare("seq", want.seq, got.seq().raw(), base.seq);
  const auto payload = got.payload();
  compare("payload length", want.payload_length, static_cast<std::uint32_t>(payload.size()));
  // Without its flag a field is none, only what its octets happen to hold: where only one of the
  // two has the flag, that is told above, and once.
  const auto comparable = [&](Flags flag) {
    return !want.flags || want.flags_either.any(flag) ||
           want.flags->any(flag) == got.flags().any(flag);
  };
  if (comparable(kAck)) {
    compare("ack", want.ack, got.ack().raw(), got.flags().ack() ? base.ack : 0);
  }
  compare("win", want.window, got.window());
  if (comparable(kUrg)) compare("urg", want.urgent, got.urgent());
  compare("checksum", want.checksum, got.checksum());
  compare("data offset", want.data_offset, got.data_offset());
  compare("reserved bits", want.reserved, got.reserved());
  if (want.options && !options_match(want, got.option_bytes())) {
    found.push_back({"options", "<" + print_options(*want.options, base) + ">",
                     "<" + print_options(got.option_bytes(), base) + ">"});
  }
  if (want.payload && !std::ranges::equal(*want.payload, payload)) {
    found.push_back({"payload", print_payload_difference(*want.payload, payload, true),
                     print_payload_difference(*want.payload, payload, false)});
  }
  return found;
}

}  // namespace harness::wire
