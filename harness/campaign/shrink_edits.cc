#include "harness/campaign/shrink_edits.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include "harness/campaign/snap.h"
#include "harness/scenario/parse_tcp_options.h"

namespace harness::campaign {

using clock::Duration;
using event::Direction;
using event::Op;
using scenario::CallStep;
using scenario::OptionPart;
using scenario::PacketStep;
using scenario::Scenario;
using scenario::StateStep;
using scenario::When;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

// Behind a second: when the first, the first two, the first three ... retransmissions are over; and
// when keep-alives begin (RFC 9293, 3.8.4: two hours).
constexpr std::array<Duration, 17> kRound = {
    Duration{},         milliseconds{1},    milliseconds{10}, milliseconds{100}, milliseconds{300},
    milliseconds{1000}, milliseconds{2000}, seconds{3},       seconds{7},        seconds{15},
    seconds{31},        seconds{63},        seconds{127},     seconds{255},      seconds{600},
    seconds{7200},      seconds{8000}};

// Round times to be tried instead of this one: those below it, and the first above.
std::vector<Duration> rounder(Duration time) {
  std::vector<Duration> times;
  for (const auto round : kRound) {
    if (round == time) break;
    times.push_back(round);
    if (round > time) break;
  }
  return times;
}

bool absolute(const Scenario& script) {
  return std::ranges::all_of(script.steps, [](const scenario::Step& step) {
    return step.when.kind == When::Kind::Absolute;
  });
}

PacketStep& packet(Scenario& s, std::size_t i) { return std::get<PacketStep>(s.steps[i].what); }

// Sent by the peer.
const PacketStep* sent(const scenario::Step& step) {
  const auto* packet = std::get_if<PacketStep>(&step.what);
  return packet != nullptr && packet->direction == Direction::ToTarget ? packet : nullptr;
}

bool same_connection(const PacketStep& one, const PacketStep& other) {
  return one.source == other.source && one.destination == other.destination;
}

Edits edits_of_time(const Scenario& script, std::size_t i) {
  Edits edits;
  const auto& when = script.steps[i].when;
  if (absolute(script)) {
    if (i == 0) return edits;
    const auto gap = when.from - script.steps[i - 1].when.from;
    for (const auto round : rounder(gap)) {
      edits.emplace_back([=](Scenario& s) {
        for (std::size_t k = i; k < s.steps.size(); ++k) {
          s.steps[k].when.from += round - gap;
          s.steps[k].when.to = s.steps[k].when.from;
        }
        return true;
      });
    }
    return edits;
  }
  // What is expected keeps its time.
  const bool done =
      sent(script.steps[i]) != nullptr || std::holds_alternative<CallStep>(script.steps[i].what);
  if (!done || when.kind != When::Kind::Relative || when.returns) return edits;
  for (const auto round : rounder(when.from)) {
    edits.emplace_back([=](Scenario& s) {
      s.steps[i].when.from = s.steps[i].when.to = round;
      return true;
    });
  }
  return edits;
}

// So many, or fewer: one, ten, half of them.
template <class Set>
Edits shorter(std::uint32_t length, Set set) {
  Edits edits;
  for (const std::uint32_t to : {std::uint32_t{1}, std::uint32_t{10}, length / 2}) {
    if (to > 0 && to < length) {
      edits.emplace_back([=](Scenario& s) {
        set(s, to);
        return true;
      });
    }
  }
  return edits;
}

Edits edits_of_length(const Scenario& script, std::size_t i) {
  const auto* const one = sent(script.steps[i]);
  const auto length = one->length;
  const auto seq = one->seq;
  auto edits = shorter(length, [=](Scenario& s, std::uint32_t to) {
    packet(s, i).length = to;
    // What came behind it closes up.
    for (std::size_t k = 0; k < s.steps.size(); ++k) {
      auto* other = std::get_if<PacketStep>(&s.steps[k].what);
      if (other == nullptr || k == i || other->flags.syn() ||
          other->direction != Direction::ToTarget) {
        continue;
      }
      if (other->seq - seq - length < 0x4000'0000u) other->seq -= length - to;
    }
  });
  if (length > 0) {
    edits.insert(edits.begin(), [=](Scenario& s) {
      packet(s, i).length = 0;
      return true;
    });
  }
  return edits;
}

bool is_padding(const OptionPart& part) {
  return part.kind == OptionPart::Kind::Verbatim && part.octets.size() == 1 &&
         part.octets[0] == std::byte{1};
}

// None of them; or one less, and what is left fills whole words.
std::vector<Edits> edits_of_options(const PacketStep& one, std::size_t i) {
  std::vector<Edits> all;
  if (!one.options || one.options->empty()) return all;
  all.push_back({[=](Scenario& s) {
    packet(s, i).options->clear();
    return true;
  }});
  for (std::size_t n = one.options->size(); n-- > 0;) {
    if (is_padding((*one.options)[n]) || one.options->size() == 1) continue;
    all.push_back({[=](Scenario& s) {
      auto& parts = *packet(s, i).options;
      if (n >= parts.size() || is_padding(parts[n])) return false;
      parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(n));
      std::erase_if(parts, is_padding);
      std::size_t size = 0;
      for (const auto& part : parts) size += scenario::size_of(part);
      OptionPart padding;
      padding.octets = {std::byte{1}};
      for (; size % 4 != 0; ++size) parts.push_back(padding);
      return true;
    }});
  }
  return all;
}

Edits snapped(std::size_t i, std::uint32_t now, std::uint32_t base, bool ack) {
  Edits edits;
  for (const auto number : plainer(now, base)) {
    edits.emplace_back([=](Scenario& s) {
      if (ack) {
        packet(s, i).ack = number;
      } else {
        packet(s, i).seq = number;
      }
      return true;
    });
  }
  return edits;
}

std::vector<Edits> edits_of_packet(const Scenario& script, std::size_t i) {
  const auto& one = *sent(script.steps[i]);
  std::vector<Edits> all = edits_of_options(one, i);
  const auto change = [&](bool wanted, auto edit) {
    if (!wanted) return;
    all.push_back({[=](Scenario& s) {
      edit(packet(s, i));
      return true;
    }});
  };
  change(one.urgent.has_value(), [](PacketStep& p) { p.urgent.reset(); });
  change(one.reserved.has_value(), [](PacketStep& p) { p.reserved.reset(); });
  change(one.checksum_bad, [](PacketStep& p) { p.checksum_bad = false; });
  change(one.flags.psh() && one.flags.ack(),
         [](PacketStep& p) { p.flags.bits &= static_cast<std::uint16_t>(~wire::kPsh.bits); });
  change(one.window && *one.window != 65'535, [](PacketStep& p) { p.window = 65'535; });
  if (one.icmp) return all;
  all.push_back(edits_of_length(script, i));
  if (one.flags.syn()) return all;  // Its numbers are those that all others count from.
  const auto bases = bases_at(script, i);
  all.push_back(snapped(i, one.seq, bases.rcv_nxt, false));
  if (one.ack) all.push_back(snapped(i, *one.ack, bases.snd_nxt, true));
  return all;
}

