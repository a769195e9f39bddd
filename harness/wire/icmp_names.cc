#include "harness/wire/icmp_names.h"

#include <charconv>
#include <span>

namespace harness::wire {
namespace {

struct Name {
  std::uint8_t number;
  std::string_view text;
};

// RFC 792, 950, 1812.
constexpr Name kTypes4[] = {{0, "echo_reply"},         {3, "unreachable"},
                            {4, "source_quench"},      {5, "redirect"},
                            {8, "echo_request"},       {11, "time_exceeded"},
                            {12, "parameter_problem"}, {13, "timestamp_request"},
                            {14, "timestamp_reply"},   {15, "information_request"},
                            {16, "information_reply"}, {17, "address_mask_request"},
                            {18, "address_mask_reply"}};
constexpr Name kUnreachable4[] = {{0, "net_unreachable"},
                                  {1, "host_unreachable"},
                                  {2, "protocol_unreachable"},
                                  {3, "port_unreachable"},
                                  {4, "frag_needed"},
                                  {5, "source_route_failed"},
                                  {6, "net_unknown"},
                                  {7, "host_unknown"},
                                  {8, "source_host_isolated"},
                                  {9, "net_prohibited"},
                                  {10, "host_prohibited"},
                                  {11, "net_unreachable_for_tos"},
                                  {12, "host_unreachable_for_tos"},
                                  {13, "packet_filtered"},
                                  {14, "precedence_violation"},
                                  {15, "precedence_cutoff"}};
constexpr Name kTimeExceeded[] = {{0, "ttl_exceeded"}, {1, "reassembly_timeout"}};
// RFC 4443.
constexpr Name kTypes6[] = {{1, "unreachable"},       {2, "packet_too_big"}, {3, "time_exceeded"},
                            {4, "parameter_problem"}, {128, "echo_request"}, {129, "echo_reply"}};
constexpr Name kUnreachable6[] = {{0, "no_route"},         {1, "admin_prohibited"},
                                  {2, "beyond_scope"},     {3, "address_unreachable"},
                                  {4, "port_unreachable"}, {5, "policy_failed"},
                                  {6, "reject_route"}};

std::span<const Name> types(IpVersion version) {
  if (version == IpVersion::V4) return kTypes4;
  return kTypes6;
}

std::span<const Name> codes(IpVersion version, std::uint8_t type) {
  const bool v4 = version == IpVersion::V4;
  if (v4 && type == 3) return kUnreachable4;
  if (!v4 && type == 1) return kUnreachable6;
  if (type == (v4 ? 11 : 3)) return kTimeExceeded;
  return {};
}

std::string_view text_of(std::span<const Name> names, std::uint8_t number) {
  for (const Name& name : names) {
    if (name.number == number) return name.text;
  }
  return {};
}

std::optional<std::uint8_t> number_of(std::span<const Name> names, std::string_view text,
                                      std::string_view prefix) {
  for (const Name& name : names) {
    if (name.text == text) return name.number;
  }
  if (!text.starts_with(prefix)) return std::nullopt;
  text.remove_prefix(prefix.size());
  std::uint8_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string_view icmp_type_name(IpVersion version, std::uint8_t type) {
  return text_of(types(version), type);
}

std::string_view icmp_code_name(IpVersion version, std::uint8_t type, std::uint8_t code) {
  return text_of(codes(version, type), code);
}

std::optional<std::uint8_t> icmp_type_named(IpVersion version, std::string_view text) {
  return number_of(types(version), text, "type_");
}

std::optional<std::uint8_t> icmp_code_named(IpVersion version, std::uint8_t type,
                                            std::string_view text) {
  return number_of(codes(version, type), text, "code_");
}

}  // namespace harness::wire
