#pragma once

#include <boost/program_options/options_description.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace harness::cli {

// What the word behind `lastack` calls.
struct Command {
  std::string_view name;
  std::string_view arguments;  // "[selectors] [options]"
  std::string_view says;       // One line.
  std::string_view more;       // What its --help says below the options.
  boost::program_options::options_description (*options)();
  int (*run)(std::span<const std::string> arguments);  // Its exit status.
};

// In the order of help.
const std::vector<Command>& commands();

// What `lastack help NAME` prints.
std::string help_of(const Command&);
// What `lastack --help` prints.
std::string help();

// One sentence on stderr, and kUsage.
int usage_error(std::string_view sentence, std::string_view command = {});

// The whole program but for what it throws.
int dispatch(std::span<const std::string> arguments);

}  // namespace harness::cli
