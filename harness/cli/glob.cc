#include "harness/cli/glob.h"

#include <fnmatch.h>

#include <string>

namespace harness::cli {

bool is_glob(std::string_view text) { return text.find_first_of("*?[") != text.npos; }

bool matches(std::string_view glob, std::string_view text) {
  return fnmatch(std::string{glob}.c_str(), std::string{text}.c_str(), FNM_NOESCAPE) == 0;
}

}  // namespace harness::cli
