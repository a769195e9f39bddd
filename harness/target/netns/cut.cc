#include "harness/target/netns/cut.h"

#include <poll.h>

#include "harness/wire/craft.h"
#include "harness/wire/datagram_view.h"

namespace harness::target::netns {
namespace {

constexpr int kProbes = 10;
constexpr int kLateMs = 20;        // A reaction that comes later comes by then.
constexpr wire::Port kNobody = 9;  // RFC 863.

bool holds_tcp(const Wire::Sent& sent) {
  const auto datagram = wire::DatagramView::parse(sent.octets);
  return datagram && datagram->protocol() == wire::kProtocolTcp;
}

// What the kernel sends on its own account may come first.
bool reset_came(Wire& wire) {
  for (auto sent = wire.next(); sent; sent = wire.next()) {
    if (holds_tcp(*sent)) return true;
  }
  return false;
}

}  // namespace

bool answers_at_once(Wire& wire, const Host& host) {
  const auto syn = wire::craft(
      {}, {.source = host.remote, .destination = host.local},
      {.source = kNobody, .destination = kNobody, .flags = wire::kSyn, .window = 65535});
  for (int i = 0; i < kProbes; ++i) {
    if (!wire.write(syn)) return false;
    if (reset_came(wire)) return true;
    pollfd late{.fd = wire.fd(), .events = POLLIN, .revents = 0};
    while (::poll(&late, 1, kLateMs) > 0 && !reset_came(wire)) {
    }
    wire.caught_up();
  }
  return false;
}

}  // namespace harness::target::netns
