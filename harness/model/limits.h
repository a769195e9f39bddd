#pragma once

#include "harness/model/quantities.h"

// The figures of the RFCs, and what is granted where they leave one open.
namespace harness::model {

inline constexpr Time kAckDelay = 500 * kMillisecond;  // MUST-40: less than this.
inline constexpr Time kThrottle = kSecond;             // RFC 5961, 7: challenges may be limited.
// "No more than 10 challenge ACKs ... in a 5-second window", the example given there.
inline constexpr Time kThrottleOfTen = 5 * kSecond;
inline constexpr Time kMinRto = kSecond;           // RFC 6298, 2.4, a SHOULD.
inline constexpr Time kInitialRto = 4 * kSecond;   // RFC 6298, 5.7: 3 s at the start, and more.
inline constexpr Time kRtoAfterSyn = 3 * kSecond;  // RFC 6298, 5.7.
inline constexpr Time kMaxRto = 120 * kSecond;     // RFC 6298, 2.5 asks for 60 s at least ...
inline constexpr Time kRtoCap = 60 * kSecond;      // ... where doubling may end.
inline constexpr Time kDataR2 = 100 * kSecond;     // SHLD-11.
inline constexpr Time kSynR2 = 180 * kSecond;      // MUST-23.
inline constexpr Time kKeepAliveIdle = 7200 * kSecond;      // MUST-28.
inline constexpr Time kOverride = 2 * kSecond;              // Twice the longest of 3.8.6.2.1 ...
inline constexpr Time kLeastOverride = 100 * kMillisecond;  // ... whose shortest is this.
inline constexpr Time kPunctual = kSecond;     // So late a timer may be that is not fine.
inline constexpr Time kOrphan = 10 * kSecond;  // A closed socket may be given up then.
inline constexpr int kR1 = 3;                  // SHLD-10.
inline constexpr int kDuplicates = 3;          // RFC 5681, 3.2.
inline constexpr int kFewDuplicates = 1;       // RFC 5827, 3.1, of two segments.
inline constexpr std::int64_t kDefaultMss4 = 536, kDefaultMss6 = 1220;  // MUST-15.
// Few paths carry less than this; told of less, a stack may go by this, and let others cut it up.
inline constexpr std::int64_t kUsualMtu = 576;
// An MSS so small that a header's options would leave no room may be taken as this much.
inline constexpr std::int64_t kLeastMss = 48;
inline constexpr Time kMaxClock = Time{20} * 86400 * kSecond;    // Less than 2^31 ticks of 1 ms.
inline constexpr Time kStampsLast = Time{24} * 86400 * kSecond;  // RFC 7323, 5.5.
inline constexpr int kMostOddFins = 4;
inline constexpr std::int64_t kFewWaiting = 4;  // So many connections may fill any backlog.
inline constexpr int kMaxShift = 14;            // RFC 7323, 2.3.

}  // namespace harness::model
