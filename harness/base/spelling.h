#pragma once

#include <span>
#include <string>
#include <string_view>

namespace harness::base {

// The word written most like `word`, letter case apart; empty when none is close enough to be
// meant. Among equals the first.
std::string_view nearest(std::string_view word, std::span<const std::string_view> known);

// "; did you mean `listen`?", or nothing when there is nothing to suggest.
std::string did_you_mean(std::string_view suggestion);

}  // namespace harness::base
