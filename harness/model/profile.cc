#include "harness/model/profile.h"

#include <algorithm>

namespace harness::model {
namespace {

constexpr Profile kProfiles[] = {
    {.name = "rfc", .says = "whatever the RFCs allow any stack"},
    // include/net/tcp.h as documented in tcp(7): TIME-WAIT lasts 60 s, the RTO is at least 200 ms;
    // a kernel that ticks 250 times a second is two ticks late at most.
    {.name = "linux",
     .says = "the Linux kernel: TIME-WAIT of 60 s, no RTO below 200 ms, timers of 4 ms",
     .least_msl = 30 * kSecond,
     .most_msl = 30 * kSecond,
     .least_rto = 200 * kMillisecond,
     .takes_the_next = true,
     .urgent_when_here = true,
     .granularity = 8 * kMillisecond},
};

}  // namespace

std::span<const Profile> profiles() { return kProfiles; }

const Profile* profile_named(std::string_view name) {
  const auto* const found = std::ranges::find(kProfiles, name, &Profile::name);
  return found == std::end(kProfiles) ? nullptr : found;
}

}  // namespace harness::model
