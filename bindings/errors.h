#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

// What the module raises. Each text is the sentence that the command prints.
namespace bindings {

// A script, a segment or a fault that cannot be read: "file:line:column: ...".
struct ScriptError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Octets that are no segment, or fields that make none.
struct WireError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// There is no such target, family or file.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The target did something else than was expected of it.
struct Mismatch : std::runtime_error {
  Mismatch(const std::string& sentence, std::string expected_, std::string found_)
      : std::runtime_error(sentence), expected(std::move(expected_)), found(std::move(found_)) {}
  std::string expected, found;
};

}  // namespace bindings
