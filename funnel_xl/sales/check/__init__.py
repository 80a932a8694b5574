"""Every rule of the method that needs no history: which deals break it, and what their findings say."""

from .run import check
from .rule import RULES, Facts, Rule

__all__ = ["RULES", "Facts", "Rule", "check"]
