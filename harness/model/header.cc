#include "harness/model/header.h"

#include <algorithm>

#include "harness/wire/tcp_of.h"

namespace harness::model {
namespace {

bool judge_option_bytes(Judgement& j, const wire::SegmentView& view) {
  for (const auto& option : view.options()) {
    if (option.broken) {
      return j.fail({.id = Id::OptionLength,
                     .expected = "options with their lengths",
                     .found = "one with an illegal length",
                     .nearest = "NOPs in its place"});
    }
    if (!option.is(wire::OptionKind::End)) continue;
    const auto rest = option.bytes.subspan(1);
    if (std::ranges::any_of(rest, [](std::byte b) { return b != std::byte{0}; })) {
      return j.fail({.id = Id::OptionPadding,
                     .expected = "zeros behind the end of the options",
                     .found = "something else",
                     .nearest = "zeros"});
    }
  }
  return true;
}

}  // namespace

bool judge_header(Judgement& j, const wire::DatagramView& datagram, const wire::SegmentView& view,
                  bool several) {
  if (!view.data_offset_ok()) {
    return j.fail({.id = Id::DataOffset,
                   .expected = "a data offset of at least 5 that lies in the segment",
                   .found = "one of",
                   .nearest = "5",
                   .unit = Unit::Bits,
                   .low = 5,
                   .high = 15,
                   .got = view.data_offset()});
  }
  // A host that cuts the segment up later fills in the checksums then.
  if (!several) {
    if (!wire::tcp_checksum_ok(datagram)) {
      return j.fail({.id = Id::Checksum,
                     .expected = "a checksum that verifies",
                     .found = "one that does not",
                     .nearest = "the same segment with the right checksum"});
    }
    j.held(Id::Checksum);
  }
  if (view.reserved() != 0) {
    return j.fail({.id = Id::ReservedBits,
                   .expected = "reserved bits of zero",
                   .found = "the bits",
                   .nearest = "the same with zeros",
                   .unit = Unit::Bits,
                   .low = 0,
                   .high = 0,
                   .got = view.reserved()});
  }
  j.held(Id::ReservedBits);
  return view.option_bytes().empty() || judge_option_bytes(j, view);
}

}  // namespace harness::model
