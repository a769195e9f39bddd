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

constexpr std::uint8_t raw(OptionKind kind) { return static_cast<std::uint8_t>(kind); }

void read_sack(std::span<const std::byte> option, Segment& to) {
  if (option.size() < 10 || (option.size() - 2) % 8 != 0) return;
  for (std::size_t i = 2; i < option.size() && to.sack_count < to.sack.size(); i += 8) {
    to.sack[to.sack_count++] = {SeqNum{base::load32(&option[i])},
                                SeqNum{base::load32(&option[i + 4])}};
  }
}

// As Options walks them, written out because this is done for every segment there is. An option of
// its usual length is stepped over by that number and not by the octet that says it: the branch is
// foreseen, so the next option need not wait for this one to be read.
void read_options(std::span<const std::byte> options, Segment& to) {
  const std::byte* at = options.data();
  const std::byte* const end = at + options.size();
  while (at < end) {
    const auto kind = base::load8(at);
    if (kind == raw(OptionKind::Nop)) {
      ++at;
      continue;
    }
    if (kind == raw(OptionKind::End)) return;
    const auto left = end - at;
    const int length = left < 2 ? 0 : base::load8(at + 1);
    if (length < 2 || length > left) {
      to.options_broken = true;
      return;
    }
    if (kind == raw(OptionKind::Timestamps) && length == 10) {
      to.timestamps = Timestamps{.val = base::load32(at + 2), .ecr = base::load32(at + 6)};
      at += 10;
    } else if (kind == raw(OptionKind::Mss) && length == 4) {
      to.mss = base::load16(at + 2);
      at += 4;
    } else if (kind == raw(OptionKind::WindowScale) && length == 3) {
      to.window_scale = base::load8(at + 2);
      at += 3;
    } else if (kind == raw(OptionKind::SackPermitted) && length == 2) {
      to.sack_permitted = true;
      at += 2;
    } else {
      if (kind == raw(OptionKind::Sack)) read_sack({at, at + length}, to);
      at += length;
    }
  }
}

// Not inline: where the compiler sees both ends it puts the fields together on the stack and moves
// them in larger pieces than it wrote, for which the processor has to wait.
[[gnu::noinline]] void fill(const SegmentView& view, Segment& to) {
  to.source = view.source();
  to.destination = view.destination();
  to.seq = view.seq();
  to.ack = view.ack();
  to.flags = view.flags();
  to.window = view.window();
  to.urgent = view.urgent();
  to.options = view.option_bytes();
  to.payload = view.payload();
  read_options(view.option_bytes(), to);
}

}  // namespace

std::expected<Segment, SegmentError> read(const SegmentView& view) {
  std::expected<Segment, SegmentError> segment;  // Made where the caller has it: no copy.
  if (view.data_offset_ok()) {
    fill(view, *segment);
  } else {
    segment = std::unexpected(SegmentError::DataOffset);
  }
  return segment;
}

}  // namespace harness::wire
