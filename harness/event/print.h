#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/event/call.h"
#include "harness/event/decision.h"
#include "harness/event/expectation.h"
#include "harness/event/record.h"

// Events in words, for people: one line each, without the line's end.
namespace harness::event {

inline constexpr std::size_t kKinds = 9, kExpecteds = 6;
std::string_view name(Kind);  // "call", "peer-packet" ...
std::optional<Kind> kind_named(std::string_view);
std::string_view name(Expected);  // "packet", "on-time" ...
std::optional<Expected> expected_named(std::string_view);

// "ECONNREFUSED", "errno 4711" for one without a name, "" for 0.
std::string error_name(std::int32_t error);

std::string print(const Call&);      // "recv(4, 1000)", "bind(3, 192.0.2.1:8080)"
std::string print(const Reply&);     // "3", "-1 ECONNREFUSED", "ESTABLISHED"
std::string print(const Decision&);  // "delayed by 40 ms (fault 1)"

}  // namespace harness::event
