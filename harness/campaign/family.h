#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "harness/event/start.h"
#include "harness/scenario/ir.h"

namespace harness::campaign {

// What a conversation's addresses and sockets are: IPv4 on both, IPv4 on the wire and AF_INET6
// sockets (RFC 4291, 2.5.5.2), or IPv6 on both.
using Family = scenario::Options::Family;

inline constexpr std::array kFamilies = {Family::V4, Family::Mapped, Family::V6};

std::string_view name(Family);  // "v4", "mapped", "v6", as in --ip.
std::optional<Family> family_named(std::string_view);
// Of a run: what the scenario says of itself goes before what is wanted of all.
Family family_of(const scenario::Scenario&, Family wanted);
// The same of one that is over. Its addresses tell but whether IPv4 is mapped, which is a fact of
// its own.
Family family_of(const event::Start&);
void set_family(event::Start&, Family);

}  // namespace harness::campaign
