"""The engine with curl, socat, iperf3 and the kernel's TCP over TUN: clean, and with datagrams twice or in another order."""

import json

import harness
from served import ENGINE, ENGINE6, KERNEL, Files, need, pattern, serve, sha

MIB = 1 << 20


def test_curl_gets_100_mib():
    need("curl")
    out = serve("http", "--port", "80", command=f"curl -sS http://{ENGINE}/octets/{100 * MIB} | sha256sum")
    assert out.split()[0] == sha(pattern(100 * MIB)), out


def test_curl_puts_a_file_over_ipv6_and_gets_it_back():
    need("curl")
    with Files(4 * MIB) as files:
        serve("http", "--port", "80", "--ip", "v6", profile="rfc",
              command=f"curl -gsS -T {files.sent} http://{ENGINE6}/x; curl -gsS http://{ENGINE6}/x -o {files.got}")
        files.check()


def test_socat_sends_8_mib_there_and_back_with_a_fifth_of_all_datagrams_twice():
    need("socat")
    with Files(8 * MIB) as files:
        serve("echo", "--port", "7", faults="duplicate 20%",
              command=f"socat -t 60 - TCP:{ENGINE}:7 < {files.sent} > {files.got}")
        files.check()


def test_the_engine_dials_a_server_of_the_kernels_with_a_fifth_of_all_datagrams_out_of_order():
    need("socat", "ss")
    with Files(8 * MIB) as files:
        serve("dial", "--port", "9000", "--to", f"{KERNEL}:9001", faults="reorder 20% within 20ms",
              command=files.send("127.0.0.1:9000", "9001", "TCP-LISTEN"))
        files.check()


def check_iperf(out):
    """iperf3 ends while octets are still under way in what relays them: less arrives than was sent, but most does."""
    end = json.loads(out)["end"]
    sent, received = end["sum_sent"]["bytes"], end["sum_received"]["bytes"]
    assert sent >= 50 * MIB and received > sent / 2, (sent, received)


IPERF = "iperf3 -s -1 -D; until ss -Htln | grep -q ':5201 '; do sleep .02; done; iperf3 --json -n 50M -c"


def test_iperf3_sends_to_the_engine_and_is_sent_to():
    need("iperf3", "ss")
    for way in ("", " -R"):
        check_iperf(serve("relay", "--port", "5201", "--to", "127.0.0.1:5201", command=f"{IPERF} {ENGINE}{way}"))


def test_the_engine_dials_an_iperf3_server():
    need("iperf3", "ss")
    check_iperf(serve("dial", "--port", "5202", "--to", f"{KERNEL}:5201", command=f"{IPERF} 127.0.0.1 -p 5202"))


def test_many_connections_at_once():
    need("curl")
    out = serve("http", "--port", "80", profile="rfc", command="for i in $(seq 40); do "
                f"curl -sS http://{ENGINE}/octets/100000 | sha256sum & done; wait")
    assert out.split()[::2] == [sha(pattern(100_000))] * 40, out


harness.main()
