#include "harness/matrix/spelling.h"

#include <fmt/format.h>

#include <array>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace harness::matrix {
namespace {

using Anchors = std::initializer_list<std::pair<std::string_view, std::uint32_t>>;

constexpr std::int32_t kNear = 300;

std::string told_from(std::uint32_t number, Anchors anchors) {
  for (const auto& [name, at] : anchors) {
    const auto away = static_cast<std::int32_t>(number - at);
    if (away == 0) return std::string{name};
    if (away >= -kNear && away <= kNear) return fmt::format("{}{:+}", name, away);
  }
  return fmt::format("{}", number);
}

std::string sequence(const wire::Segment& emitted, const Numbers& before, std::uint32_t seg_ack) {
  const std::uint32_t seq = emitted.seq.raw();
  if (seq == 0) return "0";
  if (emitted.flags.rst() && !emitted.flags.ack() && seq == seg_ack) return "SEG.ACK";
  if (emitted.flags.syn()) return before.iss && *before.iss != seq ? "newISS" : "ISS";
  return told_from(
      seq, {{"SND.NXT", before.snd_nxt}, {"SND.UNA", before.snd_una}, {"SEG.ACK", seg_ack}});
}

std::string control(wire::Flags flags) {
  constexpr std::array<std::pair<wire::Flags, char>, 6> kBits = {{{wire::kSyn, 'S'},
                                                                  {wire::kFin, 'F'},
                                                                  {wire::kRst, 'R'},
                                                                  {wire::kPsh, 'P'},
                                                                  {wire::kUrg, 'U'},
                                                                  {wire::kAck, '.'}}};
  std::string text;
  for (const auto& [bit, letter] : kBits) {
    if (flags.has(bit)) text += letter;
  }
  return text;
}

}  // namespace

std::string spell(const wire::Segment& emitted, const Numbers& before, std::uint32_t seg_seq,
                  std::uint32_t seg_ack) {
  std::string text = fmt::format("<SEQ={}>", sequence(emitted, before, seg_ack));
  if (emitted.flags.ack()) {
    text += fmt::format("<ACK={}>", told_from(emitted.ack.raw(),
                                              {{"RCV.NXT", before.rcv_nxt}, {"SEG.SEQ", seg_seq}}));
  }
  text += fmt::format("<CTL={}>", control(emitted.flags));
  if (!emitted.payload.empty()) text += fmt::format("<LEN={}>", emitted.payload.size());
  return text;
}

}  // namespace harness::matrix
