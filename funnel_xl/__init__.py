"""The sales funnel of a team that keeps its deals in Excel."""

__version__ = "0.1.0"
