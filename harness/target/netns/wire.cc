#include "harness/target/netns/wire.h"

#include "harness/target/netns/name_space.h"
#include "harness/target/netns/raw_wire.h"
#include "harness/target/netns/tun_wire.h"

namespace harness::target::netns {

std::string_view name(WireKind kind) { return kind == WireKind::Raw ? "raw" : "tun"; }

std::optional<WireKind> wire_named(std::string_view text) {
  for (const auto kind : {WireKind::Raw, WireKind::Tun}) {
    if (text == name(kind)) return kind;
  }
  return std::nullopt;
}

// The namespaces come first: what is opened after them belongs to them.
std::unique_ptr<Wire> lay_wire(WireKind kind, const Host& host) {
  if (kind == WireKind::Tun) {
    enter_fresh_network_namespace();
    auto unpinned = pin_settings();
    auto wire = std::make_unique<TunWire>(host);
    wire->unpinned = std::move(unpinned);
    return wire;
  }
  enter_fresh_network_namespace();
  FarEnd far;
  enter_fresh_network_namespace();
  auto unpinned = pin_settings();
  auto wire = std::make_unique<RawWire>(std::move(far), host);
  wire->unpinned = std::move(unpinned);
  return wire;
}

}  // namespace harness::target::netns
