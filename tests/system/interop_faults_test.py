"""The engine with programs nobody here wrote, over a link that delays, loses and corrupts; the same octets arrive."""

import harness
from served import ENGINE, Files, need, pattern, serve, sha

MIB = 1 << 20
ALL = "loss 10%; corrupt 5%; duplicate 20%; reorder 20% within 20ms; delay 5ms..35ms"


def sends(faults, octets):
    """curl is sent octets by the engine."""
    need("curl")
    out = serve("http", "--port", "80", faults=faults, command=f"curl -sS http://{ENGINE}/octets/{octets} | sha256sum")
    assert out.split()[0] == sha(pattern(octets)), out


def receives(faults, octets):
    """The engine is sent a file by socat and the kernel's TCP."""
    need("socat", "ss")
    with Files(octets) as files:
        serve("relay", "--port", "9000", "--to", "127.0.0.1:9001", faults=faults,
              command=files.send(f"{ENGINE}:9000", "9001", "TCP-LISTEN"))
        files.check()


def test_8_mib_with_a_delay_of_20_ms_give_or_take_15():
    receives("delay 5ms..35ms", 8 * MIB)


def test_2_mib_with_a_loss_of_10_percent_both_ways():
    receives("loss 10%", 2 * MIB)


def test_2_mib_with_5_percent_corrupt():
    sends("corrupt 5%", 2 * MIB)


def test_half_a_mib_with_all_of_it_together():
    sends(ALL, MIB // 2)


harness.main()
