#include "harness/cli/serve_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <utility>

#include "harness/cli/fault_option.h"
#include "harness/cli/ip_version.h"
#include "harness/cli/nearest.h"
#include "harness/cli/number.h"
#include "harness/cli/parse_options.h"
#include "harness/engine/settings.h"

namespace harness::cli {

namespace po = boost::program_options;

namespace {

constexpr std::pair<std::string_view, ServiceKind> kServices[] = {
    {"echo", ServiceKind::Echo}, {"discard", ServiceKind::Discard}, {"source", ServiceKind::Source},
    {"http", ServiceKind::Http}, {"relay", ServiceKind::Relay},     {"dial", ServiceKind::Dial}};

constexpr std::uint64_t kLeastMtu = 576, kMostMtu = 65'535;

std::expected<ServiceKind, std::string> service_of(const std::vector<std::string>& words) {
  if (words.empty())
    return std::unexpected("what is to be served? echo, discard, source, http ...");
  if (words.size() > 1) {
    return std::unexpected(fmt::format("`{}`: a command to be run stands behind `--`", words[1]));
  }
  const auto found =
      std::ranges::find(kServices, words[0], [](const auto& service) { return service.first; });
  if (found != std::end(kServices)) return found->second;
  std::vector<std::string> names;
  for (const auto& service : kServices) names.emplace_back(service.first);
  return std::unexpected(
      fmt::format("there is no service `{}`{}", words[0], did_you_mean(words[0], names)));
}

}  // namespace

po::options_description serve_options() {
  po::options_description options{"options", 96};
  const auto text = [] { return po::value<std::string>(); };
  options.add_options()                                                             //
      ("port", text()->value_name("N"), "where it is served; needed")               //
      ("to", text()->value_name("ADDRESS:PORT"), "where relay and dial go on to")   //
      ("octets", text()->value_name("N"), "how many source sends; default no end")  //
      ("engine-profile", text()->value_name("NAME"),
       "rfc (the default), linux-like or minimal")  //
      ("faults", text()->value_name("FAULTS"),
       "what the link does, as in scripts: 'loss 1%; delay 20ms from-target'")  //
      ("seed", text()->value_name("N"),
       "what faults and sequence numbers follow from; else $LASTACK_SEED, else 1")  //
      ("ip", text()->value_name("v4|v6"), "default v4")                             //
      ("mtu", text()->value_name("N"), "octets; default 1500");
  return options;
}

std::optional<wire::Endpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos) return std::nullopt;
  auto host = text.substr(0, colon);
  const bool six = host.starts_with('[') && host.ends_with(']');
  if (six) host = host.substr(1, host.size() - 2);
  const auto address = wire::IpAddress::parse(host);
  const auto port = parse_number("", text.substr(colon + 1), 1, 65'535);
  if (!address || !port || six != (address->version() == wire::IpVersion::V6)) return std::nullopt;
  return wire::Endpoint{.address = *address, .port = static_cast<wire::Port>(*port)};
}

std::expected<ServeArguments, std::string> parse_serve(std::span<const std::string> words) {
  const auto dashes = std::ranges::find(words, "--");
  const auto ours = words.first(static_cast<std::size_t>(dashes - words.begin()));
  const auto parsed = parse_options(ours, serve_options());
  if (!parsed) return std::unexpected(parsed.error());
  ServeArguments arguments;
  if (dashes != words.end()) {
    arguments.command.assign(dashes + 1, words.end());
    if (arguments.command.empty()) return std::unexpected("behind `--` a command is missing");
  }
  const auto service = service_of(parsed->words);
  if (!service) return std::unexpected(service.error());
  arguments.service = *service;
  arguments.name = parsed->words[0];
  if (!parsed->if_given("port")) return std::unexpected("--port is missing");
  const auto port = parse_number("--port", *parsed->if_given("port"), 1, 65'535);
  if (!port) return std::unexpected(port.error());
  arguments.port = static_cast<wire::Port>(*port);
  const bool goes_on = *service == ServiceKind::Relay || *service == ServiceKind::Dial;
  if (goes_on != parsed->if_given("to").has_value()) {
    return std::unexpected(fmt::format("--to is for relay and dial, and they need it"));
  }
  if (parsed->if_given("to")) {
    arguments.to = parse_endpoint(*parsed->if_given("to"));
    if (!arguments.to) {
      return std::unexpected(fmt::format("--to wants ADDRESS:PORT or [ADDRESS]:PORT, found `{}`",
                                         *parsed->if_given("to")));
    }
  }
  if (parsed->if_given("octets") && *service != ServiceKind::Source) {
    return std::unexpected("--octets is for source");
  }
  constexpr auto kNoEnd = std::numeric_limits<std::uint64_t>::max();
  const auto octets = parsed->if_given("octets")
                          ? parse_number("--octets", *parsed->if_given("octets"), 0, kNoEnd)
                          : kNoEnd;
  if (!octets) return std::unexpected(octets.error());
  arguments.octets = *octets;
  const auto ip = parse_ip(parsed->if_given("ip").value_or("v4"));
  if (!ip) return std::unexpected(ip.error());
  arguments.ip = *ip;
  if (*service == ServiceKind::Dial && arguments.to->address.version() != *ip) {
    return std::unexpected("dial reaches addresses of the version that --ip says");
  }
  const std::uint64_t least = *ip == wire::IpVersion::V6 ? 1280 : kLeastMtu;
  const auto mtu = parse_number("--mtu", parsed->if_given("mtu").value_or("1500"), least, kMostMtu);
  if (!mtu) return std::unexpected(mtu.error());
  arguments.mtu = static_cast<std::uint16_t>(*mtu);
  if (parsed->if_given("engine-profile")) {
    const auto engine = engine::configured("profile=" + *parsed->if_given("engine-profile"));
    if (!engine) return std::unexpected(engine.error());
    arguments.engine = *engine;
  }
  if (parsed->if_given("faults")) {
    auto faults = parse_faults(*parsed->if_given("faults"));
    if (!faults) return std::unexpected(faults.error());
    if (std::ranges::any_of(*faults,
                            [](const auto& fault) { return fault.match.state.has_value(); })) {
      return std::unexpected(
          "--faults: who serves does not ask for states; until, while and since are for scripts");
    }
    arguments.faults = std::move(*faults);
  }
  const auto seed = choose_seed(parsed->if_given("seed"), std::getenv("LASTACK_SEED"));
  if (!seed) return std::unexpected(seed.error());
  arguments.seed = *seed;
  return arguments;
}

}  // namespace harness::cli
