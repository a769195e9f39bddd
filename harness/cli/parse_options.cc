#include "harness/cli/parse_options.h"

#include <fmt/format.h>

#include <boost/program_options/errors.hpp>
#include <boost/program_options/parsers.hpp>

#include "harness/cli/nearest.h"

namespace harness::cli {

namespace po = boost::program_options;

std::expected<Parsed, std::string> parse_options(std::span<const std::string> arguments,
                                                 const po::options_description& known) {
  constexpr char kWords[] = "words";
  po::options_description all;
  all.add(known).add_options()(kWords, po::value<std::vector<std::string>>());
  po::positional_options_description words;
  words.add(kWords, -1);
  // No guessing: an option that is added one day must not change what a script says today.
  const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  try {
    const std::vector<std::string> given{arguments.begin(), arguments.end()};
    Parsed parsed;
    po::store(po::command_line_parser(given).options(all).positional(words).style(style).run(),
              parsed.options);
    if (parsed.has(kWords)) {
      parsed.words = parsed.options[kWords].as<std::vector<std::string>>();
    }
    return parsed;
  } catch (const po::unknown_option& error) {
    std::vector<std::string> names;
    for (const auto& option : known.options()) names.push_back("--" + option->long_name());
    const auto name = error.get_option_name();
    return std::unexpected(
        fmt::format("there is no option `{}`{}", name, did_you_mean(name, names)));
  } catch (const po::multiple_occurrences& error) {
    return std::unexpected(fmt::format("`{}` is given twice", error.get_option_name()));
  } catch (const po::error& error) {
    return std::unexpected(error.what());
  }
}

}  // namespace harness::cli
