#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/result.h"
#include "reports/run.h"

namespace reports {

// What stands behind the verdict on a scenario's line: "close/simultaneous (engine, 0.203 s, 9
// segments)", or in the brackets why there is nothing more to say.
std::string subject(const Result&);

// Quoted for a shell where it must be.
std::string shell_word(std::string_view);

// "lastack run close/simultaneous --target linux --seed 7 --ip v4"
std::string repeat_command(const Result&);

// Whether there is more to tell than its line.
bool wants_details(const Result&);
// Of what is only advised against: what was not followed, a line each with its requirements; else
// empty.
std::string advice(const Result&);
// Below its line, indented: title, each finding with what was expected and found, where, and the
// requirement with what its RFC says; the ladder; the command that repeats it.
std::string details(const Result&, std::string_view repeat_command);

// "27 scenarios: 26 pass, 0 non-strict, ... 1 not run": all of them, always.
std::string summary(const Run&);

// report.txt
std::string to_text(const Run&);

}  // namespace reports
