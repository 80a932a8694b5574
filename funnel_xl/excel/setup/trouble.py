"""One thing that keeps Excel and Python apart, and how to mend it."""

from dataclasses import dataclass, field

from ...wording import words


@dataclass(frozen=True)
class Trouble:
    """What doctor finds."""

    key: str                    # row of words.csv, which says the remedy too: "doctor.python.unset"
    severity: str               # "error": it does not work; "warning": it may not; "note"
    values: dict[str, object] = field(default_factory=dict, hash=False)

    @property
    def code(self) -> str:
        """Its name for programs: "python.unset"."""
        return self.key.removeprefix("doctor.")

    def sentence(self, language: str) -> str:
        """What is wrong and how to mend it."""
        return words(language)[self.key].format(**self.values)

    def record(self, language: str) -> dict[str, object]:
        """What --json prints."""
        values = {name: value if isinstance(value, int) else str(value) for name, value in self.values.items()}
        return {"code": self.code, "severity": self.severity, "sentence": self.sentence(language), "values": values}
