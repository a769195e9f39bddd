#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace harness::cli {

struct Parsed {
  boost::program_options::variables_map options;
  std::vector<std::string> words;  // What is no option, in its order; all that stands behind `--`.

  bool has(const char* option) const { return options.count(option) > 0; }
  // Pre: has(option), and it is one with a value.
  const std::string& text(const char* option) const { return options[option].as<std::string>(); }
  std::optional<std::string> if_given(const char* option) const {
    return has(option) ? std::optional{text(option)} : std::nullopt;
  }
};

// The error is a sentence; a misspelt option comes with the one that was meant.
std::expected<Parsed, std::string> parse_options(
    std::span<const std::string> arguments, const boost::program_options::options_description&);

}  // namespace harness::cli
