#include "harness/base/bytes.h"
#include "harness/engine/arrival.h"

namespace harness::engine {
namespace {

using base::load32;
using wire::OptionKind;

wire::Timestamps timestamps(const std::byte* at) { return {load32(at), load32(at + 4)}; }

}  // namespace

bool read_options(const Step& step, const wire::SegmentView& view, Arrival& arrival) {
  const auto octets = view.option_bytes();
  if (octets.empty()) return true;
  // As everybody lays them out (RFC 7323, appendix A).
  constexpr std::uint32_t kNopNopTimestamps = 0x0101'080A;
  if (octets.size() == 12 && load32(octets.data()) == kNopNopTimestamps) {
    arrival.timestamps = timestamps(octets.data() + 4);
    return true;
  }
  bool known = true;
  for (const wire::OptionView& option : view.options()) {
    if (step.broken(Defect::UnalignedOptionMissed) &&
        (option.bytes.data() - octets.data()) % 4 != (option.is(OptionKind::Timestamps) ? 2 : 0)) {
      continue;
    }
    known = known && option.kind <= static_cast<std::uint8_t>(OptionKind::Timestamps);
    if (option.is(OptionKind::Timestamps, 10))
      arrival.timestamps = timestamps(option.data().data());
    if (!arrival.flags.syn()) continue;
    if (option.is(OptionKind::Mss, 4)) arrival.mss = base::load16(option.data().data());
    if (option.is(OptionKind::WindowScale, 3)) {
      arrival.window_scale = base::load8(option.data().data());
    }
  }
  return known || !step.broken(Defect::UnknownOptionDrops);
}

}  // namespace harness::engine
