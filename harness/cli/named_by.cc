#include "harness/cli/named_by.h"

#include <iostream>

#include "harness/cli/exit.h"

namespace harness::cli {

NamedBy named_by(const Suite& suite) {
  NamedBy named;
  for (const Entry& entry : suite.entries()) {
    const auto& scenario = entry.read();
    if (!scenario) continue;
    for (const auto& rule : scenario->rules) named[rule].push_back(&*scenario);
    for (const auto& claim : scenario->claims) named[claim].push_back(&*scenario);
  }
  return named;
}

int tell_unreadable(const Suite& suite) {
  int status = kSuccess;
  for (const Entry& entry : suite.entries()) {
    if (entry.read()) continue;
    std::cerr << entry.read().error().print();
    status = kError;
  }
  return status;
}

}  // namespace harness::cli
