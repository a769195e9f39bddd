"""A connection by hand: opened, used and closed, one step at a time.

    bindings/run bindings/examples/by_hand.py [TARGET]     TARGET: engine, the default, or linux
"""

import sys

import lastack

target = sys.argv[1] if len(sys.argv) > 1 else "engine"
with lastack.Session(target, seed=7) as tcp:
    tcp.play('use "preamble/listen.pkt"')
    tcp.send("S 4294967290:4294967290(0) win 65535 <mss 1460>")
    tcp.expect("S. 0:0(0) ack 4294967291 <...>")
    print("after the second segment:", tcp.state())
    tcp.send(". 1:1(0) ack 1 win 65535", after=0.01)
    connection = tcp.call("accept(3, ..., ...)").result
    print("after the third:", tcp.state())

    tcp.send("P. 1:11(10) ack 1 win 65535")
    tcp.expect(". 1:1(0) ack 11", within=0.5)
    print("read", len(tcp.call(f"read({connection}, ..., 100)").data), "octets")

    # Who closes first has to stay for a while.
    tcp.call(f"close({connection}) = 0")
    tcp.expect("F. 1:1(0) ack 11")
    tcp.send("F. 11:11(0) ack 2 win 65535", after=0.01)
    tcp.expect(". 2:2(0) ack 12")
    print("after both FINs:", tcp.state())

    try:
        tcp.expect("R 2:2(0)", within=0.1)
    except lastack.Mismatch as mismatch:
        print("no reset came, as it should be:", mismatch.found)

    result = tcp.result()
    print(len(result.trace.segments(">")), "segments from the target;", result.verdict, "for the one that did not come")
