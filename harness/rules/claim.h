#pragma once

#include <span>
#include <string_view>

namespace harness::rules {

// What the RFCs make of a sentence from a textbook.
enum class Verdict { Right, Wrong, Imprecise };

// One sentence textbooks teach about TCP, held against the RFCs. A Wrong or Imprecise one is a
// test that hand-written suites get wrong.
struct Claim {
  std::string_view id;  // "S2-07": chapter 2, seventh claim.
  std::string_view says;
  Verdict verdict;
  std::string_view section;   // "RFC 9293 3.5 Figure 8; 3.10.7.1": where the truth stands.
  std::string_view note;      // The correction, or why it is right.
  std::string_view scenario;  // How to see it happen.
};

// Every claim; an id occurs once.
std::span<const Claim> claims();

// The claim of exactly this id, or null. Allocates nothing.
const Claim* find_claim(std::string_view id);

// "right", "wrong" or "imprecise"
std::string_view name(Verdict verdict);

}  // namespace harness::rules
