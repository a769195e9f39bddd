#pragma once

#include <string_view>

namespace harness::rules {

// What its RFC says in the words it stands in there, whitespace aside, for the rule of exactly this
// id: at most 400 characters, ASCII. " [...] " is where something between was left out, and labels
// such as "(MUST-13)" are the RFC's own. Empty for an id that is none, and where the RFC is not
// quoted: RFC 9438 and RFC 9768 are not. Allocates nothing.
std::string_view quotation(std::string_view id);

}  // namespace harness::rules
