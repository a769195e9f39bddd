#include <malloc.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LASTACK_SANITIZED
#include <sanitizer/allocator_interface.h>
#endif
#endif

#include "tests/unit/engine/rig.h"

namespace harness::engine {
namespace {

using namespace test;
using wire::kAck;
using wire::kSyn;

// Octets that the program holds of the heap, as the allocator itself counts them.
std::size_t held() {
#ifdef LASTACK_SANITIZED
  return __sanitizer_get_current_allocated_bytes();
#else
  return mallinfo2().uordblks;
#endif
}

// A stack with so many connections in ESTABLISHED, accepted, nothing in flight.
void open(Stack& stack, event::Trace& trace, std::int32_t listener, std::uint32_t from,
          std::uint32_t count) {
  const clock::Instant now{};
  const auto deliver = [&](const wire::Segment& segment) {
    wire::IpHeader ip;
    ip.source = kRemote;
    ip.destination = kLocal;
    const auto octets = wire::craft({}, ip, segment);
    trace.clear();
    Out out{trace, now, event::kNoRecord};
    stack.step(now, octets, out);
  };
  for (std::uint32_t i = from; i < from + count; ++i) {
    wire::Segment segment;
    segment.source = static_cast<wire::Port>(1024 + i);
    segment.destination = kService;
    segment.seq = wire::SeqNum{1};
    segment.flags = kSyn;
    segment.window = 65'535;
    segment.mss = 1460;
    deliver(segment);
    const auto ip = wire::DatagramView::parse(trace.body(trace[0]));
    segment.ack = wire::SegmentView::parse(ip->payload())->seq() + 1;
    segment.seq = wire::SeqNum{2};
    segment.flags = kAck;
    segment.mss.reset();
    deliver(segment);
    trace.clear();
    Out out{trace, now, event::kNoRecord};
    stack.step(now, {.id = 1, .fd = listener, .op = Op::Accept, .data = {}, .text = {}}, out);
    ASSERT_GE(trace.reply(trace[0]).result, 0);
  }
}

TEST(EngineMemory, AnIdleConnectionTakesLessThanTwoKibibytes) {
  {
    const std::size_t none = held();
    const base::Bytes some(100'000);
    ASSERT_GE(held(), none + some.size()) << "this allocator keeps no account";
  }
  Config config = config_of(kLocal);
  Stack stack{config, base::Rng{1}};
  event::Trace trace;
  const auto call = [&](Op op, std::int32_t fd, std::array<std::int64_t, 3> args,
                        event::Span data = {}) {
    trace.clear();
    Out out{trace, clock::Instant{}, event::kNoRecord};
    stack.step(clock::Instant{},
               {.id = 1, .fd = fd, .op = op, .args = args, .data = data, .text = {}}, out);
    return static_cast<std::int32_t>(trace.reply(trace[0]).result);
  };
  const auto listener = call(Op::Socket, -1, {AF_INET, SOCK_STREAM, 0});
  call(Op::Bind, listener, {}, event::encode(wire::Endpoint{kLocal, kService}));
  call(Op::Listen, listener, {1000, 0, 0});
  open(stack, trace, listener, 0, 100);
  const std::size_t before = held();
  constexpr std::uint32_t kMany = 20'000;
  open(stack, trace, listener, 100, kMany);
  const std::size_t each = (held() - before) / kMany;
  RecordProperty("octets", static_cast<int>(each));
  EXPECT_LT(each, 2048u);
  EXPECT_GT(each, sizeof(Connection)) << "or nothing was measured";
}

}  // namespace
}  // namespace harness::engine
