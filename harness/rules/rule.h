#pragma once

#include <span>
#include <string>
#include <string_view>

namespace harness::rules {

// How strongly a sentence binds. Spec is normative text without a key word, such as the event
// processing of RFC 9293, 3.10; Info is background that no stack can violate.
enum class Level { Must, MustNot, Should, ShouldNot, Recommended, May, Spec, Info };

// One sentence an RFC requires. The catalogue is data; model, scenarios and reports cite it by id.
struct Rule {
  std::string_view id;       // "MUST-10": the label RFC 9293 prints beside the sentence.
  std::string_view rfc;      // "9293"
  std::string_view section;  // "3.10.7.4 fifth", "3.5; 3.10.7.3"
  Level level;
  std::string_view says;
  std::string_view role;      // "sender", "receiver", "api" or "all"
  std::string_view testable;  // "yes", "needs app API" or "not observable"
  std::string_view stimulus;  // What to do to a stack to see it.
  std::string_view expected;  // What a conforming stack then shows.
  std::string_view notes;     // Often empty.
};

// Every requirement; an id occurs once.
std::span<const Rule> catalogue();

// The rule of exactly this id, or null. Allocates nothing.
const Rule* find_rule(std::string_view id);

// The rule whose id is written most like `id`, for "did you mean"; null when none is close enough
// to be meant. Letter case does not count. Allocates nothing.
const Rule* nearest_rule(std::string_view id);

// "RFC 9293, 3.10.7.4"
std::string cite(const Rule& rule);

// The level as RFC 2119 spells it: "MUST NOT".
std::string_view name(Level level);

}  // namespace harness::rules
