#include "harness/capture/pcap.h"

#include <pcap/pcap.h>

#include <array>
#include <cstdio>
#include <memory>

#include "harness/capture/pcapng_block.h"
#include "harness/capture/pcapng_read.h"

namespace harness::capture {
namespace {

struct Close {
  void operator()(pcap_t* file) const { pcap_close(file); }
};

std::uint16_t to_link_type(int dlt) {
  // The numbers differ in few places: Linux's libpcap hands out 12 for raw IP.
  return dlt == DLT_RAW ? kLinkRaw : static_cast<std::uint16_t>(dlt);
}

}  // namespace

std::expected<Capture, CaptureError> read_pcap(std::span<const std::byte> bytes) {
  if (bytes.size() < 24) return std::unexpected(CaptureError{0, "shorter than a pcap header"});
  // libpcap reads files only; it is given these octets as one, and closes it.
  std::FILE* const stream =
      ::fmemopen(const_cast<std::byte*>(bytes.data()), bytes.size(), "rb");  // NOLINT: only read.
  if (stream == nullptr) return std::unexpected(CaptureError{0, "there is no memory to read it"});
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  const std::unique_ptr<pcap_t, Close> file{
      pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, error.data())};
  if (!file) {
    std::fclose(stream);
    return std::unexpected(CaptureError{0, error.data()});
  }
  Capture capture;
  capture.interfaces.push_back({.link_type = to_link_type(pcap_datalink(file.get()))});
  for (;;) {
    pcap_pkthdr* header = nullptr;
    const u_char* data = nullptr;
    const int status = pcap_next_ex(file.get(), &header, &data);
    if (status == PCAP_ERROR_BREAK) return capture;  // The end.
    if (status != 1) {
      const auto at = static_cast<std::size_t>(std::ftell(pcap_file(file.get())));
      return std::unexpected(CaptureError{at, pcap_geterr(file.get())});
    }
    const auto octets = std::as_bytes(std::span{data, header->caplen});
    capture.packets.push_back(
        {.at_ns = std::int64_t{header->ts.tv_sec} * 1'000'000'000 + header->ts.tv_usec,
         .original = header->len,
         .octets = {octets.begin(), octets.end()}});
  }
}

std::expected<Capture, CaptureError> read_capture(std::span<const std::byte> bytes) {
  if (bytes.size() >= 4 && base::load32(bytes.data()) == block::kSection) return read_pcapng(bytes);
  return read_pcap(bytes);
}

}  // namespace harness::capture
