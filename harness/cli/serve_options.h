#pragma once

#include <boost/program_options/options_description.hpp>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/cli/seed.h"
#include "harness/link/fault.h"
#include "harness/wire/ip_address.h"

namespace harness::cli {

enum class ServiceKind : std::uint8_t { Echo, Discard, Source, Http, Relay, Dial };

// What the user asked of `lastack serve`.
struct ServeArguments {
  ServiceKind service{};
  std::string name;  // Of the service, as written.
  wire::Port port = 0;
  std::optional<wire::Endpoint> to;  // Where relay and dial go on to.
  std::uint64_t octets = 0;          // Of source.
  wire::IpVersion ip = wire::IpVersion::V4;
  std::uint16_t mtu = 1500;
  std::vector<link::Fault> faults;
  Seed seed;
  std::vector<std::string> command;  // To be run in the namespace.
};

boost::program_options::options_description serve_options();
// The error is a sentence.
std::expected<ServeArguments, std::string> parse_serve(std::span<const std::string> arguments);

// "192.0.2.1:80", "[2001:db8::1]:80"; nothing for anything else.
std::optional<wire::Endpoint> parse_endpoint(std::string_view);

}  // namespace harness::cli
