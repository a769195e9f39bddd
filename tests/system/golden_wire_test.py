"""The octets of tests/golden/wire/scapy.tsv are what scapy makes of the expressions beside them, and scapy
reads them, and those of Linux, to the same again. tests/unit/wire/golden_test.cc holds us to them, both ways."""

import subprocess
import sys

import harness

CHECK = r"""
import sys, warnings
warnings.simplefilter("ignore")
from scapy.all import *
for line in sys.stdin:
    if line.startswith("#") or not line.strip():
        continue
    name, text, octets, *expression = line.rstrip("\n").split("\t")
    octets = bytes.fromhex(octets)
    if expression:
        assert bytes(eval(expression[0])) == octets, f"{name}: scapy makes other octets"
    packet = (IPv6 if octets[0] >> 4 == 6 else IP)(octets)
    for layer in ("IP", "TCP", "ICMP"):  # Computed again, each checksum is the same.
        if layer in packet and not isinstance(packet.getlayer(layer).underlayer, ICMP):
            was = packet[layer].chksum
            del packet[layer].chksum
            assert type(packet)(bytes(packet))[layer].chksum == was, f"{name}: {layer} checksum"
            packet[layer].chksum = was
    print(name)
"""


def python():
    """One that has scapy: Debian's package belongs to Debian's python."""
    for candidate in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([candidate, "-c", "import scapy"], capture_output=True).returncode == 0:
            return candidate
    harness.skip("scapy is not installed (apt-get install python3-scapy)")


def check(name):
    text = (harness.SOURCE / "tests/golden/wire" / name).read_text()
    return text, harness.run(python(), "-c", CHECK, input=text)


def test_scapy_makes_and_reads_the_golden_octets():
    for name in ("scapy.tsv", "linux.tsv"):
        text, done = check(name)
        assert done.returncode == 0, done
        rows = [line for line in text.splitlines() if line and not line.startswith("#")]
        assert len(done.stdout.splitlines()) == len(rows) >= 10, done


def test_a_wrong_octet_is_noticed():
    text, _ = check("scapy.tsv")
    wrong = text.replace("4500003c0001", "4500003c0002", 1)
    assert wrong != text
    assert harness.run(python(), "-c", CHECK, input=wrong).returncode == 1


harness.main()
