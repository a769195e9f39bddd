#include "harness/target/netns/recorded.h"

#include "harness/base/bytes.h"
#include "harness/wire/datagram_view.h"

namespace harness::target::netns {
namespace {

constexpr std::uint8_t kIcmp = 1, kIcmpV6 = 58;

}  // namespace

bool recorded(event::Span datagram) {
  const auto view = wire::DatagramView::parse(datagram);
  if (!view) return true;  // No datagram at all: somebody should see that.
  if (view->protocol() == wire::kProtocolTcp) return true;
  if (view->payload().empty()) return false;
  const auto type = base::load8(view->payload().data());
  // RFC 792: unreachable, source quench, time exceeded, parameter problem. RFC 4443, 2.1: errors
  // are the types below 128.
  if (view->protocol() == kIcmp) return type == 3 || type == 4 || type == 11 || type == 12;
  return view->protocol() == kIcmpV6 && type < 128;
}

}  // namespace harness::target::netns
