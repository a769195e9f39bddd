# Sourced by the scripts that build: the Debian packages they need, and how they get there.
# shellcheck shell=bash

# shellcheck disable=SC2034  # Used by whoever sources this.
BUILD_PACKAGES=(
  g++ cmake ninja-build pkg-config
  libfmt-dev libboost-program-options-dev nlohmann-json3-dev
  libpugixml-dev
  libpcap-dev
  libnl-3-dev libnl-route-3-dev libnl-idiag-3-dev
)
# shellcheck disable=SC2034
TEST_PACKAGES=(
  clang-19 libclang-rt-19-dev clang-format-19 libgtest-dev libgmock-dev libbenchmark-dev
  liblwip-dev
  libtins-dev
  libxml2-utils perl
  python3 python3-junitparser python3-tap python3-yaml python3-more-itertools
  python3-jsonschema
  python3-scapy tshark
  iproute2
)

# need_packages PACKAGE...: installs those that are missing; when none is, one local query is all it costs.
need_packages() {
  local package status missing=() as_root=()
  local -A installed=()

  if ! command -v dpkg-query >/dev/null; then
    echo "This is not a Debian system; going on in the hope that what these packages hold is here: $*" >&2
    return 0
  fi
  while read -r package status; do
    if [[ $status == installed ]]; then installed[$package]=1; fi
  done < <(dpkg-query --show --showformat='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    if [[ -z ${installed[$package]:-} ]]; then missing+=("$package"); fi
  done
  if ((${#missing[@]} == 0)); then return 0; fi

  if [[ $(id -u) != 0 ]]; then
    # Without a terminal nobody can type a password, so sudo works only if it asks for none.
    if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || { [[ -t 0 ]] && sudo -v; }; }; then
      as_root=(sudo)
    else
      {
        echo "Missing packages: ${missing[*]}"
        echo "Installing them takes root, and sudo does not work here. Run as root:"
        echo "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
      } >&2
      exit 2
    fi
  fi
  echo "installing ${missing[*]}" >&2
  if ! { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >&2; then
    echo "apt-get could not install: ${missing[*]}" >&2
    exit 2
  fi
}
