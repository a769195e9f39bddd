#pragma once

#include <optional>
#include <string_view>

namespace harness::oracle {

// What the model of the RFCs asks for by this requirement, in every run: a sentence. Nothing when
// it asks for nothing; then scripts alone can show it.
std::optional<std::string_view> enforced(std::string_view requirement);

}  // namespace harness::oracle
