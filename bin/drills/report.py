"""What a drill says at its end: what was tried, what came of it, what was lost, how long recovery took."""

from dataclasses import dataclass, field


@dataclass
class Report:
    """`tried` is a sentence. `figures` are {what: number or words}. `lost` names all that went wrong."""

    tried: str
    figures: dict = field(default_factory=dict)
    lost: list = field(default_factory=list)
    #: Until everything was as before; None where nothing needed to recover.
    recovery_seconds: float | None = None

    def expect(self, is_so, otherwise):
        """Note a loss, in words, unless all is as it should be."""
        if not is_so:
            self.lost.append(otherwise)

    def text(self, name):
        lines = [f"{name}: {self.tried}"]
        lines += [f"    {what}: {_words(value)}" for what, value in self.figures.items()]
        if self.recovery_seconds is not None:
            lines.append(f"    recovery: {_words(self.recovery_seconds)} s")
        lines += [f"    LOST: {loss}" for loss in self.lost] or ["    lost: nothing"]
        return "\n".join(lines)


def _words(value):
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