// The connection that begins with this step has an initial sequence number of 0.
Edits isn_of_zero(std::size_t i) {
  return {[i](Scenario& s) {
    const auto first = packet(s, i);
    const auto isn = first.seq;
    if (isn == 0) return false;
    for (std::size_t k = 0; k < s.steps.size(); ++k) {
      auto* const other = std::get_if<PacketStep>(&s.steps[k].what);
      if (other == nullptr || !same_connection(*other, first)) continue;
      const bool counts = !other->flags.syn() && k > i;  // Not from 0, but from this one.
      if (other->direction == Direction::ToTarget) {
        if (!counts) other->seq -= isn;
      } else if (other->flags.syn() && other->ack) {
        *other->ack -= isn;
      }
    }
    return true;
  }};
}

// Timestamps of the peer begin with 1.
bool small_timestamps(Scenario& s) {
  std::optional<std::uint32_t> first;
  for (auto& step : s.steps) {
    auto* const one = std::get_if<PacketStep>(&step.what);
    if (one == nullptr || one->direction != Direction::ToTarget || !one->options) continue;
    for (auto& part : *one->options) {
      if (part.kind != OptionPart::Kind::Timestamps) continue;
      if (!first) first = part.timestamps.val;
      part.timestamps.val -= *first - 1;
    }
  }
  return first && *first != 1;
}

