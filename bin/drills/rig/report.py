"""The report of a drill: the attempt, the figures, the losses, and the time of recovery."""

from dataclasses import dataclass, field


@dataclass
class Report:
    """A report. `tried` is a sentence, `figures` are {description: number or text}, `lost` names all losses."""

    tried: str
    figures: dict = field(default_factory=dict)
    lost: list = field(default_factory=list)
    #: Seconds until everything was as before; None if nothing had to recover.
    recovery_seconds: float | None = None

    def expect(self, is_so, otherwise):
        """Note a loss as a text unless the condition is true."""
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
