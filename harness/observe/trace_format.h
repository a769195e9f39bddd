#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace harness::observe {

// The layout of a tracepoint's records, as its file `format` in tracefs tells it: kernels differ.
class TraceFormat {
 public:
  // Nothing when it is no such file.
  static std::optional<TraceFormat> parse(std::string_view file);

  std::uint64_t id() const { return id_; }
  // A field that is a number of 1, 2, 4 or 8 octets; nothing when there is none of that name, or it
  // lies beyond the end of `record`.
  std::optional<std::uint64_t> number(std::span<const std::byte> record,
                                      std::string_view field) const;
  // The octets of any field; empty when there is none of that name.
  std::span<const std::byte> octets(std::span<const std::byte> record,
                                    std::string_view field) const;
  // The kernel's word for a field's value, "TCP_OLD_ACK"; the number itself when it has none.
  std::string word(std::string_view field, std::uint64_t value) const;

 private:
  struct Field {
    std::size_t offset, size;
  };

  std::uint64_t id_ = 0;
  std::map<std::string, Field, std::less<>> fields_;
  std::map<std::string, std::map<std::uint64_t, std::string>, std::less<>> words_;
};

}  // namespace harness::observe
