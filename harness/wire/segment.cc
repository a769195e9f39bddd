#include "harness/wire/segment.h"

namespace harness::wire {

std::string_view says(SegmentError error) {
  switch (error) {
    case SegmentError::Short:
      return "shorter than a TCP header";
    case SegmentError::DataOffset:
      return "data offset below 5 or past the segment's end";
  }
  return "";
}

namespace {

void read_option(const OptionView& option, Segment& to) {
  const std::byte* data = option.data().data();
  if (option.broken) {
    to.options_broken = true;
  } else if (option.is(OptionKind::Timestamps, 10)) {
    to.timestamps = Timestamps{.val = base::load32(data), .ecr = base::load32(data + 4)};
  } else if (option.is(OptionKind::Mss, 4)) {
    to.mss = base::load16(data);
  } else if (option.is(OptionKind::WindowScale, 3)) {
    to.window_scale = base::load8(data);
  } else if (option.is(OptionKind::SackPermitted, 2)) {
    to.sack_permitted = true;
  } else if (option.is(OptionKind::Sack) && option.bytes.size() >= 10 &&
             (option.bytes.size() - 2) % 8 == 0) {
    for (auto left = option.bytes.size() - 2; left > 0 && to.sack_count < to.sack.size();
         left -= 8, data += 8) {
      to.sack[to.sack_count++] = {SeqNum{base::load32(data)}, SeqNum{base::load32(data + 4)}};
    }
  }
}

}  // namespace

std::expected<Segment, SegmentError> read(const SegmentView& view) {
  if (!view.data_offset_ok()) return std::unexpected(SegmentError::DataOffset);
  std::expected<Segment, SegmentError> segment{std::in_place};
  segment->source = view.source();
  segment->destination = view.destination();
  segment->seq = view.seq();
  segment->ack = view.ack();
  segment->flags = view.flags();
  segment->window = view.window();
  segment->urgent = view.urgent();
  segment->options = view.option_bytes();
  segment->payload = view.payload();
  for (const OptionView& option : Options{segment->options}) read_option(option, *segment);
  return segment;
}

}  // namespace harness::wire
