"""What the package raises. The text of each is the sentence that the command prints."""


class Error(Exception):
    """Everything this package raises is one of these."""


class ScriptError(Error):
    """A script or a segment in its notation that cannot be read; the text says where."""


class WireError(Error):
    """Octets that are no TCP segment, or fields that make none."""


class UsageError(Error):
    """There is no such target, file or requirement, or the target does not work on this machine."""


class HostError(Error):
    """The operating system refused something; the text says what was attempted."""


class Mismatch(Error, AssertionError):
    """The target did something else than was expected of it."""

    def __init__(self, sentence: str, expected: str, found: str) -> None:
        super().__init__(sentence)
        self.sentence, self.expected, self.found = sentence, expected, found

    def __reduce__(self) -> tuple[type["Mismatch"], tuple[str, str, str]]:
        return Mismatch, (self.sentence, self.expected, self.found)


def checked_seed(seed: int) -> int:
    if not 0 <= seed < 1 << 64:
        raise UsageError(f"a seed is a number from 0 to {(1 << 64) - 1}, found {seed}")
    return seed
