"""Segments: craft, read back, compare, print.

    bindings/run bindings/examples/segments.py
"""

import lastack

# The notation is that of scripts; the numbers are those on the wire.
syn = lastack.Segment("S 7:7(0) win 65535 <mss 1460,nop,wscale 7>")
print(syn, "is", len(bytes(syn)), "octets from", syn.source)

# Octets of a capture, say, and what they tell.
read = lastack.Segment.parse(bytes(syn))
assert read == syn and read.mss == 1460 and read.window_scale == 7 and read.checksum_ok

# What is wrong with an answer, field by field.
answer = lastack.Segment("S. 100:100(0) ack 9 win 1000 <mss 1460>", source=syn.destination, destination=syn.source)
for field, wanted, found in answer.mismatches("S. 100:100(0) ack 8 <mss 1460>"):
    print(f"{field}: wanted {wanted}, found {found}")

# Whatever is asked for goes out, legal or not.
broken = lastack.Segment("SF 1:1(0) win 0 {doff 3}")
print(broken, "has a data offset of", broken.data_offset)
try:
    lastack.Segment.parse(b"no datagram")
except lastack.WireError as error:
    print(error)
