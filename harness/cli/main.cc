#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "harness/base/system_error.h"
#include "harness/cli/command.h"
#include "harness/cli/exit.h"

int main(int count, char** words) {
  try {
    const std::vector<std::string> arguments{words + (count > 0 ? 1 : 0), words + count};
    return harness::cli::dispatch(arguments);
  } catch (const harness::base::SystemError& error) {
    std::cerr << "lastack: could not " << error.what() << '\n';
  } catch (const std::exception& error) {
    std::cerr << "lastack: something went wrong that should not: " << error.what() << '\n';
  }
  return harness::cli::kError;
}
