#include "harness/scenario/flow.h"

#include "harness/base/bytes.h"
#include "harness/event/stream.h"

namespace harness::scenario {
namespace {

void append32(base::Bytes& to, std::uint32_t value) {
  to.resize(to.size() + 4);
  base::store32(to.data() + to.size() - 4, value);
}

void append_head(base::Bytes& to, wire::OptionKind kind, std::size_t length) {
  to.push_back(static_cast<std::byte>(kind));
  to.push_back(static_cast<std::byte>(length));
}

base::Bytes octets_of(const OptionPart& part, std::uint32_t edge_offset) {
  base::Bytes octets;
  switch (part.kind) {
    case OptionPart::Kind::Verbatim:
      return part.octets;
    case OptionPart::Kind::Sack:
      append_head(octets, wire::OptionKind::Sack, 2 + 8 * part.blocks.size());
      for (const auto& block : part.blocks) {
        append32(octets, block.left.raw() + edge_offset);
        append32(octets, block.right.raw() + edge_offset);
      }
      return octets;
    case OptionPart::Kind::Timestamps:
      append_head(octets, wire::OptionKind::Timestamps, 10);
      append32(octets, part.timestamps.val);
      append32(octets, part.timestamps.ecr);
      return octets;
  }
  return octets;
}

}  // namespace

std::uint32_t Flow::target_offset(bool syn) const {
  if (noticed_) return noticed_->target_isn;
  if (!target_isn_) return 0;
  return syn ? *target_isn_ - target_script_isn_ : *target_isn_;
}

std::uint32_t Flow::peer_base() const {
  return noticed_ ? noticed_->peer_isn : peer_isn_.value_or(0);
}

bool Flow::answers_other(const wire::SegmentView& got) const {
  return other_peer_isn_ && got.flags().ack() && got.ack().raw() == *other_peer_isn_ + 1;
}

void Flow::notice(const wire::SegmentView& got) {
  if (!got.flags().syn()) return;
  if (answers_other(got)) {
    noticed_ = {.peer_isn = *other_peer_isn_, .target_isn = got.seq().raw()};
  } else if (!target_isn_ && !noticed_) {
    // Of an active open the peer's own number is not known yet: its SYN brings it.
    noticed_ = {.peer_isn = peer_isn_.value_or(0), .target_isn = got.seq().raw()};
  }
}

wire::PrintBase Flow::base(wire::Flags flags) const {
  return {.seq = target_offset(flags.syn()), .ack = flags.syn() ? 0 : peer_base()};
}

base::Bytes Flow::options_to_send(const PacketStep& step) {
  base::Bytes all;
  for (OptionPart part : *step.options) {
    if (part.kind == OptionPart::Kind::Timestamps && step.flags.ack()) {
      // The script echoes its own name for a value; the target wants the one it sent.
      const auto live = timestamps_.find(part.timestamps.ecr);
      if (live != timestamps_.end()) part.timestamps.ecr = live->second;
    }
    const auto octets = octets_of(part, target_offset(step.flags.syn()));
    all.insert(all.end(), octets.begin(), octets.end());
  }
  return all;
}

wire::SegmentSpec Flow::to_send(const PacketStep& step) {
  const bool syn = step.flags.syn();
  if (syn && !peer_isn_) {
    peer_isn_ = step.seq;
    if (noticed_) noticed_->peer_isn = step.seq;
  } else if (syn && step.seq != peer_base()) {
    other_peer_isn_ = step.seq;
  }
  wire::SegmentSpec spec;
  spec.source = peer_port_;
  spec.destination = target_port_;
  spec.seq = syn ? step.seq : step.seq + peer_base();
  spec.ack = step.ack.value_or(0) + (step.flags.ack() ? target_offset(syn) : 0);
  spec.flags = step.flags;
  spec.window = step.window;
  spec.urgent = step.urgent.value_or(0);
  spec.options = step.options ? options_to_send(step) : base::Bytes{};
  const std::uint32_t first_octet = syn ? step.seq + 1 : peer_base() + 1;
  const std::uint32_t position = syn ? 0 : *spec.seq - first_octet;
  spec.payload.emplace(step.length);
  event::fill_stream(*spec.payload, position, event::kFromPeer);
  spec.checksum = step.checksum;
  spec.checksum_flip = step.checksum_bad ? 0x5555 : 0;
  spec.data_offset = step.data_offset;
  spec.reserved = step.reserved;
  spec.ttl = step.ttl;
  spec.traffic_class = step.traffic_class;
  return spec;
}

void Flow::learn(const PacketStep& step, const wire::SegmentView& got) {
  if (!got.flags().syn()) return;
  const bool other = answers_other(got);
  if (other) {
    peer_isn_ = other_peer_isn_;
    other_peer_isn_.reset();
  }
  // A retransmitted SYN must keep its number; only a new connection may bring another.
  if (target_isn_ && !other) return;
  noticed_.reset();
  target_isn_ = got.seq().raw();
  target_script_isn_ = step.flags.syn() ? step.seq : 0;
}

void Flow::options_to_expect(const PacketStep& step, const wire::SegmentView& got,
                             wire::SegmentSpec& spec) {
  spec.options.emplace();
  const std::uint32_t edges = step.flags.syn() ? 0 : peer_base();
  for (const OptionPart& part : *step.options) {
    const auto octets = octets_of(part, edges);
    spec.options->insert(spec.options->end(), octets.begin(), octets.end());
    // The value of a timestamp is the target's own; kind, length and echo are compared.
    const bool timestamps = part.kind == OptionPart::Kind::Timestamps;
    for (std::size_t i = 0; i < octets.size(); ++i) {
      spec.options_mask.push_back(timestamps && i >= 2 && i < 6 ? std::byte{0} : std::byte{0xFF});
    }
    if (!timestamps) continue;
    if (const auto segment = wire::read(got); segment && segment->timestamps) {
      timestamps_[part.timestamps.val] = segment->timestamps->val;
    }
  }
}

wire::SegmentSpec Flow::to_expect(const PacketStep& step, const wire::SegmentView& got) {
  learn(step, got);
  const bool syn = step.flags.syn();
  wire::SegmentSpec spec;
  spec.flags = step.flags;
  spec.flags_either = step.flags_either;
  spec.seq = step.seq + target_offset(syn);
  spec.payload_length = step.length;
  spec.ack = step.ack.value_or(0) + (step.ack && !syn ? peer_base() : 0);
  spec.window = step.window;
  spec.urgent = step.urgent.value_or(0);
  if (step.options) options_to_expect(step, got, spec);
  spec.checksum = step.checksum;
  spec.data_offset = step.data_offset;
  spec.reserved = step.reserved.value_or(0);
  spec.ttl = step.ttl;
  spec.traffic_class = step.traffic_class;
  return spec;
}

}  // namespace harness::scenario