// With one connection there is nothing to be told apart.
bool drop_names(Scenario& s) {
  std::optional<std::pair<wire::Port, wire::Port>> names;
  for (const auto& step : s.steps) {
    const auto* const one = std::get_if<PacketStep>(&step.what);
    if (one == nullptr || !one->source) continue;
    const std::pair name{*one->source, *one->destination};
    if (names.value_or(name) != name) return false;
    names = name;
  }
  for (auto& step : s.steps) {
    if (auto* one = std::get_if<PacketStep>(&step.what)) one->source = one->destination = {};
    if (auto* state = std::get_if<StateStep>(&step.what)) state->port.reset();
  }
  return names.has_value();
}

}  // namespace

void rebase(Scenario& script) {
  if (script.steps.empty() || !absolute(script)) return;
  const auto first = script.steps.front().when.from;
  for (auto& step : script.steps) {
    step.when.from -= first;
    step.when.to = step.when.from;
  }
}

std::vector<Edits> edits_of_world(const Scenario& script) {
  std::vector<Edits> all;
  if (script.options.family == scenario::Options::Family::V6) {
    all.push_back({[](Scenario& s) {
      s.options.family = scenario::Options::Family::V4;
      return true;
    }});
  }
  if (script.settle) {
    Edits edits;
    for (const auto settle :
         {milliseconds{5}, milliseconds{600}, milliseconds{3000}, milliseconds{15'000},
          milliseconds{63'000}, milliseconds{255'000}, milliseconds{600'000}}) {
      if (settle >= *script.settle) break;
      edits.emplace_back([settle](Scenario& s) {
        s.settle = settle;
        return true;
      });
    }
    all.push_back(std::move(edits));
  }
  all.push_back({[](Scenario& s) { return std::exchange(s.limit, std::nullopt).has_value(); }});
  all.push_back({[](Scenario& s) {
    return std::exchange(s.options.connect_port, wire::Port{8080}) != 8080;
  }});
  all.push_back({drop_names});
  all.push_back({small_timestamps});
  for (std::size_t i = 0; i < script.steps.size(); ++i) {
    const auto* const one = sent(script.steps[i]);
    if (one == nullptr || !one->flags.syn() || one->icmp) continue;
    const auto before = std::ranges::any_of(
        script.steps.begin(), script.steps.begin() + static_cast<std::ptrdiff_t>(i),
        [&](const scenario::Step& step) {
          const auto* const other = sent(step);
          return other != nullptr && other->flags.syn() && same_connection(*other, *one);
        });
    if (!before) all.push_back(isn_of_zero(i));
  }
  return all;
}

std::vector<Edits> edits_of_step(const Scenario& script, std::size_t i) {
  std::vector<Edits> all = {edits_of_time(script, i)};
  if (sent(script.steps[i]) != nullptr) {
    auto more = edits_of_packet(script, i);
    std::ranges::move(more, std::back_inserter(all));
  } else if (const auto* call = std::get_if<CallStep>(&script.steps[i].what);
             call != nullptr && call->op == Op::Send) {
    all.push_back(shorter(call->octets, [i](Scenario& s, std::uint32_t octets) {
      std::get<CallStep>(s.steps[i].what).octets = octets;
    }));
  }
  return all;
}

}  // namespace harness::campaign
