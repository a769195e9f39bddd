#include "harness/engine/settings.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "harness/base/spelling.h"
#include "harness/engine/defects.h"
#include "harness/engine/profile.h"

namespace harness::engine {
namespace {

// What was meant, perhaps, and what there is: all of a few, else where they are listed.
template <class Things>
std::string no_such(std::string_view kind, std::string_view name, const Things& things,
                    std::string_view listed = {}) {
  std::vector<std::string_view> names;
  for (const auto& thing : things) names.push_back(thing.name);
  std::string sentence = "the engine has no " + std::string{kind} + " `" + std::string{name} + "`" +
                         base::did_you_mean(base::nearest(name, names));
  if (!listed.empty()) return sentence + "; " + std::string{listed};
  const char* separator = "; there are: ";
  for (const auto known : names) {
    sentence += separator;
    sentence += known;
    separator = ", ";
  }
  return sentence;
}

}  // namespace

std::expected<Config, std::string> configured(std::string_view settings) {
  std::optional<std::string_view> profile, defect;
  while (!settings.empty()) {
    const std::string_view setting = settings.substr(0, settings.find(','));
    settings.remove_prefix(std::min(settings.size(), setting.size() + 1));
    const auto equals = std::min(setting.find('='), setting.size());
    const std::string_view key = setting.substr(0, equals);
    auto* const value = key == "profile" ? &profile : key == "defect" ? &defect : nullptr;
    if (value == nullptr || equals == setting.size()) {
      return std::unexpected("the engine takes profile=NAME and defect=NAME, found `" +
                             std::string{setting} + "`");
    }
    if (*value) return std::unexpected("`" + std::string{key} + "` is given twice");
    *value = setting.substr(equals + 1);
  }
  auto config = profile_named(profile.value_or(profiles().front().name));
  if (!config) return std::unexpected(no_such("profile", *profile, profiles()));
  if (defect) {
    const auto found = defect_named(*defect);
    if (!found) {
      return std::unexpected(
          no_such("defect", *defect, defects(), "`lastack defects --list` says what there is"));
    }
    config->defect = *found;
  }
  return *config;
}

}  // namespace harness::engine
