"""A conversation again and again: each time another one of the target's segments is lost.

    bindings/run bindings/examples/every_loss.py

The engine sends again whatever is missing. A second costs nothing there.
"""

import lastack


def converse(fault: str) -> lastack.Result:
    """The target sends 3000 octets and closes; the peer acknowledges whatever comes."""
    with lastack.Session("engine", faults=fault) as tcp:
        tcp.play('use "preamble/listen.pkt"')
        tcp.send("S 0:0(0) win 65535 <mss 1460>")
        got, opened, closed = 1, False, False
        for _ in range(200):
            tcp.advance(0.1)
            for segment in tcp.received():
                if "S" in segment.flags:
                    first = segment.seq
                    if not opened:
                        tcp.send(". 1:1(0) ack 1 win 65535")
                        fd = tcp.call("accept(3, ..., ...)").result
                        tcp.call(f"write({fd}, ..., 3000) = 3000")
                        tcp.call(f"close({fd}) = 0")
                        opened = True
                    continue
                if segment.seq == first + got and not closed:
                    got += len(segment.payload)
                    closed = "F" in segment.flags
                tcp.send(f". 1:1(0) ack {got + closed} win 65535")
            if closed:
                break
        tcp.advance(1)
        assert got == 3001 and closed, (fault, got, closed)
        return tcp.result()


print(f"{'fault':<24}{'verdict':<10}{'time':>9}{'segments':>10}")
for fault in ["", *(f"drop from-target nth {n}" for n in range(1, 6))]:
    result = converse(fault)
    print(f"{fault or 'none':<24}{result.verdict!s:<10}{result.seconds:>8.3f}s{result.segments:>10}")
